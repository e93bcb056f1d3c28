"""The output of a process: drained as it comes, shown line by line, kept up to a limit."""

from __future__ import annotations

import threading
from io import BufferedReader
from typing import IO

from pypublish.edges.world import Sink, discard

KEPT = 1 << 20
"""Bytes of a stream that are kept, half of them from its beginning and half from its end."""

SHOWN = 10_000_000
"""Bytes of a stream that are shown: 100 MB of a compiler's chatter help nobody, and runners choke on it."""

LINE_LIMIT = 1 << 16

PATIENCE = 2.0
"""Seconds that are waited for the end of a stream that a process has left open which cannot be found."""


class Output(threading.Thread):
    """Drain one stream to its end, so that the process never blocks, and bound what comes of it.

    Each line is given to `sink` in this thread, without the blanks at its end.
    """

    def __init__(self, stream: IO[bytes], sink: Sink, *, kept: int = KEPT) -> None:
        super().__init__(daemon=True)
        self._dropped = 0
        self._stream = stream
        self._sink = sink
        self._half = kept // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._shown = 0
        self._over = False
        self.start()

    def run(self) -> None:
        """Read until nobody can write any more."""
        with self._stream:
            if self._sink is discard and isinstance(self._stream, BufferedReader):
                while piece := self._stream.read1(LINE_LIMIT):
                    self._keep(piece)
                return
            while line := self._stream.readline(LINE_LIMIT):
                self._keep(line)
                self._show(line)

    def finish(self, patience: float | None = None) -> bool:
        """Wait for the end of the stream, in seconds, and say whether it came; nothing more is shown after it."""
        self.join(PATIENCE if patience is None else patience)
        self._over = True
        return not self.is_alive()

    def content(self) -> bytes:
        """Return what was kept; a line says where something was dropped."""
        dropped = self._dropped + max(len(self._tail) - self._half, 0)
        middle = f"\n[… {dropped} bytes dropped …]\n".encode() if dropped else b""
        return bytes(self._head + middle + self._tail[-self._half :])

    def _show(self, line: bytes) -> None:
        if self._over or self._shown > SHOWN:
            return
        self._shown += len(line)
        # Tools that draw, as twine and pip do by rich, fill their lines up with blanks.
        self._sink(line.decode("utf-8", "replace").rstrip())
        if self._shown > SHOWN:
            self._sink(f"[… what follows these {SHOWN // 1_000_000} MB is not shown …]")

    def _keep(self, line: bytes) -> None:
        if len(self._head) < self._half:
            self._head += line
            return
        self._tail += line
        if len(self._tail) > 2 * self._half:
            self._dropped += len(self._tail) - self._half
            del self._tail[: -self._half]
