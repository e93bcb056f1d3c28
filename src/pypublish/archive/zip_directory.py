"""The directory of a ZIP: what it says of each member, as CPython's zipfile reads it.

Record layout: PKWARE's APPNOTE.TXT 6.3.10, section 4.3.12.
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from pypublish.archive.contents import Limits, Member, MemberKind
from pypublish.archive.flaws import Flaws
from pypublish.archive.member_names import shown
from pypublish.archive.reader import BLOCK, Reader
from pypublish.archive.zip_end import DIRECTORY_SIGNATURE, UNKNOWN32, End, UnreadableZipError
from pypublish.archive.zip_extra import central_numbers

_RECORD: Final = struct.Struct("<4s4B4HL2L5H2L")
_LENGTHS: Final = struct.Struct("<3H")
_LENGTHS_AT: Final = 28
NEWEST_VERSION: Final = 63
"""Of the format, times ten: zipfile and uv open nothing newer."""
_UNIX: Final = {3, 19}
"""Systems whose file mode is in the upper half of the attributes: Unix and macOS."""

UTF8: Final = 1 << 11


@dataclass(slots=True, kw_only=True)
class Entry:
    """What the directory says of one member."""

    raw_name: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    disk: int
    mode: int
    comment: int
    """Length of its comment."""
    length: int
    """Of the record itself, in bytes."""

    @property
    def member(self) -> Member:
        """The member as far as the directory knows it."""
        return Member(name=self.name.removesuffix("/"), kind=self._kind, size=self.size, mode=self.mode)

    @property
    def _kind(self) -> MemberKind:
        if self.raw_name.endswith(b"/"):
            return MemberKind.DIRECTORY
        return MemberKind.SYMLINK if stat.S_ISLNK(self.mode) else MemberKind.FILE


def read(file: BinaryIO, end: End, limits: Limits, flaws: Flaws) -> list[Entry]:
    """Read the directory, or as much of it as the limits allow.

    Raises:
        UnreadableZipError: zipfile would not open the ZIP.

    """
    entries: list[Entry] = []
    names = 0
    for record, rest in _records(file, end):
        entry = _entry(record, rest, limits, flaws)
        names += len(entry.raw_name)
        if len(entries) == limits.members or names > limits.names:
            message = f"there are more than {len(entries):,} members, or their names are too long"
            flaws.add("archive-is-bounded", message, code="members")
            break
        entries.append(entry)
    return entries


def _records(file: BinaryIO, end: End) -> Iterator[tuple[bytes, bytes]]:
    """Yield each record of the directory: its fixed part, and its name and extra fields."""
    reader = Reader(_blocks(file, end))
    while reader.position < end.counts.directory_size:
        record = reader.take(_RECORD.size)
        if len(record) < _RECORD.size:
            raise UnreadableZipError("the ZIP's directory is cut off")
        if not record.startswith(DIRECTORY_SIGNATURE):
            raise UnreadableZipError("the ZIP's directory is not where, or not what, it should be")
        name_length, extra_length, comment_length = _LENGTHS.unpack_from(record, _LENGTHS_AT)
        yield record, reader.take(name_length + extra_length)
        reader.skip(comment_length)


def _blocks(file: BinaryIO, end: End) -> Iterator[bytes]:
    at, left = end.directory_start, end.counts.directory_size
    while left:
        file.seek(at)
        block = file.read(min(left, BLOCK))
        if not block:
            return
        at += len(block)
        left -= len(block)
        yield block


def _entry(record: bytes, rest: bytes, limits: Limits, flaws: Flaws) -> Entry:
    fields = _RECORD.unpack(record)
    _, _, system, version, _, flags, method, _, _, crc, packed, size = fields[:12]
    name_length, extra_length, comment_length, disk, _, attributes, offset = fields[12:]
    raw_name, extra = rest[:name_length], rest[name_length:]
    name = _decoded(raw_name, flags, flaws)
    if version > NEWEST_VERSION:
        raise UnreadableZipError("the ZIP needs a newer version of the format than there is", code="version")
    if extra_length > limits.extra:
        message = f"it has {extra_length:,} bytes of extra fields, more than the {limits.extra:,} that are read"
        flaws.add("archive-is-bounded", message, member=name, code="extra")
    elif extra or UNKNOWN32 in {packed, size, offset}:
        packed, size, offset = central_numbers(
            extra, packed=packed, size=size, offset=offset, raw_name=raw_name, member=name, flaws=flaws
        )
    return Entry(
        raw_name=raw_name,
        name=name,
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        offset=offset,
        disk=disk,
        mode=attributes >> 16 if system in _UNIX else 0,
        comment=comment_length,
        length=_RECORD.size + name_length + extra_length + comment_length,
    )


def _decoded(raw_name: bytes, flags: int, flaws: Flaws) -> str:
    if raw_name.isascii():
        return raw_name.decode("ascii")
    if not flags & UTF8:
        name = raw_name.decode("cp437")
        message = f"the name {shown(name)} is not marked as UTF-8"
        flaws.add("zip-names-are-utf8", message, member=name, code="unmarked")
        return name
    try:
        return raw_name.decode()
    except UnicodeError:
        raise UnreadableZipError(f"the name {raw_name!r} says that it is UTF-8 and is not", code="name") from None
