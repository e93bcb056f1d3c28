"""Ask PyPI who published a file: its Integrity API (PEP 740). What it says is read, not verified."""

from __future__ import annotations

import json

from pypublish.edges import route
from pypublish.edges.http import Session
from pypublish.edges.index import hosts
from pypublish.errors import IndexUnavailableError
from pypublish.model import Index, Publisher

LIMIT = 16 << 20
"""Bytes; a bundle of attestations has some ten thousand."""
ACCEPT = "application/vnd.pypi.integrity.v1+json, application/json; q=0.5"


def read_publishers(session: Session, index: Index, url: str) -> tuple[Publisher, ...]:
    """Return the publishers on GitHub that a file's provenance names; `url` is where the index's page says it is.

    Raises:
        IndexUnavailableError: the index did not answer, or not with a provenance.

    """
    answer = session.get(url, headers={"Accept": ACCEPT}, hosts=hosts(index), limit=LIMIT)
    if answer.status != 200:  # noqa: PLR2004
        raise IndexUnavailableError(f"{route.shown(url)} could not be read: HTTP {answer.status}")
    try:
        bundles = json.loads(answer.body)["attestation_bundles"]
        named = [bundle["publisher"] for bundle in bundles]
        return tuple(dict.fromkeys(_publisher(one) for one in named if one["kind"] == "GitHub"))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise IndexUnavailableError(f"what answers at {route.shown(url)} is no provenance") from None


def _publisher(named: dict[str, object]) -> Publisher:
    owner, _, repository = str(named["repository"]).partition("/")
    return Publisher(
        owner=route.printable(owner),
        repository=route.printable(repository),
        workflow=route.printable(str(named["workflow"])),
        environment=route.printable(str(named.get("environment") or "")),
    )
