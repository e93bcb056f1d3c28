"""The CDN before the index: what readers meet after an upload, and why some of them meet the old page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from pypublish.errors import UsageError
from pypublish.rehearsal.cdn import EDGE, SHIELD, Behaviour, read_delay
from pypublish.rehearsal.server import Rehearsal
from tests.rehearsal.parts import PENDING, MovableTime, Serve, http_client, send

Make = Callable[..., Path]
JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
HTML = {"Accept": "text/html"}
PLAIN = {**JSON, "Accept-Encoding": "identity"}
PAGE = "https://pypi.org/simple/hello-there/"
PROJECT = "https://pypi.org/pypi/hello-there/json"
RELEASE = "https://pypi.org/pypi/hello-there/{}/json"


@pytest.fixture
def behind(serve_index: Serve) -> Callable[..., object]:
    @contextmanager
    def start(behaviour: Behaviour | None, *, faults: tuple[str, ...] = ()) -> Iterator[httpx.Client]:
        with serve_index(cdn=behaviour, faults=faults) as index, http_client(index) as http:
            yield http

    return start


def files(http: httpx.Client, headers: dict[str, str] = JSON) -> int:
    """How many files a reader is shown; -1 for a page that is not there."""
    answer = http.get(PAGE, headers=headers)
    if answer.status_code == 404:
        return -1
    if headers["Accept"] == "text/html":
        return answer.text.count("<a ")
    return len(answer.json()["files"])


Behind = Callable[..., "contextmanager[httpx.Client]"]
