"""One block of a tar's headers: its fields as CPython's tarfile reads them, and what is odd about them.

Layout: POSIX.1-2024, pax, "ustar Interchange Format"; GNU tar's manual, "Basic Tar Format". What is odd is what uv
refuses (measured with uv 0.13.8).
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO, Final

BLOCK: Final = 512
EMPTY_BLOCK: Final = bytes(BLOCK)

FILE: Final = b"0"
OLD_FILE: Final = b"\0"
HARDLINK: Final = b"1"
SYMLINK: Final = b"2"
DEVICES_AND_PIPES: Final = frozenset({b"3", b"4", b"6"})
DIRECTORY: Final = b"5"
CONTIGUOUS: Final = b"7"
EXTENDED: Final = b"x"
EXTENDED_SOLARIS: Final = b"X"
GLOBAL: Final = b"g"
LONG_NAME: Final = b"L"
LONG_LINK: Final = b"K"
SPARSE: Final = b"S"
REGULAR: Final = frozenset({FILE, OLD_FILE, CONTIGUOUS, SPARSE})
SUPPORTED: Final = REGULAR | DEVICES_AND_PIPES | {
    HARDLINK, SYMLINK, DIRECTORY, EXTENDED, EXTENDED_SOLARIS, GLOBAL, LONG_NAME, LONG_LINK,
}  # fmt: skip
"""Types that tarfile knows; what it does not know it takes for a file."""

_WITHOUT_PREFIX: Final = frozenset({LONG_NAME, LONG_LINK, SPARSE})

POSIX: Final = b"ustar\x0000"
GNU: Final = b"ustar  \x00"

_FIELDS: Final = struct.Struct("100s24s12s12s8s1s100s8s64x16s155s12x")
_OWNERSHIP: Final = struct.Struct("8s8s8s")
_DEVICE: Final = struct.Struct("8s8s")
_CHECKSUM: Final = slice(148, 156)
_SPACES_SUM: Final = 8 * 0x20
_HALFWAY: Final = 400
_OCTAL: Final = re.compile(rb"[0-7]*[\0 ]+")
_GZIP: Final = b"\x1f\x8b"
_BASE256: Final = 0x80
_LONGEST_NUMBER: Final = 8
"""Bytes of a number in base 256, in uv's reading."""
_BASE256_NEGATIVE: Final = 0xFF


_REMEMBERED: Final = 1 << 10
"""Fields, most of which are the same in every header of an archive."""


class BadHeaderError(Exception):
    """The block is no header that tarfile would read."""


@dataclass(slots=True, kw_only=True)
class Header:
    """A block's fields. `name` is what the header means, prefix included."""

    name: bytes
    field_name: bytes
    """The field itself, without the prefix."""
    prefix: bytes
    mode: int
    size: int
    type: bytes
    link: bytes
    magic: bytes
    oddities: tuple[str, ...]
    """Fields that are written in a way that not every tool reads."""

    @property
    def is_gnu(self) -> bool:
        """Whether it is of GNU's format, which has no prefix field and no extended headers."""
        return self.magic == GNU


def is_tar(file: BinaryIO) -> bool:
    """Say whether an open file begins as a tar does, compressed with gzip or not."""
    file.seek(0)
    block = file.read(BLOCK)
    if block.startswith(_GZIP):
        try:
            block = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(block + file.read(BLOCK), BLOCK)
        except zlib.error:
            return False
    if block == EMPTY_BLOCK:
        return True
    try:
        parse(block)
    except BadHeaderError:
        return False
    return True


def parse(block: bytes) -> Header:
    """Read the fields of a block.

    Raises:
        BadHeaderError: tarfile would not take it for a header.

    """
    if len(block) != BLOCK:
        raise BadHeaderError("it is cut off")
    name, ownership, size, mtime, checksum, kind, link, magic, device, prefix = _FIELDS.unpack(block)
    total, is_usual_sum = _read(checksum, magic)
    if not _is_sum(total, block):
        raise BadHeaderError("its checksum is wrong")
    mode, oddities = _mode(ownership, magic)
    _, is_usual_time = _read(mtime, magic)
    _check_device(device)
    length, is_usual_size = _read(size, magic)
    if not (is_usual_size and is_usual_time and is_usual_sum and size.strip(b"\0 ")):
        oddities = (*oddities, "size, time or checksum")
    field_name = _text(name)
    header = Header(
        name=field_name,
        field_name=field_name,
        prefix=_text(prefix),
        mode=mode,
        size=length,
        type=kind,
        link=_text(link),
        magic=magic,
        oddities=oddities,
    )
    if header.type == OLD_FILE and header.name.endswith(b"/"):
        header.type = DIRECTORY
    if header.type == DIRECTORY:
        header.name = header.name.rstrip(b"/")
    if header.prefix and header.type not in _WITHOUT_PREFIX:
        header.name = header.prefix + b"/" + header.name
    if header.size < 0:
        raise BadHeaderError("its size is negative")
    return header


def number(field: bytes) -> int:
    """Read a number as tarfile does: octal digits, or base 256.

    Raises:
        BadHeaderError: it is none.

    """
    if field[0] in {_BASE256, _BASE256_NEGATIVE}:
        value = int.from_bytes(field[1:], "big")
        return value - (1 << (8 * (len(field) - 1))) if field[0] == _BASE256_NEGATIVE else value
    text = _text(field).strip()
    try:
        return int(text.decode("ascii") or "0", 8)
    except ValueError:
        raise BadHeaderError("one of its numbers is none") from None


@lru_cache(maxsize=_REMEMBERED)
def _mode(ownership: bytes, magic: bytes) -> tuple[int, tuple[str, ...]]:
    """Read mode, owner and group, which most members of an archive share; return the mode, and what is odd."""
    fields = [_read(field, magic) for field in _OWNERSHIP.unpack(ownership)]
    oddities = tuple(what for what, (_, usual) in zip(("mode", "owner", "group"), fields, strict=True) if not usual)
    return fields[0][0], oddities


@lru_cache(maxsize=_REMEMBERED)
def _check_device(device: bytes) -> None:
    """Read the numbers of a device, as tarfile does of every member."""
    for field in _DEVICE.unpack(device):
        number(field)


def _read(field: bytes, magic: bytes) -> tuple[int, bool]:
    """Return a number, and whether it is written as uv reads it.

    Raises:
        BadHeaderError: it is none.

    """
    if _OCTAL.fullmatch(field) is not None:
        return int(field.rstrip(b"\0 ") or b"0", 8), True
    return number(field), magic == GNU and field[0] == _BASE256 and not any(field[1:-_LONGEST_NUMBER])


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _is_sum(checksum: int, block: bytes) -> bool:
    """Say whether the checksum is the sum of the bytes, its own taken as spaces; old writers took them as signed."""
    parts = block[: _CHECKSUM.start], block[_CHECKSUM.stop : _HALFWAY], block[_HALFWAY:]
    difference = sum(map(_sum, parts)) + _SPACES_SUM - checksum
    return difference == 0 or difference == 0x100 * sum(byte >> 7 for part in parts for byte in part)


def _sum(part: bytes) -> int:
    """Add up to 256 bytes, which is the lower half of their Adler-32 but for the 1 that it begins with (RFC 1950)."""
    return (zlib.adler32(part) & 0xFFFF) - 1
