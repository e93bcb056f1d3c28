"""Which names PyPI gives to a new project (row P4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import Final

from pypublish.pypi.answers import Answer, refuse, with_help

KNOWN_PROHIBITED: Final = frozenset({"requirements-txt", "rrequirements-txt"})
"""The prohibited names that are known (normalised); PyPI's list is its own secret."""

_VALID = re.compile(r"([A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9])\Z", re.IGNORECASE | re.ASCII)


def judge(name: str, *, existing: Collection[str]) -> Answer | None:
    """P4: the name is valid, not the standard library's, free, not prohibited, and not too like another.

    `existing` are the normalised names of all projects on the index.
    """
    return (
        is_valid(name)
        or is_no_standard_module(name)
        or is_free(name, existing)
        or is_not_prohibited(name)
        or is_unlike(name, existing)
    )


def normalise(name: str) -> str:
    """Write a name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def look_alike(name: str) -> str:
    """Write a name so that names that a reader may mistake for each other come out the same."""
    bare = re.sub(r"[._-]", "", name)
    return re.sub(r"[oO]", "0", re.sub(r"[lLiI]", "1", bare)).lower()


def is_valid(name: str) -> Answer | None:
    """The name is made of ASCII letters, digits, `.`, `_` and `-`, with a letter or digit at both ends."""
    return None if _VALID.match(name) else refuse("P4", f"The name {name!r} is invalid.")


def is_no_standard_module(name: str) -> Answer | None:
    """No module of the standard library, of any Python from 2.6 on, has that name."""
    if normalise(name) not in standard_modules():
        return None
    reason = f"The name {name!r} isn't allowed (conflict with Python Standard Library module name)."
    return refuse("P4", with_help(reason, "project-name"))


def is_free(name: str, existing: Collection[str]) -> Answer | None:
    """No project has that name."""
    if normalise(name) not in existing:
        return None
    reason = f"The name {name!r} conflicts with an existing project."
    return refuse("P4", with_help(reason, "project-name"), status=409)


def is_not_prohibited(name: str) -> Answer | None:
    """The name is not on PyPI's list, as far as that is known."""
    if normalise(name) not in KNOWN_PROHIBITED:
        return None
    return refuse("P4", with_help(f"The name {name!r} isn't allowed.", "project-name"))


def is_unlike(name: str, existing: Collection[str]) -> Answer | None:
    """No project's name looks the same: `l`, `i` and `1`, `o` and `0` are one, separators are none."""
    if look_alike(name) not in set(map(look_alike, existing)):
        return None
    return refuse("P4", with_help(f"The name {name!r} is too similar to an existing project.", "project-name"))


@cache
def standard_modules() -> frozenset[str]:
    """Return the names that PyPI keeps for the standard library, normalised.

    From the same list that PyPI takes: the modules of every Python since 2.6, and the packages they lie in.
    """
    from stdlib_list import short_versions, stdlib_list

    return frozenset(
        normalise(name.strip("-_.")) for version in short_versions for name in _with_parents(stdlib_list(version))
    )


def _with_parents(modules: Collection[str]) -> Iterator[str]:
    for module in modules:
        parts = module.split(".")
        yield from (".".join(parts[:count]) for count in range(1, len(parts) + 1))
