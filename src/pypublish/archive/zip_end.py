"""The end of a ZIP: the records that say where its directory is.

Found as CPython's zipfile finds them (3.14.7, which PyPI runs), since pip and PyPI see a ZIP through its eyes.
Record layouts: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

from pypublish.archive.flaws import Flaws

END: Final = struct.Struct("<4s4H2LH")
END_SIGNATURE: Final = b"PK\x05\x06"
END64: Final = struct.Struct("<4sQ2H2L4Q")
END64_SIGNATURE: Final = b"PK\x06\x06"
LOCATOR: Final = struct.Struct("<4sLQL")
LOCATOR_SIGNATURE: Final = b"PK\x06\x07"
DIRECTORY_SIGNATURE: Final = b"PK\x01\x02"
SMALLEST_DIRECTORY_RECORD: Final = 46
END64_BODY: Final = END64.size - 12
"""What a ZIP64 end record without extensible data says of its size."""
LONGEST_COMMENT: Final = 0xFFFF
UNKNOWN16: Final = 0xFFFF
UNKNOWN32: Final = 0xFFFFFFFF
"""What stands in a field whose value is elsewhere."""

_HIDDEN_ZIP = re.compile(rb"PK[\x00-\x1f]{2}|[\x01-\x08]")
"""What a comment must not have: the beginning of a record, or, in uv's reading, any byte that ends one's signature."""


class UnreadableZipError(Exception):
    """The ZIP cannot be opened; `code` says in which way."""

    def __init__(self, message: str, *, code: str = "directory") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What an end record says, of either format."""

    disk: int
    directory_disk: int
    entries_here: int
    entries: int
    directory_size: int
    directory_offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where a ZIP's directory is and what the end says of it."""

    offset: int
    """Where the end begins: its first record, of whichever format."""
    counts: Counts
    """Those that count: of ZIP64 where there is such a record."""

    @property
    def directory_start(self) -> int:
        """Where the directory lies, whatever its offset is said to be."""
        return self.offset - self.counts.directory_size


def find(file: BinaryIO, size: int, flaws: Flaws) -> End:
    """Find the end of a ZIP, and note what is odd about it.

    Raises:
        UnreadableZipError: there is none, or it contradicts itself, so that zipfile would not open it.

    """
    offset, record = _find_record(file, size)
    _, disk, directory_disk, here, entries, directory_size, directory_offset, _ = END.unpack(record)
    plain = Counts(
        disk=disk,
        directory_disk=directory_disk,
        entries_here=here,
        entries=entries,
        directory_size=directory_size,
        directory_offset=directory_offset,
    )
    end = _end64(file, offset, plain, flaws) or End(offset=offset, counts=plain)
    if end.counts.disk or end.counts.directory_disk:
        flaws.add("zip-end-is-consistent", "the ZIP says that it is one of several disks", code="disks")
    if end.directory_start < 0:
        raise UnreadableZipError("the ZIP's directory would begin before the file does")
    _judge_comment(file, offset, flaws)
    return end


def is_zip(file: BinaryIO, size: int) -> bool:
    """Say whether zipfile takes the file for a ZIP: it has an end, and a directory where the end says."""
    try:
        end = find(file, size, Flaws())
    except UnreadableZipError as error:
        return error.code != "none"
    counts = end.counts
    if not (counts.entries or counts.directory_size or counts.directory_offset):
        return True
    file.seek(end.directory_start)
    return counts.directory_size >= SMALLEST_DIRECTORY_RECORD and file.read(4) == DIRECTORY_SIGNATURE


def _find_record(file: BinaryIO, size: int) -> tuple[int, bytes]:
    start = size - END.size
    if start >= 0:
        file.seek(start)
        record = file.read(END.size)
        if record.startswith(END_SIGNATURE) and record.endswith(b"\0\0"):
            return start, record
    start = max(size - LONGEST_COMMENT - END.size, 0)
    file.seek(start)
    tail = file.read(LONGEST_COMMENT + END.size)
    at = tail.rfind(END_SIGNATURE)
    if at < 0 or at + END.size > len(tail):
        raise UnreadableZipError("this is no ZIP: it has no end record", code="none")
    return start + at, tail[at : at + END.size]


def _end64(file: BinaryIO, end_offset: int, plain: Counts, flaws: Flaws) -> End | None:
    """Read the ZIP64 end that the locator before the plain end leads to."""
    locator_offset = end_offset - LOCATOR.size
    if locator_offset < 0:
        return None
    file.seek(locator_offset)
    signature, disk, offset, disks = LOCATOR.unpack(file.read(LOCATOR.size))
    if signature != LOCATOR_SIGNATURE:
        return None
    if disk or disks > 1:
        raise UnreadableZipError("the ZIP says that it is one of several disks", code="disks")
    latest = locator_offset - END64.size
    if latest < 0 or offset > latest:
        raise UnreadableZipError("the ZIP64 end is not where its locator says")
    file.seek(offset)
    record, start = file.read(END64.size), offset
    if not record.startswith(END64_SIGNATURE):
        # Something stands before the ZIP: then the record is at least right before its locator.
        file.seek(latest)
        record, start = file.read(END64.size), latest
    if not record.startswith(END64_SIGNATURE):
        raise UnreadableZipError("the ZIP64 end is not where its locator says")
    _, body, _, _, disk, directory_disk, here, entries, directory_size, directory_offset = END64.unpack(record)
    if directory_offset + directory_size != offset or body != END64_BODY + latest - start:
        raise UnreadableZipError("the ZIP64 end contradicts itself on where the directory is")
    counts = Counts(
        disk=disk,
        directory_disk=directory_disk,
        entries_here=here,
        entries=entries,
        directory_size=directory_size,
        directory_offset=directory_offset,
    )
    if not _agree(plain, counts):
        flaws.add("zip-end-is-consistent", "the plain end of the ZIP contradicts its ZIP64 end", code="ends-differ")
    return End(offset=start, counts=counts)


def _agree(plain: Counts, counts: Counts) -> bool:
    """Whether each field of the plain end says the same, or that its value is elsewhere."""
    return all(
        said in {unknown, value}
        for said, value, unknown in (
            (plain.disk, counts.disk, UNKNOWN16),
            (plain.directory_disk, counts.directory_disk, UNKNOWN16),
            (plain.entries_here, counts.entries_here, UNKNOWN16),
            (plain.entries, counts.entries, UNKNOWN16),
            (plain.directory_size, counts.directory_size, UNKNOWN32),
            (plain.directory_offset, counts.directory_offset, UNKNOWN32),
        )
    )


def _judge_comment(file: BinaryIO, end_offset: int, flaws: Flaws) -> None:
    file.seek(end_offset + END.size)
    comment = file.read(LONGEST_COMMENT)
    if _HIDDEN_ZIP.search(comment):
        flaws.add("zip-has-nothing-else", "the ZIP's comment looks like another ZIP", code="embedded")
