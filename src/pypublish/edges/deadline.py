"""A deadline for a whole exchange: a server that drips byte by byte resets every timeout of a socket, but not this."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Any, Self


class Deadline:
    """Shuts the connections of an exchange when its seconds are over; use it as a context around the exchange."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.passed = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self.expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Start the clock."""
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop the clock: the exchange is over."""
        self._timer.cancel()
        with self._lock:
            for duplicate in self._sockets:
                duplicate.close()
            self._sockets.clear()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Take note of each connection as the client makes it (httpcore's `trace` extension)."""
        if event != "connection.connect_tcp.complete":
            return
        # A duplicate, because TLS takes the descriptor away from the socket that connected.
        duplicate = info["return_value"].get_extra_info("socket").dup()
        with self._lock:
            self._sockets.append(duplicate)
            if self.passed:
                _shut(duplicate)

    def expire(self) -> None:
        """End the exchange now; any thread may call it."""
        with self._lock:
            self.passed = True
            for duplicate in self._sockets:
                _shut(duplicate)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side may have closed it already
        connection.shutdown(socket.SHUT_RDWR)
