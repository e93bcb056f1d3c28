"""Which Pythons a project says it runs on, by its classifiers and by requires-python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

MAINTAINED = ("3.11", "3.12", "3.13", "3.14", "3.15")
"""The Pythons that are released and get corrections (2026-11-20; a new one every October, each for five years)."""

_MINOR = re.compile(r"Programming Language :: Python :: (\d+\.\d+)")


def declared_pythons(project: Mapping[str, object]) -> tuple[str, ...]:
    """Return the versions that classifiers of a `[project]` table name and `requires-python` allows, oldest first.

    What a matrix of test jobs goes through.
    """
    classifiers, requires = project.get("classifiers"), project.get("requires-python")
    allowed = specifier(requires if isinstance(requires, str) else "")
    named = named_by(one for one in (classifiers if isinstance(classifiers, list) else []) if isinstance(one, str))
    threes = [minor for minor in named if minor.startswith("3.")]
    return tuple(minor for minor in threes if allowed is None or allows(allowed, minor))


def named_by(classifiers: Iterable[str]) -> tuple[str, ...]:
    """Return the minor versions that classifiers name, oldest first."""
    named = {found[1] for classifier in classifiers if (found := _MINOR.fullmatch(classifier))}
    return tuple(sorted(named, key=lambda minor: tuple(map(int, minor.split(".")))))


def classifier(minor: str) -> str:
    """Return the classifier that names a minor version."""
    return f"Programming Language :: Python :: {minor}"


def specifier(requires_python: str) -> SpecifierSet | None:
    """Parse what a project requires; None where it is no specifier."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(requires_python)
    except InvalidSpecifier:
        return None


def allows(specifiers: SpecifierSet, minor: str) -> bool:
    """Whether any micro version is allowed: >=3.9.2 allows 3.9."""
    return minor in specifiers or f"{minor}.999" in specifiers
