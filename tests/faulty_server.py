"""A server on loopback that answers as a test wants it, also as no server should: bytes over real sockets."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

Chunk = bytes | float | None
"""Bytes to send, seconds to wait (cut short when the server stops), or None to reset the connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asked for."""

    method: str
    path: str
    headers: Mapping[str, str]


Behaviour = Callable[[Request], Iterable[Chunk]]


def reply(
    body: bytes = b"",
    headers: Mapping[str, str] = MappingProxyType({}),
    *,
    status: int = 200,
    content_type: str = "text/plain",
    length: int | None = None,
) -> list[Chunk]:
    """Make an ordinary answer; `length` is what Content-Length says, which may be a lie."""
    told = {
        "Content-Type": content_type,
        "Content-Length": str(len(body) if length is None else length),
        "Connection": "close",
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return [f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode() + body]


def drip(chunks: Iterable[Chunk], *, pause: float = 0.02) -> Iterator[Chunk]:
    """Send an answer byte by byte."""
    for chunk in chunks:
        for byte in chunk if isinstance(chunk, bytes) else b"":
            yield bytes([byte])
            yield pause


@dataclass(kw_only=True)
class FaultyServer:
    """Answers every connection by `behaviour`, one request each; `requests` are those that came, in order."""

    behaviour: Behaviour
    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    host: str = field(init=False)
    """As an allow-list names it."""

    def __enter__(self) -> Self:
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        for thread in self._threads:
            thread.join()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        # Clients that hang up are what many tests are about.
        with contextlib.suppress(OSError), connection:
            wrapped = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            with wrapped:
                request = _read(wrapped)
                self.requests.append(request)
                self._send(wrapped, self.behaviour(request))

    def _send(self, connection: socket.socket, chunks: Iterable[Chunk]) -> None:
        for chunk in chunks:
            if self._stop.is_set():
                return
            if chunk is None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if isinstance(chunk, bytes):
                connection.sendall(chunk)
            else:
                self._stop.wait(chunk)


def always(answer: Iterable[Chunk], *, tls: ssl.SSLContext | None = None) -> FaultyServer:
    """Make a server that answers everything alike."""
    chunks = list(answer)
    return FaultyServer(behaviour=lambda _: chunks, tls=tls)


def _read(connection: socket.socket) -> Request:
    head = b""
    while b"\r\n\r\n" not in head:
        received = connection.recv(65536)
        if not received:
            raise OSError("the client hung up")
        head += received
    first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    method, path, _ = first.split(" ")
    return Request(
        method=method,
        path=path,
        headers={name.lower(): value for name, value in (line.split(": ", 1) for line in lines)},
    )
