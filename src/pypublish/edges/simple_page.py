"""Read a page of the Simple API, JSON or HTML: unknown keys are passed over, malformed ones refuse the page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from html.parser import HTMLParser
from typing import TypeVar
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from pypublish.listing import DISTRIBUTION_ENDINGS, IndexFile

T = TypeVar("T")

SHA256 = re.compile(r"[0-9a-f]{64}")


class PageError(ValueError):
    """The page is none of the Simple API; the text says where and how."""


def read_json(body: bytes, base: str) -> tuple[tuple[IndexFile, ...], Mapping[str, object]]:
    """Return the files of a JSON page (PEP 691) that was found at `base`, and the page for what else is on it.

    Raises:
        PageError: it is no such page.

    """
    try:
        page: object = json.loads(body)
    except (ValueError, RecursionError):
        raise PageError("the JSON is cut off or malformed") from None
    if not isinstance(page, dict):
        raise PageError("the JSON is no table")
    version = _get(page, "meta", dict, {}, "page").get("api-version")
    if not isinstance(version, str) or version.partition(".")[0] != "1":
        raise PageError(f"the Simple API's version is {version!r:.20}; pypublish reads 1")
    files = _get(page, "files", list, None, "page")
    return tuple(_read_file(file, base, f"files[{number}]") for number, file in enumerate(files)), page


def _read_file(entry: object, base: str, path: str) -> IndexFile:
    if not isinstance(entry, dict):
        raise PageError(f"{path} is no table")
    hashes = _get(entry, "hashes", dict, {}, path)
    # PEP 714 renamed the key; the newer one counts.
    metadata = entry.get("core-metadata", entry.get("data-dist-info-metadata", False))
    yanked = entry.get("yanked", False)
    size = entry.get("size")
    return IndexFile(
        filename=_get(entry, "filename", str, None, path),
        url=_absolute(base, _get(entry, "url", str, None, path), path),
        sha256=_digest(hashes.get("sha256")),
        size=size if type(size) is int else None,
        requires_python=_get(entry, "requires-python", str, "", path),
        yanked=yanked if isinstance(yanked, str) else ("" if yanked is True else None),
        upload_time=_time(entry.get("upload-time")),
        core_metadata=_metadata(metadata),
        provenance=_get(entry, "provenance", str, "", path) or None,
    )


def _get(table: Mapping[str, object], key: str, kind: type[T], default: T | None, path: str) -> T:
    value = table.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, kind):
        raise PageError(f"{path}.{key} is {'missing' if value is None else 'no ' + kind.__name__}")
    return value


def _absolute(base: str, url: str, path: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        raise PageError(f"{path}.url is no address") from None


def _digest(value: object) -> str | None:
    return value.lower() if isinstance(value, str) and SHA256.fullmatch(value.lower()) else None


def _metadata(value: object) -> str | None:
    if isinstance(value, dict):
        return _digest(value.get("sha256")) or ""
    return "" if value is True else None


def _time(value: object) -> str | None:
    try:
        return value if isinstance(value, str) and datetime.fromisoformat(value).tzinfo else None
    except ValueError:
        return None


def read_html(body: bytes, base: str) -> tuple[IndexFile, ...]:
    """Return the files of an HTML page (PEP 503) that was found at `base`.

    Any HTML has links. What has neither one to a distribution nor the mark of PEP 629 is a login page, or a start page.

    Raises:
        PageError: it is no such page, or a link is no address.

    """
    reader = _Links(base)
    reader.feed(body.decode("utf-8", "replace"))
    if not reader.marked and not any(file.filename.endswith(DISTRIBUTION_ENDINGS) for file in reader.files):
        raise PageError("it answers with HTML in which no link leads to a distribution")
    return tuple(reader.files)


class _Links(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base = base
        self.files: list[IndexFile] = []
        self.marked = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        href = values.get("href", "")
        if tag == "base" and href:
            self._base = _absolute(self._base, href, "<base>")
        elif tag == "meta" and values.get("name") == "pypi:repository-version":
            self.marked = True
        elif tag == "a" and href:
            self._add(_absolute(self._base, href, "a link"), values)

    def _add(self, link: str, values: Mapping[str, str]) -> None:
        url, fragment = urldefrag(link)
        # The last part of the address is the file's name (PEP 503), as installers read it.
        filename = unquote(urlsplit(url).path.rpartition("/")[2])
        if not filename:
            return
        algorithm, _, digest = fragment.partition("=")
        metadata = values.get("data-core-metadata", values.get("data-dist-info-metadata"))
        self.files.append(
            IndexFile(
                filename=filename,
                url=url,
                sha256=_digest(digest) if algorithm == "sha256" else None,
                requires_python=values.get("data-requires-python", ""),
                yanked=values.get("data-yanked"),
                core_metadata=None if metadata is None else _digest(metadata.removeprefix("sha256=")) or "",
                provenance=values.get("data-provenance") or None,
            )
        )
