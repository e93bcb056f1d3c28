"""What has changed since the release before: its files, what is in one of them, and its metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pypublish.checks.changed_metadata import FieldChange, changed_entry_points, changed_fields
from pypublish.checks.growth import is_like
from pypublish.checks.subjects import Dist, Dists
from pypublish.listing import IndexFile
from pypublish.model import ArtifactKind
from pypublish.pypi.metadata import Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The release before, as far as it was looked at."""

    version: str
    index: str
    """The name of the index, as people write it."""
    files: tuple[IndexFile, ...]
    dist: Dist | None = None
    """One of its files, read; None where none was."""
    metadata: Metadata | None = None
    """Its metadata; None where they were not had."""
    unknown: str = ""
    """Why no file was read; empty where one was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file of a release beside its like in the other. Sizes in bytes; None where there is none."""

    now: str
    """Its name; empty where it has no like in this release."""
    size: int | None
    before: str
    """Its like's name; empty where it is new."""
    size_before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange:
    """A file within a distribution that is new, is gone or is another. Sizes in bytes, None where it is not there."""

    name: str
    before: int | None
    now: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What has changed since the release before."""

    since: str
    """Its version."""
    index: str
    """The name of the index that has it."""
    files: tuple[FileChange, ...] = ()
    """Every file of either release."""
    compared: str = ""
    """The file whose contents were compared; empty where none was."""
    members: tuple[MemberChange, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    unknown: str = ""
    """Why contents or metadata were not compared; empty where they were."""


def compare(before: Before, now: Dists) -> Changes:
    """Compare a release with the one before."""
    beside = _beside(before.dist, now.dists)
    metadata = beside.metadata if beside is not None else next((d.metadata for d in now.dists if d.metadata), None)
    of_entry_points = changed_entry_points(before.dist, beside) if before.dist and beside else ()
    unknown = before.unknown
    if not unknown and beside is None:
        unknown = "no file of this release is like one of the release before"
    return Changes(
        since=before.version,
        index=before.index,
        files=tuple(_files(before.files, now.dists)),
        compared=beside.filename if beside is not None else "",
        members=tuple(_members(before.dist, beside)) if before.dist is not None and beside is not None else (),
        fields=(*changed_fields(before.metadata, metadata), *of_entry_points),
        unknown=unknown,
    )


def _beside(old: Dist | None, dists: Iterable[Dist]) -> Dist | None:
    """Return the file of this release that is the most like one of the release before."""
    if old is None:
        return None
    like = [dist for dist in dists if is_like(old.filename, dist.filename)]
    return next((dist for dist in like if _pythons(dist.filename) == _pythons(old.filename)), like[0] if like else None)


def _pythons(filename: str) -> str:
    return "-".join(filename.split("-")[2:-1]) if filename.endswith(".whl") else ""


def _files(old: Iterable[IndexFile], dists: Iterable[Dist]) -> Iterator[FileChange]:
    left = list(old)
    for dist in sorted(dists, key=lambda dist: dist.filename):
        alike = [file for file in left if is_like(file.filename, dist.filename)]
        same = [file for file in alike if _pythons(file.filename) == _pythons(dist.filename)]
        found = (same or (alike if len(alike) == 1 and dist.kind is ArtifactKind.SDIST else []))[:1]
        left = [file for file in left if file not in found]
        yield FileChange(
            now=dist.filename,
            size=dist.contents.size,
            before=found[0].filename if found else "",
            size_before=found[0].size if found else None,
        )
    for file in sorted(left, key=lambda file: file.filename):
        yield FileChange(now="", size=None, before=file.filename, size_before=file.size)


def _members(old: Dist, new: Dist) -> Iterator[MemberChange]:
    before, now = _by_path(old), _by_path(new)
    for name in sorted(before.keys() | now.keys()):
        was, here = before.get(name), now.get(name)
        if was is None or here is None or was[1] != here[1]:
            yield MemberChange(name=name, before=was[0] if was else None, now=here[0] if here else None)


def _by_path(dist: Dist) -> Mapping[str, tuple[int, str]]:
    """Return size and digest of each file by its path, without the name and version that folders bear."""
    own = dist.top.removesuffix(".dist-info")
    found = {}
    for path, member in dist.files.items():
        top, slash, rest = path.partition("/")
        if dist.kind is ArtifactKind.SDIST and top == own:
            path = rest  # noqa: PLW2901 - what it is called in every release
        elif slash and top in {dist.top, f"{own}.data"}:
            path = f".{top.rpartition('.')[2]}/{rest}"  # noqa: PLW2901
        if not path.endswith(("/RECORD", "/METADATA", "PKG-INFO")):
            found[path] = (member.size, member.sha256)
    return found
