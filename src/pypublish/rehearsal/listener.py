"""The one port on loopback where everything is: TLS is the index, `CONNECT` the way to it, the rest the issuer."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import sys
import threading
from typing import TYPE_CHECKING, Final

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from pypublish.errors import ToolError, UsageError
from pypublish.rehearsal import proxy

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

HOST: Final = "127.0.0.1"
IDLE_LIMIT: Final = 60.0
"""Seconds for which a client may say nothing."""
_POLL: Final = 0.05
"""Seconds after which the listener notices that it is to stop."""
_TLS_HANDSHAKE: Final = b"\x16"

_log = logging.getLogger(__name__)


def bind(port: int) -> socket.socket:
    """Listen on `port` of loopback; 0 takes any that is free.

    Raises:
        UsageError: the port is taken, or not ours to take.
        ToolError: this machine lets nobody listen.

    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            # A port is free again at once when the index was stopped; Windows would share it.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or error
        if port == 0:
            raise ToolError(f"the embedded index cannot listen on {HOST}: {reason}") from None
        raise UsageError(
            f"port {port} of {HOST} cannot be used: {reason}",
            hint="End the program that listens there, or name another port by --port (0 takes any that is free).",
        ) from None
    return listening


class _Handler(WSGIRequestHandler):
    """Speaks HTTP on one connection, and keeps quiet about it."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_LIMIT

    def make_environ(self) -> WSGIEnvironment:
        environ = super().make_environ()
        environ["wsgi.url_scheme"] = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
        return environ

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """Say nothing more on a connection that was broken off, by whichever side."""
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing of requests: what matters is in their answers."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is werkzeug's
        _log.log(logging.ERROR if type == "error" else logging.DEBUG, message, *args)


class Listener(ThreadedWSGIServer):
    """Serves an application, one thread a connection."""

    daemon_threads = True

    def __init__(self, listening: socket.socket, app: WSGIApplication, context: ssl.SSLContext) -> None:
        host, port = listening.getsockname()
        super().__init__(host, port, app, handler=_Handler, fd=listening.fileno())
        listening.close()  # the server has a duplicate of it
        self._context = context
        self._open: dict[threading.Thread, socket.socket] = {}
        self._loop = threading.Thread(target=self.serve_forever, args=(_POLL,), name="embedded index", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._loop.start()

    def stop(self) -> None:
        """Close the port, end what is under way, and return when nothing of it runs any more."""
        self.shutdown()
        self._loop.join()
        self.server_close()
        for thread, connection in list(self._open.items()):
            with contextlib.suppress(OSError):  # the other side was faster
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(1)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Answer on one connection, whatever it turns out to speak."""
        assert isinstance(request, socket.socket)  # noqa: S101 - the other kind is UDP's
        thread = threading.current_thread()
        self._open[thread] = request
        try:
            request.settimeout(IDLE_LIMIT)
            if (connection := self._recognise(request)) is not None:
                self._open[thread] = connection
                self.finish_request(connection, client_address)
        except (OSError, ValueError) as error:
            _log.debug("a connection ended: %s", error)
        finally:
            self._open.pop(thread).close()  # no shutdown before: a connection that is broken off gets its reset

    def _recognise(self, client: socket.socket) -> socket.socket | None:
        """Return the connection to speak HTTP on; None where there is nothing to say any more."""
        begins = client.recv(1, socket.MSG_PEEK)
        if begins == b"C":
            if not proxy.open_tunnel(client):
                return None
            begins = _TLS_HANDSHAKE
        return self._context.wrap_socket(client, server_side=True) if begins == _TLS_HANDSHAKE else client
