"""Where a project's repository shows its files, told from the links in its metadata."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

LABELS = ("source", "sourcecode", "repository", "code", "github", "gitlab", "homepage", "home")
"""The labels under which the repository is most likely to be, in the order of trust."""

_NO_OWNERS = frozenset({"apps", "features", "marketplace", "orgs", "sponsors", "topics", "users"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A repository on GitHub or GitLab."""

    host: Literal["github.com", "gitlab.com"]
    owner: str
    name: str
    folder: str = ""
    """Where in it the project is, if its link says so."""

    def address(self, relative: str, *, readme: str, image: bool) -> str | None:
        """Return the absolute address of what a readme's relative one means; None where it leaves the repository."""
        parts = urlsplit(relative)
        path = unquote(parts.path)
        start = "" if path.startswith("/") else posixpath.join(self.folder, posixpath.dirname(readme))
        path = posixpath.normpath(posixpath.join(start, path.lstrip("/")))
        if path.startswith("..") or not parts.path or path == ".":
            return None
        rest = quote(path) + ("" if image or not parts.fragment else f"#{parts.fragment}")
        if self.host == "gitlab.com":
            return f"https://gitlab.com/{self.owner}/{self.name}/-/{'raw' if image else 'blob'}/HEAD/{rest}"
        if image:
            return f"https://raw.githubusercontent.com/{self.owner}/{self.name}/HEAD/{rest}"
        return (
            f"https://github.com/{self.owner}/{self.name}/{'tree' if parts.path.endswith('/') else 'blob'}/HEAD/{rest}"
        )


def home_of(urls: Iterable[tuple[str, str]]) -> Home | None:
    """Return the repository that the project's links, as pairs of label and address, name most plainly."""
    found = [(_rank(label), home) for label, url in urls if (home := _read(url)) is not None]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _rank(label: str) -> int:
    plain = re.sub(r"[\W_]", "", label.lower())
    return LABELS.index(plain) if plain in LABELS else len(LABELS)


def _read(url: str) -> Home | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    owner, name, *rest = (*filter(None, parts.path.split("/")), "", "")
    if parts.scheme not in {"http", "https"} or not name or owner in _NO_OWNERS:
        return None
    if host == "github.com":
        is_folder = len(rest) > 2 and rest[0] == "tree"  # noqa: PLR2004 - tree/BRANCH/FOLDER
        folder = "/".join(filter(None, rest[2:])) if is_folder else ""
        return Home(host="github.com", owner=owner, name=name.removesuffix(".git"), folder=folder)
    if host == "gitlab.com":
        # Its groups may be nested: the repository is all that comes before `/-/`.
        path = parts.path.strip("/").partition("/-/")[0].removesuffix(".git")
        group, _, name = path.rpartition("/")
        return Home(host="gitlab.com", owner=group, name=name)
    return None
