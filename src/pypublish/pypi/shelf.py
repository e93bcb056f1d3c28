"""What an index has already, and what PyPI makes of a file that meets it there (rows U1-U3, U5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pypublish.pypi.answers import ACCEPTED, Answer, refuse, with_help
from pypublish.pypi.limits import FILE_SIZE, PROJECT_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedFile:
    """A file that the index has."""

    filename: str
    file_type: str
    """`sdist` or `bdist_wheel`."""
    sha256: str
    blake2b_256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedRelease:
    """A release that the index has: when it was made, and its files."""

    created: float
    files: tuple[ShelvedFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedProject:
    """A project that the index has."""

    name: str
    """As it is displayed."""
    status: str = "active"
    """Or `archived`, or `quarantined` (PEP 792)."""
    releases: Mapping[str, ShelvedRelease] = field(default_factory=dict)
    """By canonical version, without trailing zeros."""
    file_size_limit: int = FILE_SIZE
    size_limit: int = PROJECT_SIZE

    @property
    def size(self) -> int:
        """The size of all files."""
        return sum(file.size for release in self.releases.values() for file in release.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All that PyPI asks its database when a file comes for one project."""

    project: ShelvedProject | None = None
    """None where no project has that name."""
    names: Collection[str] = frozenset()
    """The normalised names of all projects."""
    by_filename: Mapping[str, ShelvedFile] = field(default_factory=dict)
    """Every file on the index, of all projects."""
    by_blake2b_256: Mapping[str, ShelvedFile] = field(default_factory=dict)
    deleted: Collection[str] = frozenset()
    """The names of files that were there once."""


def is_no_other_file(shelf: Shelf, *, filename: str, sha256: str, blake2b_256: str) -> Answer | None:
    """U1, U2: no file has that name, nor these bytes under any name; the very same file again changes nothing."""
    there = shelf.by_filename.get(filename) or shelf.by_blake2b_256.get(blake2b_256)
    if there is None:
        return None
    if (there.filename, there.sha256, there.blake2b_256) == (filename, sha256, blake2b_256):
        return ACCEPTED
    reason = f"File already exists ({filename!r}, with blake2_256 hash {blake2b_256!r})."
    return refuse("U2", with_help(reason, "file-name-reuse"))


def name_was_never_used(shelf: Shelf, filename: str) -> Answer | None:
    """U3: no file of that name was ever deleted."""
    if filename not in shelf.deleted:
        return None
    reason = "This filename was previously used by a file that has since been deleted. Use a different version."
    return refuse("U3", with_help(reason, "file-name-reuse"))


def is_only_sdist(release: ShelvedRelease | None, file_type: str) -> Answer | None:
    """U5: a release has one sdist."""
    if file_type != "sdist" or release is None or all(file.file_type != "sdist" for file in release.files):
        return None
    return refuse("U5", "Only one sdist may be uploaded per release.")
