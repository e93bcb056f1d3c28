"""What an archive holds, as it was read: its members, its digests, its flaws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final, Literal

MIB: Final = 1 << 20

Format = Literal["zip", "tar", "tar.gz"]
"""`tar` is one that may be compressed with gzip or not be compressed; `tar.gz` has to be."""


class MemberKind(StrEnum):
    """What a member of an archive is."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    OTHER = "other"
    """A device, a pipe, a sparse file, or something that nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member: its name as an installer sees it, without the slash at a folder's end."""

    name: str
    kind: MemberKind
    size: int
    """In bytes, unpacked."""
    sha256: str = ""
    """Of its content, in hex; empty where it is no file, or a file that could not be read."""
    unix_sha256: str = ""
    """Of its content with the line ends of Unix, where that was asked for and it has some of Windows; else empty."""
    mode: int = 0
    """Permissions and file type as in `st_mode`; of a tar the permissions alone."""
    link: str = ""
    """Where a link leads, as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something about an archive that is not as it has to be, or that is likely to surprise somebody."""

    rule: str
    """The id of the rule in `rules.RULES`."""
    message: str
    member: str | None = None
    refused: bool
    """Whether PyPI, pip or uv refuse such an archive, or its format forbids it."""
    hint: str = ""
    code: str = ""
    """What exactly was seen, where a rule covers more than one thing: PyPI has its own words for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of an archive is read before it is refused as too much."""

    members: int = 100_000
    names: int = 16 * MIB
    """Bytes of all names together, and of the targets of links."""
    header: int = MIB
    """Bytes of one extended header of a tar."""
    records: int = 500_000
    """Records of all extended headers of a tar together."""
    extra: int = 4096
    """Bytes of the extra fields of one member of a ZIP."""
    text: int = 16 * MIB
    """Bytes of one member that is kept."""
    texts: int = 48 * MIB
    """Bytes of all members that are kept."""
    ratio: int = 50
    """PyPI refuses what unpacks to more than this many times the size of the file (row V1, 1.4) …"""
    ratio_from: int = 64 * MIB
    """… if that is more than so many bytes."""


DEFAULT: Final = Limits()


ALIKE: Final = 10
"""Bytes that needles have to begin with alike; a shorter text takes longer to be looked for."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What to look for in the content of members, while it passes by."""

    needles: tuple[bytes, ...]
    wanted: Callable[[Member], bool]
    """Which members to look into."""
    unix_lines: bool = False
    """Whether contents with the line ends of Windows are digested with those of Unix, too."""

    @cached_property
    def by_beginning(self) -> Mapping[bytes, tuple[bytes, ...]]:
        """The needles by what those that begin alike have in common: looked for once, it is mostly not there."""
        alike: dict[bytes, list[bytes]] = {}
        for needle in self.needles:
            alike.setdefault(needle[:ALIKE], []).append(needle)
        return {start if len(alike[start]) > 1 else alike[start][0]: tuple(alike[start]) for start in alike}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """An archive after one reading. Nothing of it was written anywhere."""

    format: Format
    size: int
    """Of the file, in bytes."""
    sha256: str
    blake2b_256: str
    members: tuple[Member, ...]
    """In the order of the archive, as far as it could be read."""
    texts: Mapping[str, bytes] = field(default_factory=dict)
    """The content of the members that were asked for."""
    found: Mapping[str, frozenset[bytes]] = field(default_factory=dict)
    """Which of the needles that were looked for lie in which members."""
    flaws: tuple[Flaw, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether a flaw is such that the archive cannot be published."""
        return any(flaw.refused for flaw in self.flaws)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the regular files."""
        return tuple(member.name for member in self.members if member.kind is MemberKind.FILE)

    def member(self, name: str) -> Member | None:
        """Return the member of that name; of several the last one, which is what an installer ends up with."""
        return next((member for member in reversed(self.members) if member.name == name), None)
