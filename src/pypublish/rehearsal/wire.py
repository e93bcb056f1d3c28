"""What no answer should do, done on the wire: break the connection, say nothing, drip, be cut off, swell."""

from __future__ import annotations

import contextlib
import socket
import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

BOMB: Final = 256 << 20
"""Bytes of the answer that swells, unpacked."""
_BLOCK: Final = 1 << 20


class BrokenOffError(ConnectionError):
    """Nothing more is said on this connection; the listener closes it."""


def break_off(environ: WSGIEnvironment) -> NoReturn:
    """Reset the connection."""
    if (connection := _connection(environ)) is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with contextlib.suppress(OSError):  # the client was faster
            # werkzeug reads what is left of a request; were that to time out, it would answer after all.
            connection.shutdown(socket.SHUT_RD)
    raise BrokenOffError


def say_nothing(environ: WSGIEnvironment) -> NoReturn:
    """Listen until the client hangs up, and never answer."""
    if (connection := _connection(environ)) is not None:
        connection.settimeout(None)
        with contextlib.suppress(OSError):  # hanging up takes many forms
            while connection.recv(_BLOCK):
                pass
    raise BrokenOffError


def drip(environ: WSGIEnvironment, body: bytes, pause: float) -> Iterator[bytes]:
    """Give out a body byte by byte, with `pause` seconds before each."""
    connection = _connection(environ)
    for place in range(len(body)):
        if connection is not None:
            _pause(connection, pause)
        yield body[place : place + 1]


def cut_off(body: bytes) -> Iterator[bytes]:
    """Give out half of a body, and hang up."""
    yield body[: len(body) // 2]
    raise BrokenOffError


def bomb(size: int = BOMB) -> Iterator[bytes]:
    """Give out a gzip stream of `size` zeros, a thousandth of that long."""
    packer = zlib.compressobj(level=9, wbits=16 + zlib.MAX_WBITS)
    zeros = bytes(_BLOCK)
    for _ in range(size // _BLOCK):
        yield packer.compress(zeros)
    yield packer.flush()


def _connection(environ: WSGIEnvironment) -> socket.socket | None:
    """Return the connection that a request came on; None where it came on none, as from a test's client."""
    found = environ.get("werkzeug.socket")
    return found if isinstance(found, socket.socket) else None


def _pause(connection: socket.socket, seconds: float) -> None:
    """Wait, but not for a client that has hung up."""
    connection.settimeout(seconds)
    try:
        hung_up = not connection.recv(1)
    except TimeoutError:
        return
    if hung_up:
        raise BrokenOffError
