"""The page of a project on the embedded index: for a browser, without TLS, made anew whenever it is asked for."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from pypublish.rehearsal.listener import HOST, Listener, bind
from pypublish.rehearsal.responses import redirect, text_response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Write = Callable[[], str]
"""Writes the page as it is now: HTML whose first tag has an empty `data-state`."""

STATE_PATH: Final = "/state"
_STATE: Final = 'data-state=""'


class _Pages:
    """Answers for one page, and for the state that it is in."""

    def __init__(self, path: str, policy: str, write: Write) -> None:
        self._path, self._policy, self._write = path, policy, write
        self.hosts: frozenset[str] = frozenset()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.host not in self.hosts:
            # Another name that leads here is one that a page elsewhere has made to: it is to read nothing.
            return text_response(f"{request.host} is not this preview\n", 403)
        if request.method not in {"GET", "HEAD"}:
            return text_response("nothing can be changed here\n", 405)
        if request.path == "/":
            return redirect(self._path, 302)
        if request.path not in {self._path, STATE_PATH}:
            return text_response("on PyPI, too, there is nothing at this address\n", 404)
        text = self._write()
        state = hashlib.sha256(text.encode()).hexdigest()
        if request.path == STATE_PATH:
            response = text_response(state, 200)
        else:
            response = Response(text.replace(_STATE, f'data-state="{state}"', 1), mimetype="text/html")
            response.headers["Content-Security-Policy"] = f"{self._policy}; frame-ancestors 'none'"
            response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


@contextmanager
def serve_page(name: str, write: Write, *, policy: str, port: int) -> Iterator[str]:
    """Serve the page of the project `name` on loopback until the context ends; give its address.

    `write` is called for every request, by several threads. `policy` is the page's content security policy.

    Raises:
        UsageError: the port is taken.
        ToolError: this machine lets nobody listen.

    """
    path = f"/project/{quote(name, safe='')}/"
    pages = _Pages(path, policy, write)
    listening = bind(port)
    try:
        own = listening.getsockname()[1]
        pages.hosts = frozenset({f"{HOST}:{own}", f"localhost:{own}"})
        # Without a certificate: whoever speaks TLS here is turned away.
        listener = Listener(listening, pages, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    except BaseException:
        listening.close()
        raise
    listener.start()
    try:
        yield f"http://{HOST}:{own}{path}"
    finally:
        listener.stop()
