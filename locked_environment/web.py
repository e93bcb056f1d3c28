"""The web, as the user's proxy and authorities let it be reached."""

import base64
import os
import ssl
import time
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import BaseHandler, HTTPSHandler, Request, build_opener

from locked_environment.trouble import Stop, remedy_for
from locked_environment.variables import authorities

TIMEOUT = 20  # seconds, for each step of a connection
DEADLINE = 300  # seconds, for one download with its repetitions
PAUSES = (0.5, 1.5)  # seconds, before each repetition
LARGEST_DOWNLOAD = 64 << 20  # bytes; the wheel of uv 0.13.8 has 17 MB


def origin(url: str) -> "tuple[str, str | None, int | None]":
    """Return scheme, host and port of a URL: who may see the login that is for it."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


class Web:
    """Fetches pages and files: by the user's proxy and authorities, showing a login to no server but its own."""

    def __init__(self, environ: "dict[str, str]") -> None:
        logins: "dict[tuple[str, str | None, int | None], str]" = {}

        class Login(BaseHandler):  # is asked about redirected requests too
            def http_request(self, request: Request) -> Request:
                if origin(request.full_url) in logins:
                    request.add_unredirected_header("Authorization", logins[origin(request.full_url)])
                return request

            https_request = http_request

        context = ssl.create_default_context()
        # python.org's Python for macOS comes without authorities; the system's are here.
        for path in (*filter(os.path.exists, ["/etc/ssl/cert.pem"]), *authorities(environ)):
            try:
                context.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
            except ssl.SSLError:
                raise Stop(f"{path} is no file of certificate authorities in PEM form.{remedy_for('fetch')}") from None
        self._logins = logins
        self._opener = build_opener(HTTPSHandler(context=context), Login())

    def fetch(self, url: str, accept: str = "*/*") -> "tuple[bytes, str, str]":
        """Return the content, its type, and the URL that it came from in the end.

        What may pass (broken connections, 429 and 5xx) is tried again. Raises Stop when it cannot be had.
        """
        trouble, end = "", time.monotonic() + DEADLINE
        for pause in (0, *PAUSES):
            time.sleep(pause)
            try:
                request = Request(self._without_login(url), headers={"Accept": accept})
                with self._opener.open(request, timeout=TIMEOUT) as response:
                    content = bytearray()
                    for chunk in iter(lambda: response.read1(1 << 16), b""):
                        content += chunk
                        if len(content) > LARGEST_DOWNLOAD or time.monotonic() > end:
                            raise Stop(f"{url} is too large or too slow: {len(content)} bytes came until now.")
                    announced = int(response.headers.get("Content-Length") or len(content))
                    if len(content) == announced:
                        return bytes(content), response.headers.get_content_type(), response.geturl()
                    trouble = f"the connection broke after {len(content)} of {announced} bytes"
            except HTTPError as error:
                trouble = f"the server answers {error.code} {error.reason}"
                if error.code in {401, 403}:
                    trouble += "; a login goes into the index's URL before the host, as user:password@"
                if error.code not in {429, 500, 502, 503, 504}:
                    break
            except (OSError, HTTPException, ValueError) as error:
                reason = getattr(error, "reason", error)
                # The text of the others may quote a part of the URL, the login perhaps.
                trouble = str(reason) if isinstance(reason, (OSError, str)) else type(reason).__name__
                if isinstance(reason, ssl.SSLCertVerificationError):
                    break
        raise Stop(f"{url} cannot be fetched: {trouble}.")

    def _without_login(self, url: str) -> str:
        """Take `user:password@` out of a URL, and keep it for the server that it is for."""
        parts = urlsplit(url)
        login, at, host = parts.netloc.rpartition("@")
        if at:
            user, _, password = login.partition(":")
            encoded = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
            self._logins[origin(url)] = f"Basic {encoded}"
        return parts._replace(netloc=host).geturl()
