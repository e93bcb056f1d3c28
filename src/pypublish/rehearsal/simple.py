"""The Simple API of the embedded index: JSON and HTML (PEP 503, 691, 700, 714, 740, 792), version 1.4."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from packaging.version import Version
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request, Response

from pypublish.pypi.names import normalise
from pypublish.rehearsal.pages import page
from pypublish.rehearsal.records import FileRecord, ProjectRecord
from pypublish.rehearsal.responses import redirect, text_response
from pypublish.rehearsal.sites import Site
from pypublish.rehearsal.store import Store

API_VERSION: Final = "1.4"
JSON: Final = "application/vnd.pypi.simple.v1+json"
HTML: Final = "application/vnd.pypi.simple.v1+html"
PLAIN_HTML: Final = "text/html"
MAX_AGE: Final = 600
"""Seconds."""


class UrlsOf:
    """Where an index's things are, for who asked under one of its names or by address."""

    def __init__(self, request: Request, site: Site) -> None:
        by_name = request.host in site.parts
        self._pages = f"https://{site.domain}" if by_name else request.host_url.rstrip("/")
        self._files = f"https://{site.file_host}" if by_name else self._pages

    def project(self, name: str) -> str:
        """Return the address of a project's page for people."""
        return f"{self._pages}/project/{name}/"

    def file(self, record: FileRecord) -> str:
        """Return a file's address."""
        return f"{self._files}/packages/{record.path}"

    def provenance(self, project: str, version: str, record: FileRecord) -> str | None:
        """Return where a file's attestations are; None where it has none."""
        if not record.provenance:
            return None
        return f"{self._pages}/integrity/{project}/{version}/{record.filename}/provenance"


def index(request: Request, store: Store) -> Response:
    """Answer for `/simple/`: all projects."""
    serial, names = store.serial, store.names()
    kind = wanted(request)
    if kind == JSON:
        projects = [{"_last-serial": serial, "name": name} for name in names.values()]
        body = _json({"meta": {"_last-serial": serial, "api-version": API_VERSION}, "projects": projects})
    else:
        links = (f'<a href="/simple/{name}/">{html.escape(shown)}</a><br />' for name, shown in sorted(names.items()))
        body = _html("Simple index", links, serial)
    return page(request, body, _with_charset(kind), serial=serial, max_age=MAX_AGE, vary=_VARY)


def project(request: Request, site: Site, found: ProjectRecord | None, name: str) -> Response:
    """Answer for `/simple/NAME/`: one project's files."""
    if name != normalise(name):
        return redirect(f"/simple/{normalise(name)}/", 301)
    if found is None:
        return text_response("404 Not Found", 404)
    urls, kind = UrlsOf(request, site), wanted(request)
    if kind == JSON:
        body = _json(_detail(name, found, urls))
    else:
        body = _html(
            f"Links for {name}", (_link(name, version, file, urls) for version, file in _files(found)), found.serial
        )
    return page(request, body, _with_charset(kind), serial=found.serial, max_age=MAX_AGE, vary=_VARY)


_VARY: Final = "Accept, Accept-Encoding"


def wanted(request: Request) -> str:
    """Return the type that suits the client best; without a wish, or with an odd one, it is HTML."""
    accept = parse_accept_header(request.headers.get("Accept"), MIMEAccept)
    return accept.best_match((PLAIN_HTML, HTML, JSON)) or PLAIN_HTML


def _with_charset(kind: str) -> str:
    return f"{kind}; charset=UTF-8" if kind == PLAIN_HTML else kind


def _detail(name: str, found: ProjectRecord, urls: UrlsOf) -> dict[str, object]:
    versions = [release.version for release in found.releases.values() if release.files]
    return {
        "files": [_described(name, version, file, urls) for version, file in _files(found)],
        "meta": {"_last-serial": found.serial, "api-version": API_VERSION},
        "name": name,
        "project-status": {"status": found.status},
        "versions": sorted(versions, key=Version),
    }


def _files(found: ProjectRecord) -> list[tuple[str, FileRecord]]:
    """Return the files with their versions, in PyPI's order; a quarantined project shows none."""
    if found.status == "quarantined":
        return []
    return sorted(
        ((release.version, file) for release in found.releases.values() for file in release.files),
        key=lambda pair: (Version(pair[0]), pair[1].filename),
    )


def _described(name: str, version: str, file: FileRecord, urls: UrlsOf) -> dict[str, object]:
    metadata = {"sha256": file.metadata_sha256} if file.metadata_sha256 else False
    return {
        "core-metadata": metadata,
        "data-dist-info-metadata": metadata,
        "filename": file.filename,
        "hashes": {"sha256": file.sha256},
        "provenance": urls.provenance(name, version, file),
        "requires-python": file.requires_python or None,
        "size": file.size,
        "upload-time": timestamp(file.uploaded),
        "url": urls.file(file),
        "yanked": file.yanked is not None and (file.yanked or True),
    }


def timestamp(seconds: float) -> str:
    """Write a time as PyPI does: UTC, to the microsecond."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _link(name: str, version: str, file: FileRecord, urls: UrlsOf) -> str:
    metadata = f"sha256={file.metadata_sha256}" if file.metadata_sha256 else None
    attributes = {
        "href": f"{urls.file(file)}#sha256={file.sha256}",
        "data-requires-python": file.requires_python or None,
        "data-dist-info-metadata": metadata,
        "data-core-metadata": metadata,
        "data-provenance": urls.provenance(name, version, file),
        "data-yanked": file.yanked,
    }
    written = " ".join(f'{key}="{html.escape(value)}"' for key, value in attributes.items() if value is not None)
    return f"<a {written}>{html.escape(file.filename)}</a><br />"


def _html(title: str, links: Iterable[str], serial: int) -> str:
    lines = (
        "<!DOCTYPE html>",
        "<html>",
        "  <head>",
        f'    <meta name="pypi:repository-version" content="{API_VERSION}">',
        f"    <title>{html.escape(title)}</title>",
        "  </head>",
        "  <body>",
        f"    <h1>{html.escape(title)}</h1>",
        *(f"    {link}" for link in links),
        "  </body>",
        "</html>",
        f"<!--SERIAL {serial}-->",
    )
    return "\n".join(lines)


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True) + "\n"
