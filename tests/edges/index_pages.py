"""A project's page as an index serves it, and the address of such an index."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from types import MappingProxyType

from pypublish.model import Index
from tests.faulty_server import Chunk, FaultyServer, reply

JSON = "application/vnd.pypi.simple.v1+json"
SHA256 = "0123456789abcdef" * 4
WHEEL = {
    "filename": "hello-1.2.0-py3-none-any.whl",
    "url": "https://files.example/ab/hello-1.2.0-py3-none-any.whl",
    "hashes": {"sha256": SHA256},
    "requires-python": ">=3.9",
    "size": 1234,
    "upload-time": "2026-11-20T10:00:00.123456Z",
    "yanked": False,
    "core-metadata": {"sha256": SHA256},
    "data-dist-info-metadata": False,
    "provenance": "https://index.example/integrity/hello/1.2.0/x/provenance",
    "a-key-of-tomorrow": {},
}
SDIST = {"filename": "hello-1.2.0.tar.gz", "url": "../../hello-1.2.0.tar.gz", "hashes": {}, "yanked": "broken"}
PAGE = {
    "meta": {"api-version": "1.4", "_last-serial": 42},
    "name": "hello",
    "project-status": {"status": "archived", "reason": "no longer\x1b[31m kept"},
    "versions": ["1.2.0"],
    "files": [WHEEL, SDIST],
}


def an_index(server: FaultyServer, *, pypi: bool = False) -> Index:
    return Index(
        name="pypi" if pypi else "own",
        upload_url=f"{server.url}/legacy/",
        simple_url=f"{server.url}/simple/",
        oidc_audience="own",
    )


def json_page(page: object = PAGE, headers: Mapping[str, str] = MappingProxyType({})) -> list[Chunk]:
    return reply(
        gzip.compress(json.dumps(page).encode()), headers={"Content-Encoding": "gzip", **headers}, content_type=JSON
    )
