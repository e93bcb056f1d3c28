"""What GitHub's API answers, as the stand-in makes it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body; a status of 0 breaks the connection without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def message(status: int, words: str, *errors: Mapping[str, str]) -> Answer:
    more = {"errors": list(errors)} if errors else {}
    return as_json({"message": words, **more, "documentation_url": "https://docs.github.com/rest"}, status)


def invalid(resource: str, field: str, code: str, words: str = "") -> Answer:
    """Make GitHub's answer to what it objects to."""
    error = {"resource": resource, "code": code, "field": field} | ({"message": words} if words else {})
    return message(422, "Validation Failed", error)


def as_json(document: object, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(document).encode()


def part_of(items: Sequence[object], query: Mapping[str, str]) -> Sequence[object]:
    """Return the page of a list that was asked for."""
    size, page = min(int(query.get("per_page", "30")), 100), int(query.get("page", "1"))
    return items[(page - 1) * size : page * size]


def serve(answer: Callable[[Asked], Answer]) -> tuple[ThreadingHTTPServer, threading.Thread]:
    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {key.lower(): value for key, value in self.headers.items()}
            status, told, content = answer(Asked(method=self.command, path=self.path, headers=headers, body=body))
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in told.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _handle  # noqa: N815 - so they are called by http.server

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    return server, thread
