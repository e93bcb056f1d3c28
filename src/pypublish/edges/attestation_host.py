"""The child process that verifies attestations by pypi-attestations: files in as JSON, verdicts out as JSON.

It asks nobody: the keys of Sigstore's public instance come with the library `sigstore`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypi_attestations import Attestation, AttestationBundle, Distribution

REPOSITORY = "1.3.6.1.4.1.57264.1.12"
COMMIT = "1.3.6.1.4.1.57264.1.13"
WORKFLOW = "1.3.6.1.4.1.57264.1.18"
RUN = "1.3.6.1.4.1.57264.1.21"
ENVIRONMENT = "1.3.6.1.4.1.57264.1.23"
"""Extensions of the certificates that Fulcio, Sigstore's authority, gives out."""

Verdict = dict[str, object]

_UTF8_STRING, _LONG_LENGTH = 0x0C, 0x80


def judge(file: Mapping[str, str]) -> list[Verdict]:
    """Verify every attestation in the provenance of a file, each for the publisher that the index names with it."""
    from pypi_attestations import Distribution, Provenance

    try:
        provenance = Provenance.model_validate_json(file["provenance"])
        dist = Distribution(name=file["filename"], digest=file["sha256"])
    except ValueError as error:
        return [{"failure": f"what the index serves is no provenance by PEP 740: {error}"}]
    return [verdict for bundle in provenance.attestation_bundles for verdict in _judge_bundle(bundle, dist)]


def _judge_bundle(bundle: AttestationBundle, dist: Distribution) -> Iterator[Verdict]:
    for attestation in bundle.attestations:
        verdict: Verdict = {"certificate": None}
        try:
            verdict["certificate"] = _certified(attestation)
            verdict["predicate"], _ = attestation.verify(bundle.publisher, dist, offline=True)
        except Exception as error:  # noqa: BLE001 - whatever keeps it from being verified, it is not verified
            verdict["failure"] = str(error) or type(error).__name__
        yield verdict


def _certified(attestation: Attestation) -> dict[str, str | None]:
    claims = attestation.certificate_claims
    return {
        "repository": claims.get(REPOSITORY, ""),
        "workflow": claims.get(WORKFLOW, ""),
        "commit": claims.get(COMMIT, ""),
        "run": claims.get(RUN, ""),
        "environment": _environment(attestation),
    }


def _environment(attestation: Attestation) -> str | None:
    """Return the deployment environment, which Fulcio names since 2025 and the library does not know."""
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(attestation.verification_material.certificate)
    for extension in certificate.extensions:
        if extension.oid.dotted_string == ENVIRONMENT:
            return _text(extension.value.public_bytes())
    return None


def _text(der: bytes) -> str | None:
    """Read a UTF8String in DER; None where it is something else."""
    if len(der) < 2 or der[0] != _UTF8_STRING:  # noqa: PLR2004 - type and length come first
        return None
    further = der[1] - _LONG_LENGTH if der[1] > _LONG_LENGTH else 0
    return der[2 + further :].decode("utf-8", "replace")


def main() -> None:
    """Judge the files on standard input; what the libraries print goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    files = json.load(sys.stdin)
    with answers:
        json.dump([judge(file) for file in files], answers)


if __name__ == "__main__":
    main()
