"""What the embedded index remembers of projects, releases, files and publishers, as it is written to disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from pypublish.model import Publisher


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """One file. Times are in seconds since 1970, sizes in bytes, digests in hex."""

    filename: str
    file_type: str
    """`sdist` or `bdist_wheel`."""
    python_version: str
    requires_python: str
    """Empty where the file takes any."""
    size: int
    md5: str
    sha256: str
    blake2b_256: str
    metadata_sha256: str
    """Of a wheel's METADATA, which lies beside the file; empty for an sdist."""
    uploaded: float
    comment: str = ""
    provenance: str = ""
    """The attestations that came with it, as JSON in the form of the Integrity API."""
    yanked: str | None = None
    """Why installers pass it over, which may be empty (PEP 592); None where they do not."""

    @property
    def path(self) -> str:
        """Where it is served and kept: no other file can ever lie there."""
        digest = self.blake2b_256
        return f"{digest[:2]}/{digest[2:4]}/{digest[4:]}/{self.filename}"


def sdist_of(filename: str, content: bytes, *, uploaded: float) -> FileRecord:
    """Return the record of an sdist that nobody sent by a form; `uploaded` is in seconds since 1970."""
    return FileRecord(
        filename=filename,
        file_type="sdist",
        python_version="source",
        requires_python="",
        metadata_sha256="",
        uploaded=uploaded,
        **sums(content),
    )


class Sums(TypedDict):
    """What a record says of a file's bytes."""

    size: int
    md5: str
    sha256: str
    blake2b_256: str


def sums(content: bytes) -> Sums:
    """Return size and digests of a file's bytes."""
    return Sums(
        size=len(content),
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(content).hexdigest(),
        blake2b_256=hashlib.blake2b(content, digest_size=32).hexdigest(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRecord:
    """One release: its metadata are those that came with its first file."""

    version: str
    created: float
    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)
    files: tuple[FileRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRecord:
    """One project."""

    name: str
    """As it is displayed."""
    serial: int
    """Of its last change; rises by every change on the index."""
    status: str = "active"
    releases: Mapping[str, ReleaseRecord] = field(default_factory=dict)
    """By canonical version."""
    deleted: tuple[str, ...] = ()
    """The names of files that were here once."""


EVERY_PROJECT = "*"
"""Stands for a project's name where a publisher is trusted for all, new ones too; PyPI has nothing like it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherRecord:
    """A trusted publisher: of a project, or pending, which is to make one when it is used first."""

    publisher: Publisher
    project: str
    owner_id: str
    pending: bool = False
    registered: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRecord:
    """What an index remembers beside its projects."""

    publishers: tuple[PublisherRecord, ...] = ()
    used_tokens: Mapping[str, float] = field(default_factory=dict)
    """`jti` of the identity tokens that were exchanged, and when they are forgotten."""
