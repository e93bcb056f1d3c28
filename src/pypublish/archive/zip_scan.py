"""A ZIP read from its first byte to its last: how far the reading is, and what it compares with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NoReturn

from pypublish.archive.contents import Limits, Member
from pypublish.archive.flaws import Flaws
from pypublish.archive.payload import Payloads
from pypublish.archive.reader import Reader
from pypublish.archive.zip_directory import Entry
from pypublish.archive.zip_end import End

SIGNATURE: Final = 4
"""Bytes by which each record begins."""


class StopError(Exception):
    """From here on nobody can say where the next record begins."""


@dataclass(slots=True, kw_only=True)
class Scan:
    """One pass over a ZIP."""

    reader: Reader
    end: End
    entries: list[Entry]
    size: int
    """Of the file, in bytes."""
    payloads: Payloads | None
    """Takes the content; None where it is not to be looked at."""
    limits: Limits
    flaws: Flaws
    by_name: dict[bytes, Entry] = field(init=False)
    directory_start: int = field(init=False)
    offsets: list[int] = field(init=False)
    """Where members begin by the directory, and where the directory begins, in order."""
    read: dict[bytes, Member] = field(default_factory=dict)
    """The members whose record was met before their content, as read."""

    def __post_init__(self) -> None:
        """Sort what is compared with, by name and by place."""
        self.by_name = {entry.raw_name: entry for entry in self.entries}
        self.directory_start = self.end.directory_start
        self.offsets = sorted([*(entry.offset for entry in self.entries), self.directory_start])

    def take(self, count: int) -> bytes:
        """Take so many bytes; there must be so many."""
        data = self.reader.take(count)
        if len(data) < count:
            self.stop("archive-is-readable", "the ZIP ends in the middle of a record", code="cut-off")
        return data

    def stop(self, rule: str, message: str, *, code: str, member: str | None = None) -> NoReturn:
        """Note a flaw beyond which nothing can be read."""
        self.flaws.add(rule, message, member=member, code=code)
        raise StopError
