"""The content of a ZIP's member: unpacked piece by piece, never more of it than was announced."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

STORED: Final = 0
DEFLATED: Final = 8

_PIECE: Final = 1 << 18
"""Bytes that are unpacked at a time."""

Complain = Callable[[str, str], None]
"""Takes a code and a message."""


def unpack(
    pieces: Iterable[memoryview], *, deflated: bool, size: int, crc: int, complain: Complain
) -> Iterator[bytes | memoryview]:
    """Yield the unpacked content, at most `size` bytes of it, and complain where size or checksum are not as given."""
    total = checksum = 0
    for piece in _inflated(pieces, size, complain) if deflated else pieces:
        total += len(piece)
        checksum = zlib.crc32(piece, checksum)
        yield piece[: max(len(piece) - max(total - size, 0), 0)]
    if total != size:
        more_or_less = f"only {total:,}" if total < size else "more"
        complain("size", f"it should have {size:,} bytes, but has {more_or_less}")
    elif checksum != crc:
        complain("crc", f"its checksum should be {crc:08x}, but is {checksum:08x}")


def _inflated(pieces: Iterable[memoryview], size: int, complain: Complain) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    left = size + 1
    ended_early = False
    for piece in pieces:
        ended_early = ended_early or inflater.eof
        data: bytes | memoryview = piece
        while data and left and not inflater.eof:
            try:
                out = inflater.decompress(data, min(left, _PIECE))
            except zlib.error:
                complain("deflate", "its compressed content is damaged")
                return
            left -= len(out)
            data = inflater.unconsumed_tail
            if out:
                yield out
    if left and not inflater.eof:
        # What was held back comes once the input is known to be at its end.
        yield from filter(None, [_rest(inflater, left)])
    if left and (ended_early or inflater.unused_data):
        complain("trailing", "something follows its compressed content")
    elif left and not inflater.eof:
        complain("deflate", "its compressed content is cut off")


def _rest(inflater: zlib._Decompress, left: int) -> bytes:
    try:
        return inflater.decompress(b"", left)
    except zlib.error:
        return b""
