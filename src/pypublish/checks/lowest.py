"""What a wheel depends on directly, as requirements of their own, so that an installer can take the lowest of each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from packaging.requirements import InvalidRequirement, Requirement

from pypublish.pypi.names import normalise

EXTRA = re.compile(r'extra == "([^"]*)"')
"""How `packaging` writes the clause."""
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
