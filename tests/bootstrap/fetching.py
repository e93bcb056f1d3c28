"""uv, fetched from a server of a test's own."""

from __future__ import annotations

from collections.abc import Iterable

from locked_environment.uv import fetch_uv
from tests.bootstrap.machine import UV_NAME, UV_SHA256
from tests.faulty_server import Behaviour, Chunk

LOCKED_URL = f"https://files.invalid/{UV_NAME}"
PASSWORD = "s3/cr@t:x"  # and how it stands in a URL:
LOGIN_IN_URL = "bob:s3%2Fcr%40t:x@"


def fetch(environ: dict[str, str], url: str = LOCKED_URL) -> bytes:
    return fetch_uv(environ, url, UV_SHA256, "\nOr install uv.")


def one_after_another(*answers: Iterable[Chunk]) -> Behaviour:
    """Answer the first request by the first answer, and so on."""
    left = iter(answers)
    return lambda _: next(left)
