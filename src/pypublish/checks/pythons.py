"""Which Pythons a project says it runs on: what a matrix of test jobs goes through."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MINOR = re.compile(r"Programming Language :: Python :: (3\.\d+)")


def declared_pythons(project: Mapping[str, object]) -> tuple[str, ...]:
    """Return the versions that classifiers of a `[project]` table name and `requires-python` allows, oldest first."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    classifiers, requires = project.get("classifiers"), project.get("requires-python")
    named = {
        found[1]
        for classifier in (classifiers if isinstance(classifiers, list) else [])
        if isinstance(classifier, str) and (found := _MINOR.fullmatch(classifier))
    }
    try:
        # Any micro version of it: >=3.9.2 allows 3.9.
        allowed = SpecifierSet(requires if isinstance(requires, str) else "")
    except InvalidSpecifier:
        allowed = SpecifierSet()
    fitting = (minor for minor in named if minor in allowed or f"{minor}.999" in allowed)
    return tuple(sorted(fitting, key=lambda minor: int(minor.partition(".")[2])))
