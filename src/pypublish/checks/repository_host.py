"""Where a repository is, told from the addresses of its remotes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pypublish.checks.publisher import repository_of
from pypublish.checks.setup_plan import Hosting
from pypublish.errors import UsageError

_HOST = re.compile(r"(?:[\w+.-]+://)?(?:[^@/]*@)?(?P<host>[\w.-]+)(?::\d+)?[:/]")
_GITHUB = {"github.com", "www.github.com", "ssh.github.com"}
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


def hosting(remotes: Mapping[str, str]) -> Hosting:
    """Return where the repository is: `origin` if that is on GitHub, else the first remote that is."""
    on_github: dict[str, tuple[str, str]] = {}
    elsewhere = []
    for name, url in remotes.items():
        host = host_of(url)
        named = repository_of(url) if host in _GITHUB else None
        if named is not None and all(map(_NAME.fullmatch, named)):
            on_github[name] = named
        elif host:
            elsewhere.append(host)
    if not on_github:
        return Hosting(elsewhere=tuple(dict.fromkeys(elsewhere)))
    owner, repository = on_github.get("origin") or next(iter(on_github.values()))
    named_too = dict.fromkeys("/".join(one) for one in on_github.values() if one != (owner, repository))
    return Hosting(owner=owner, repository=repository, others=tuple(named_too))


def host_of(url: str) -> str:
    """Return the host that an address of a remote names, in lower case; empty for a folder of this machine."""
    if url.startswith(("/", ".", "file:")) or re.match(r"[A-Za-z]:[\\/]", url):
        return ""
    found = _HOST.match(url)
    return found["host"].lower() if found else ""


def named(text: str) -> tuple[str, str]:
    """Return owner and name of a repository that somebody names as `OWNER/NAME`, or by its address.

    Raises:
        UsageError: that is no name of one.

    """
    short = tuple(text.strip().removesuffix(".git").split("/"))
    found = repository_of(text) or (short if len(short) == 2 else None)  # noqa: PLR2004
    if found is None or not all(map(_NAME.fullmatch, found)):
        raise UsageError(f"{text!r} is no repository on GitHub", hint="Write it as OWNER/NAME.")
    return found[0], found[1]
