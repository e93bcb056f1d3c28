"""A run of bytes that is read once, from start to end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from hashlib import blake2b, sha256
from typing import BinaryIO, Final

BLOCK: Final = 1 << 18
"""Bytes that are read at a time."""
BLAKE2B_256: Final = 32
"""Bytes of the digest that PyPI calls blake2_256."""


class Reader:
    """Takes bytes off a run of blocks, and knows how far it is."""

    __slots__ = ("_block", "_blocks", "_start", "position")

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._block = b""
        self._start = 0
        self.position = 0

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes; fewer at the end."""
        start, block = self._start, self._block
        if start + count <= len(block):
            self._start = start + count
            self.position += count
            return block[start : start + count]
        return b"".join(self.pieces(count))

    def pieces(self, count: int) -> Iterator[memoryview]:
        """Yield the next `count` bytes in pieces, without copying them; fewer at the end."""
        while count > 0:
            if self._start == len(self._block) and not self._next_block():
                return
            piece = memoryview(self._block)[self._start : self._start + count]
            self._start += len(piece)
            self.position += len(piece)
            count -= len(piece)
            yield piece

    def rest_of_block(self) -> memoryview:
        """Return what is at hand, a block at most; nothing at the end."""
        return next(self.pieces(BLOCK), memoryview(b""))

    def skip(self, count: int) -> int:
        """Pass over `count` bytes, and return how many there were."""
        return sum(map(len, self.pieces(count)))

    def drain(self) -> None:
        """Read to the end."""
        self.position += len(self._block) - self._start
        self._start = len(self._block)
        while self._next_block():
            self.position += len(self._block)
            self._start = len(self._block)

    def _next_block(self) -> bool:
        self._block = next(self._blocks, b"")
        self._start = 0
        return bool(self._block)


class Digests:
    """The digests of a whole file, made as it is read."""

    __slots__ = ("blake2b_256", "sha256")

    def __init__(self) -> None:
        self.sha256 = sha256()
        self.blake2b_256 = blake2b(digest_size=BLAKE2B_256)


def blocks_of(file: BinaryIO, digests: Digests) -> Iterator[bytes]:
    """Yield the file block by block from its start, and digest it."""
    file.seek(0)
    while block := file.read(BLOCK):
        digests.sha256.update(block)
        digests.blake2b_256.update(block)
        yield block


def size_of(file: BinaryIO) -> int:
    """Return the size of an open file in bytes."""
    return file.seek(0, io.SEEK_END)
