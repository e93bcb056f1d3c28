"""Making blocks ahead: another thread inflates the next while the last is looked at, which needs no interpreter."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from queue import Queue
from threading import Event, Thread
from typing import Final

AHEAD: Final = 2
"""Blocks that may wait to be taken."""


def make_ahead(blocks: Iterator[bytes]) -> Generator[bytes]:
    """Yield the same blocks, and raise what raises there; closed early, it waits until nobody makes any more."""
    made: Queue[bytes | BaseException | None] = Queue(AHEAD)
    unwanted = Event()

    def make() -> None:
        end = None
        try:
            for block in blocks:
                made.put(block)
                if unwanted.is_set():
                    break
        except BaseException as error:  # noqa: BLE001 - it is raised where the block would have been taken
            end = error
        made.put(end)

    maker = Thread(target=make, name="inflate", daemon=True)
    maker.start()
    block: bytes | BaseException | None = b""
    try:
        while isinstance(block := made.get(), bytes):
            yield block
        if block is not None:
            raise block
    finally:
        unwanted.set()
        while isinstance(block, bytes):
            block = made.get()
        maker.join()
