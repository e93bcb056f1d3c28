"""Lines that name an action: the same line whatever it is pinned to, and of two pins the newer."""

from __future__ import annotations

import re

from pypublish import REPOSITORY
from pypublish.checks.pins import is_pinned

_USES = re.compile(r"(?P<before>\s*(?:- )?uses: *[\"']?)(?P<name>[\w.-]+/[\w./-]+)@(?P<ref>[^\s\"'#]+)(?P<after>.*)")
_VERSION = re.compile(r"#.*?\bv(?P<version>\d+(?:\.\d+)*)")
_TAG = re.compile(r"v?(?P<version>\d+(?:\.\d+)*)")

Version = tuple[int, ...]


def key(line: str) -> str:
    """Return what makes a line the same line: not its pin, and no blank at its end."""
    found = _USES.fullmatch(line)
    return f"{found['before']}{found['name']}@" if found else line.rstrip()


def settle(yours: str, template: str) -> str:
    """Choose between two lines of the same key: the newer pin; of our own action a commit, if possible."""
    mine, new = _USES.fullmatch(yours), _USES.fullmatch(template)
    if mine is None or new is None or mine["ref"] == new["ref"]:
        return yours
    older = pinned_version(yours) < pinned_version(template)
    if new["name"] == REPOSITORY:
        moves = not is_pinned(f"@{new['ref']}") and is_pinned(f"@{mine['ref']}")
        return yours if moves or pinned_version(yours) > pinned_version(template) else template
    return template if older else yours


def name(line: str) -> str:
    """Return the action that a line names, `owner/name`; empty where it names none of another repository."""
    found = _USES.fullmatch(line)
    return found["name"] if found else ""


def ref(line: str) -> str:
    """Return what an action is pinned to in a line; empty where it names none."""
    found = _USES.fullmatch(line)
    return found["ref"] if found else ""


def pinned_version(line: str) -> Version:
    """Return the version that a line's pin stands for, by its comment or its tag; nothing where neither says."""
    found = _USES.fullmatch(line)
    if found is None:
        return ()
    said = _VERSION.search(found["after"])
    if said is None and not is_pinned(f"@{found['ref']}"):
        said = _TAG.fullmatch(found["ref"])
    return version_of(said["version"]) if said else ()


def version_of(text: str) -> Version:
    """Return a version as numbers to compare; the longer of two that begin alike is the newer."""
    return tuple(int(part) for part in re.findall(r"\d+", text))
