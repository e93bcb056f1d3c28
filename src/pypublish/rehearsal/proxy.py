"""The way to the embedded index under PyPI's own names: an HTTP proxy that leads nowhere else.

A client that is told to use it asks for a tunnel (`CONNECT upload.pypi.org:443`) and finds the embedded index
at its end; for every other host there is none.
"""

from __future__ import annotations

import socket
from typing import Final

from pypublish.rehearsal.sites import HOSTS

HEAD_LIMIT: Final = 16 << 10
"""Bytes of a request for a tunnel."""
_HTTPS: Final = "443"


def open_tunnel(client: socket.socket) -> bool:
    """Answer a request for a tunnel; where it is to one of PyPI's names, the client speaks TLS from now on."""
    method, _, rest = _read_head(client).partition(" ")
    target = rest.partition(" ")[0]
    host, _, port = target.rpartition(":")
    if method == "CONNECT" and host.lower() in HOSTS and port == _HTTPS:
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return True
    body = f"{target} is not part of this rehearsal: only PyPI's own hosts are\n".encode()
    head = ("HTTP/1.1 403 Forbidden", "Content-Type: text/plain", f"Content-Length: {len(body)}", "Connection: close")
    client.sendall("\r\n".join((*head, "", "")).encode() + body)
    return False


def _read_head(client: socket.socket) -> str:
    """Read a request up to its empty line, and not one byte of the TLS that follows."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n") and len(head) < HEAD_LIMIT:
        byte = client.recv(1)
        if not byte:
            break
        head += byte
    return head.decode("latin-1")
