"""What PyPI says to attestations that come with a file, as far as it can be said without Sigstore (rows T)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Final

from pypublish.pypi.answers import DOCS, Answer, refuse

PREDICATE_TYPES: Final = (f"{DOCS}attestations/publish/v1", "https://slsa.dev/provenance/v1")
MOST: Final = 2
"""How many attestations a file may have: one of each type."""


def judge(sent: str | None, *, by_publisher: bool, sha256: str) -> Answer | None:
    """T: attestations come from a publisher, at most one of each type, and are for this file.

    `sent` is the form's field, `sha256` the file's. Signatures, certificates and logs are not verified.
    """
    if sent is None:
        return None
    if not by_publisher:
        return _refuse("Attestations are only supported when using Trusted Publishing")
    try:
        statements = [_statement(attestation) for attestation in _listed(sent)]
    except ValueError as error:
        return _refuse(f"Malformed attestations: {error}")
    if not statements:
        return _refuse("Malformed attestations: an empty attestation set is not permitted")
    if len(statements) > MOST:
        return _refuse(f"A maximum of {MOST} attestations per file are supported")
    return _judge_statements(statements, sha256)


def _judge_statements(statements: list[Mapping[str, object]], sha256: str) -> Answer | None:
    seen: set[object] = set()
    for statement in statements:
        if not _is_about(statement, sha256):
            verify = "Could not verify the uploaded artifact using the included attestation: Verification failed:"
            return _refuse(f"{verify} subject does not match distribution digest")
        kind = statement.get("predicateType")
        if kind not in PREDICATE_TYPES:
            return _refuse(f"Attestation with unsupported predicate type: {kind}")
        if kind in seen:
            return _refuse(
                f"Multiple attestations for the same file with the same predicate type ({kind}) are not supported"
            )
        seen.add(kind)
    return None


def _refuse(reason: str) -> Answer:
    return refuse("T", f"Invalid attestations supplied during upload: {reason}")


def _listed(sent: str) -> list[object]:
    try:
        parsed: object = json.loads(sent)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(parsed, list):
        raise ValueError("not a list")  # noqa: TRY004 - one kind of error for all that is malformed
    return parsed


def _statement(attestation: object) -> Mapping[str, object]:
    """Return the statement in an attestation's envelope.

    Raises:
        ValueError: there is none.

    """
    envelope = attestation.get("envelope") if isinstance(attestation, dict) else None
    encoded = envelope.get("statement") if isinstance(envelope, dict) else None
    if not isinstance(encoded, str):
        raise ValueError("no envelope with a statement")  # noqa: TRY004
    try:
        statement: object = json.loads(base64.b64decode(encoded, validate=True))
    except (binascii.Error, RecursionError) as error:
        raise ValueError(f"the statement does not read: {error}") from None
    if not isinstance(statement, dict):
        raise ValueError("the statement is no object")  # noqa: TRY004
    return statement


def _is_about(statement: Mapping[str, object], sha256: str) -> bool:
    subjects = statement.get("subject")
    if not isinstance(subjects, list) or len(subjects) != 1 or not isinstance(subjects[0], dict):
        return False
    digest = subjects[0].get("digest")
    return isinstance(digest, dict) and digest.get("sha256") == sha256
