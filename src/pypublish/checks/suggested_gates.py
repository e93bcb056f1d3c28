"""Which gates a project could have, told from the tools that it uses already."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pypublish.checks.project import Source

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

_ELSE = re.compile(r"(?i)bench|doc|typeshed")
"""Groups whose tests are of speed or of the documentation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One gate, as it would stand in `[tool.pypublish.gates]`."""

    name: str
    command: str
    groups: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()


def suggestions(source: Source) -> tuple[Suggestion, ...]:
    """Return a gate for each tool of the project's that is known; none where it has none."""
    found = (
        _suggest(source, "tests", "pytest", "pytest -q", _uses(source, "pytest", "pytest.ini", "conftest.py")),
        _suggest(source, "lint", "ruff", "ruff check .", _uses(source, "ruff", "ruff.toml", ".ruff.toml")),
        _suggest(source, "types", "mypy", _mypy(source), _uses(source, "mypy", "mypy.ini", ".mypy.ini")),
    )
    own = tuple(one for one in found if one is not None)
    if not any(one.name == "tests" for one in own) and source.tree.files & {"tests", "test"}:
        own = (Suggestion(name="tests", command="pytest -q"), *own)  # it runs unittest's tests as well
    return own


def _uses(source: Source, tool: str, *files: str) -> bool:
    return bool(source.table("tool", tool)) or not source.tree.files.isdisjoint(files)


def _suggest(source: Source, name: str, tool: str, command: str, configured: bool) -> Suggestion | None:
    groups = _naming(source.table("dependency-groups"), tool)
    extras = () if groups else _naming(source.table("project", "optional-dependencies"), tool)
    if not (configured or groups or extras):
        return None
    return Suggestion(name=name, command=command, groups=groups, extras=extras)


def _naming(tables: Mapping[str, object], tool: str) -> tuple[str, ...]:
    """Return the first group or extra that names a tool; one that is called like what it is for comes first."""
    found = [
        name
        for name, items in tables.items()
        if isinstance(items, list) and any(_is(tool, one) for one in items) and not _ELSE.search(name)
    ]
    found.sort(key=lambda name: name not in {"test", "tests", "testing", "lint", "types", "typing"})
    return tuple(found[:1])


def _is(tool: str, requirement: object) -> bool:
    named = _NAME.match(requirement) if isinstance(requirement, str) else None
    return named is not None and named[0].lower() == tool


def _mypy(source: Source) -> str:
    if source.table("tool", "mypy").get("files") or source.table("tool", "mypy").get("packages"):
        return "mypy"
    return "mypy src" if "src" in source.tree.files else "mypy ."
