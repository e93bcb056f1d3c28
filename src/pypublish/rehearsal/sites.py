"""The two indexes that the embedded one plays, PyPI and TestPyPI, and the hosts under which it answers for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from pypublish.model import PYPI, TESTPYPI, Index


class Part(StrEnum):
    """What a host of an index is for."""

    UPLOAD = "upload"
    PAGES = "pages"
    FILES = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One index with its hosts."""

    index: Index

    @property
    def name(self) -> str:
        """`pypi` or `testpypi`."""
        return self.index.name

    @property
    def domain(self) -> str:
        """Where its pages are."""
        return _host(self.index.simple_url)

    @property
    def file_host(self) -> str:
        """Where its files are."""
        return self.index.file_hosts[0]

    @property
    def parts(self) -> dict[str, frozenset[Part]]:
        """Each of its hosts, and what that is for."""
        parts: dict[str, frozenset[Part]] = {}
        for host, part in (
            (_host(self.index.upload_url), Part.UPLOAD),
            (self.domain, Part.PAGES),
            *((host, Part.FILES) for host in self.index.file_hosts),
        ):
            parts[host] = parts.get(host, frozenset()) | {part}
        return parts


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


SITES: Final = (Site(index=PYPI), Site(index=TESTPYPI))
HOSTS: Final = tuple(sorted({host for site in SITES for host in site.parts}))
"""The names that the embedded index answers for, and no others."""


def find(host: str) -> tuple[Site, frozenset[Part]]:
    """Return which index `host` belongs to, and what it is for; asked by address, the index is PyPI with all parts."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    for site in SITES:
        if name.lower() in site.parts:
            return site, site.parts[name.lower()]
    return SITES[0], frozenset(Part)
