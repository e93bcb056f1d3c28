"""A gzip stream, unpacked block by block: one stream, undamaged, nothing after it, and no bomb.

Layout: RFC 1952.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from pypublish.archive.contents import Limits
from pypublish.archive.flaws import Flaws
from pypublish.archive.reader import Reader

MAGIC: Final = b"\x1f\x8b"

UNPACKED: Final = 1 << 20
"""Bytes that are unpacked at a time."""

_RULE: Final = "gzip-is-sound"
_HEADER: Final = struct.Struct("<2sBB6x")
_TRAILER: Final = struct.Struct("<LL")
_DEFLATE: Final = 8
_HEADER_CHECKSUM, _EXTRA, _NAME, _COMMENT = 0x02, 0x04, 0x08, 0x10
_KNOWN: Final = 0x01 | _HEADER_CHECKSUM | _EXTRA | _NAME | _COMMENT
_LONGEST_TEXT: Final = 0xFFFF
_SIZE_MODULUS: Final = 1 << 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """How much a file may unpack to, and how much it says that it does."""

    size: int
    """Of the file, in bytes."""
    promised: int
    """What its last four bytes say: the unpacked size, modulo 4 GiB."""
    limits: Limits

    def passed_by(self, total: int) -> bool:
        """Say whether `total` bytes are so many that the file is a bomb, or will be one at its end."""
        if total <= self.limits.ratio_from:
            return False
        allowed = max(self.limits.ratio * self.size, self.limits.ratio_from)
        return total > allowed or self._least(total) > allowed

    def _least(self, total: int) -> int:
        """What it unpacks to at least, if the promise is true and `total` has been unpacked."""
        return total + (self.promised - total) % _SIZE_MODULUS


def bound_of(file: BinaryIO, size: int, limits: Limits) -> Bound:
    """Read what an open file says of its unpacked size."""
    promised = 0
    if size >= _TRAILER.size:
        file.seek(-4, io.SEEK_END)
        promised = int.from_bytes(file.read(4), "little")
    return Bound(size=size, promised=promised, limits=limits)


def blocks(packed: Reader, bound: Bound, flaws: Flaws) -> Iterator[bytes]:
    """Yield what the stream unpacks to; at its end, or where it makes no sense any more, note what is wrong with it."""
    if not _read_header(packed, flaws):
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    total = checksum = 0
    data: bytes | memoryview = b""
    while not inflater.eof:
        data = inflater.unconsumed_tail or packed.rest_of_block()
        try:
            block = inflater.decompress(data, UNPACKED)
        except zlib.error:
            flaws.add("archive-is-readable", "the compressed data are damaged", code="gzip-damaged")
            return
        if not data and not block and not inflater.eof:
            flaws.add("archive-is-readable", "the compressed data are cut off", code="gzip-cut-off")
            return
        total += len(block)
        if bound.passed_by(total):
            message = f"{bound.size:,} bytes unpack to more than {bound.limits.ratio} times as many"
            flaws.add("archive-is-no-bomb", message, code="ratio")
            return
        checksum = zlib.crc32(block, checksum)
        if block:
            yield block
    _judge_end(inflater.unused_data, packed, total, checksum, flaws)


def _read_header(packed: Reader, flaws: Flaws) -> bool:
    header = packed.take(_HEADER.size)
    if len(header) < _HEADER.size:
        flaws.add("archive-is-readable", "the compressed data are cut off", code="gzip-cut-off")
        return False
    magic, method, flags = _HEADER.unpack(header)
    if magic != MAGIC or method != _DEFLATE:
        flaws.add("archive-is-readable", "this is not compressed with gzip", code="not-gzip")
        return False
    if flags & ~_KNOWN:
        flaws.add(_RULE, "the header has flags of unknown meaning", code="flags")
    checksum = zlib.crc32(header)
    if flags & _EXTRA:
        length = packed.take(2)
        extra = packed.take(int.from_bytes(length, "little"))
        checksum = zlib.crc32(length + extra, checksum)
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            checksum = zlib.crc32(_text(packed), checksum)
    if flags & _HEADER_CHECKSUM and int.from_bytes(packed.take(2), "little") != checksum & 0xFFFF:
        flaws.add(_RULE, "the header's checksum is wrong", code="header-checksum")
    return True


def _text(packed: Reader) -> bytes:
    """Take a text up to and with the zero byte that ends it."""
    text = bytearray()
    while len(text) < _LONGEST_TEXT and (byte := packed.take(1)):
        text += byte
        if byte == b"\0":
            break
    return bytes(text)


def _judge_end(unused: bytes, packed: Reader, total: int, checksum: int, flaws: Flaws) -> None:
    trailer = unused[: _TRAILER.size]
    trailer += packed.take(_TRAILER.size - len(trailer))
    if len(trailer) < _TRAILER.size:
        flaws.add("archive-is-readable", "the compressed data are cut off", code="gzip-cut-off-trailer")
        return
    if _TRAILER.unpack(trailer) != (checksum, total % _SIZE_MODULUS):
        flaws.add(_RULE, "the unpacked data have not the checksum or the size that the end says", code="checksum")
    after = unused[_TRAILER.size :] or packed.take(len(MAGIC))
    if after:
        what = "another gzip stream" if after.startswith(MAGIC) else "something that is not compressed"
        flaws.add(_RULE, f"{what} follows the compressed data", code="trailing")
