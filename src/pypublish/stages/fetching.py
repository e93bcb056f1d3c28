"""Fetch what the index serves for a release, and compare it with what was sealed, byte by byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from hashlib import sha256
from pathlib import Path

from pypublish import archive
from pypublish.checks import tried
from pypublish.edges import index as reading
from pypublish.edges.fetch import Received, fetch
from pypublish.edges.http import Session
from pypublish.findings import Finding
from pypublish.listing import IndexFile, IndexPage
from pypublish.model import Artifact, Index, Manifest

METADATA_LIMIT = 16 << 20
"""Bytes of a wheel's METADATA; a long README makes some hundred thousand."""


def fetch_files(
    session: Session, manifest: Manifest, index: Index, page: IndexPage, folder: Path, *, readers: Executor
) -> tuple[dict[str, Path], list[Finding]]:
    """Fetch every file into `folder` from where the page leads; return the sealed ones, and what the others are.

    Raises:
        IndexUnavailableError: a file could not be had.

    """
    listed = {file.filename: file for file in page.files}

    def get(artifact: Artifact) -> Received:
        return fetch(
            session,
            listed[artifact.filename].url,
            folder / artifact.filename,
            size=artifact.size,
            sha256=artifact.sha256,
            hosts=reading.hosts(index),
            redirects_anywhere=not index.is_pypi,
        )

    received = list(readers.map(get, manifest.artifacts))
    files: dict[str, Path] = {}
    findings = []
    for artifact, what in zip(manifest.artifacts, received, strict=True):
        if (what.size, what.sha256) == (artifact.size, artifact.sha256):
            files[artifact.filename] = folder / artifact.filename
        else:
            findings.append(tried.other_bytes(artifact, index, size=what.size, sha256=what.sha256))
    return files, findings


def compare_metadata(session: Session, index: Index, page: IndexPage, files: Mapping[str, Path]) -> Iterator[Finding]:
    """Compare the metadata that the index serves beside a wheel (PEP 658) with those in it.

    Raises:
        IndexUnavailableError: they could not be had.

    """
    for file in page.files:
        if file.filename in files and file.filename.endswith(".whl") and file.core_metadata is not None:
            yield from _compare_metadata(session, index, file, files[file.filename])


def _compare_metadata(session: Session, index: Index, file: IndexFile, wheel: Path) -> Iterator[Finding]:
    answer = session.get(f"{file.url}.metadata", hosts=reading.hosts(index), limit=METADATA_LIMIT)
    served = sha256(answer.body).hexdigest() if answer.status == 200 else f"none (HTTP {answer.status})"  # noqa: PLR2004
    own = {sha256(text).hexdigest() for text in metadata_of(wheel)}
    promised = {file.core_metadata} - {"", None}
    if own != {served} or not promised <= own:
        yield tried.found(
            tried.SERVED_METADATA_ARE_THE_WHEELS,
            f"{index.title} serves metadata with sha256 {served}; the wheel's have {', '.join(own) or 'none'}",
            file=file.filename,
        )


def metadata_of(wheel: Path) -> tuple[bytes, ...]:
    """Return the METADATA in a wheel, of which a sound one has just one."""
    with wheel.open("rb") as opened:
        contents = archive.read(opened, format="zip", keep=lambda member: member.name.endswith(".dist-info/METADATA"))
    return tuple(contents.texts.values())
