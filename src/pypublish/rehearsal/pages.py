"""A page of the index: compressed, with its serial and its ETag, and 304 where the client knows it."""

from __future__ import annotations

import gzip
import hashlib
from typing import Final

from werkzeug.wrappers import Request, Response

_WORTH_COMPRESSING: Final = 256
"""Bytes."""


def page(request: Request, body: str, kind: str, *, serial: int, max_age: int, vary: str) -> Response:
    """Make the answer to a request for a page; `max_age` is for how many seconds a client may keep it."""
    content = body.encode()
    headers = {"Cache-Control": f"max-age={max_age}, public", "Vary": vary, "X-PyPI-Last-Serial": str(serial)}
    if request.accept_encodings.quality("gzip") and len(content) >= _WORTH_COMPRESSING:
        content = gzip.compress(content, mtime=0)
        headers["Content-Encoding"] = "gzip"
    response = Response(content, headers=headers, content_type=kind)
    # The digest tells one state of the page from another: nothing is to be kept secret by it.
    response.set_etag(hashlib.md5(content, usedforsecurity=False).hexdigest())
    response.make_conditional(request.environ)
    return response
