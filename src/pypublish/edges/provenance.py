"""Ask PyPI who published a file: its Integrity API (PEP 740). What it says is read, not verified."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pypublish.edges import route
from pypublish.edges.http import Session
from pypublish.edges.index import hosts
from pypublish.errors import IndexUnavailableError
from pypublish.listing import Attestation
from pypublish.model import Index, Publisher

LIMIT = 16 << 20
"""Bytes; a bundle of attestations has some ten thousand."""
ACCEPT = "application/vnd.pypi.integrity.v1+json, application/json; q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What the index says of one file: the document, written anew, and its attestations in their order."""

    document: str
    attestations: tuple[Attestation, ...]


def read_provenance(session: Session, index: Index, url: str) -> Provenance:
    """Return what the index has of a file; `url` is where its page says that is.

    Raises:
        IndexUnavailableError: the index did not answer, or not with a provenance.

    """
    body = _read(session, index, url)
    try:
        document = json.loads(body)
        bundles = document["attestation_bundles"]
        named = [(bundle["publisher"], len(bundle["attestations"])) for bundle in bundles]
        return Provenance(
            # Whoever reads it next sees what was read here, whatever reader that is.
            document=json.dumps(document),
            attestations=tuple(
                Attestation(publisher=_in_words(publisher), github=_github(publisher))
                for publisher, number in named
                for _ in range(number)
            ),
        )
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise _no_provenance(url) from None


def read_publishers(session: Session, index: Index, url: str) -> tuple[Publisher, ...]:
    """Return the publishers on GitHub that a file's provenance names; `url` is where the index's page says it is.

    Raises:
        IndexUnavailableError: the index did not answer, or not with a provenance.

    """
    try:
        bundles = json.loads(_read(session, index, url))["attestation_bundles"]
        named = [_github(bundle["publisher"]) for bundle in bundles]
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise _no_provenance(url) from None
    return tuple(dict.fromkeys(publisher for publisher in named if publisher is not None))


def _read(session: Session, index: Index, url: str) -> bytes:
    answer = session.get(url, headers={"Accept": ACCEPT}, hosts=hosts(index), limit=LIMIT)
    if answer.status != 200:  # noqa: PLR2004
        raise IndexUnavailableError(
            f"{route.shown(url)} could not be read: HTTP {answer.status}",
            hint="The index's page says that the file's attestations are there: run the same command again in a few"
            " minutes.",
        )
    return answer.body


def _no_provenance(url: str) -> IndexUnavailableError:
    return IndexUnavailableError(
        f"what answers at {route.shown(url)} is no provenance",
        hint="Open the address in a browser: a proxy may answer in the index's place. Then run the same command again.",
    )


def _github(named: Mapping[str, object]) -> Publisher | None:
    if named["kind"] != "GitHub":
        return None
    owner, _, repository = str(named["repository"]).partition("/")
    return Publisher(
        owner=route.printable(owner),
        repository=route.printable(repository),
        workflow=route.printable(str(named["workflow"])),
        environment=route.printable(str(named.get("environment") or "")),
    )


def _in_words(named: Mapping[str, object]) -> str:
    """Say who a publisher is: of GitHub's as everywhere here, of others what the index says of them."""
    github = _github(named)
    if github is None:
        said = [str(value) for key, value in named.items() if key not in {"kind", "claims"} and value]
        return route.printable(", ".join((str(named["kind"]), *said)))
    environment = [f"environment {github.environment}"] if github.environment else []
    return ", ".join((f"{github.owner}/{github.repository}", github.workflow, *environment))
