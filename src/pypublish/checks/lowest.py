"""What a release depends on directly, as requirements of their own: an installer can take the lowest of each then."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from packaging.requirements import InvalidRequirement, Requirement

from pypublish.pypi.names import normalise

EXTRA = re.compile(r'extra == "([^"]*)"')
"""How `packaging` writes the clause."""
LOWER_BOUNDS = frozenset({">=", ">", "==", "~=", "==="})
ALWAYS, NEVER = 'python_version >= "0"', 'python_version < "0"'


def direct_requirements(requires_dist: Iterable[str], extras: Collection[str] = ()) -> tuple[str, ...]:
    """Return the requirements of a distribution with these extras; what else they hang on is left to the installer.

    An installer that is given a wheel counts what that depends on as indirect, and takes the newest of it.
    """
    chosen = {normalise(extra) for extra in extras}
    found = []
    for text in requires_dist:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue  # the installer says what is wrong with it
        if requirement.marker is None:
            found.append(str(requirement))
            continue
        marker = EXTRA.sub(lambda match: ALWAYS if normalise(match[1]) in chosen else NEVER, str(requirement.marker))
        found.append(f"{str(requirement).partition(';')[0].rstrip()} ; {marker}")
    return tuple(found)


def names_on(python: str, requirements: Iterable[str]) -> frozenset[str]:
    """Return the normalised names of those direct requirements that count on this machine, on a version of Python."""
    return frozenset(normalise(one.name) for one in _that_count(python, requirements))


def unbounded(python: str, requirements: Iterable[str]) -> tuple[str, ...]:
    """Return the names of those that count there and have no lower bound."""
    loose = (
        one.name
        for one in _that_count(python, requirements)
        if one.url is None and LOWER_BOUNDS.isdisjoint(specifier.operator for specifier in one.specifier)
    )
    return tuple(dict.fromkeys(loose))


def _that_count(python: str, requirements: Iterable[str]) -> Iterator[Requirement]:
    here = {"python_full_version": python, "python_version": ".".join(python.split(".")[:2])}
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or requirement.marker.evaluate(here):
            yield requirement
