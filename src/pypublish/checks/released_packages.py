"""Which projects of a repository are released: those that say so, not examples and samples that lie beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pypublish.checks.project import Source, describe
from pypublish.checks.setup_files import Declared

_NOT_RELEASED = {
    "benchmark", "benchmarks", "demo", "demos", "doc", "docs", "example", "examples", "fixtures", "samples", "scripts",
    "test", "tests", "tools", "tutorial", "vendor", "third_party",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A folder with a pyproject.toml, seen from the repository's root."""

    folder: str
    source: Source
    elsewhere: Declared = field(default_factory=Declared)
    """What setup.cfg and setup.py say, where `[project]` does not."""

    @property
    def name(self) -> str:
        """The project's name; empty where nobody can tell it without running something."""
        project = describe(self.source)
        return (project.name if project is not None else "") or self.elsewhere.text("name")


def workspace_patterns(root: Source) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the members that a workspace of uv's declares, as glob patterns, and those that it leaves out."""
    table = root.table("tool", "uv", "workspace")
    return _words(table.get("members")), _words(table.get("exclude"))


def is_released(candidate: Candidate) -> bool:
    """Whether a project is one that its owner means to publish, as far as its own files tell."""
    classifiers = candidate.source.table("project").get("classifiers")
    private = any(word.startswith("Private ::") for word in _words(classifiers))
    return bool(candidate.name) and not private and not _is_virtual(candidate.source)


def _is_virtual(source: Source) -> bool:
    """Whether uv takes the project for one that only holds dependencies, or members, together.

    With a build system, `package = false` only keeps uv from installing it where it is developed.
    """
    uv = source.table("tool", "uv")
    return "build-system" not in (source.document or {}) and (uv.get("package") is False or "workspace" in uv)


def choose(candidates: Sequence[Candidate], members: frozenset[str]) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
    """Return the packages that a repository releases, and the names of the projects in it that are left alone.

    Where the root is a package, it and the `members` of its workspace are; where it is none, every project below it
    that does not lie among examples, tests or documents.
    """
    root = next((one for one in candidates if one.folder == "." and is_released(one)), None)
    taken = [one for one in candidates if is_released(one) and _is_meant(one, members, below=root is None)]
    chosen = (root, *(one for one in taken if one is not root)) if root is not None else tuple(taken)
    left = tuple(one.name for one in candidates if one.name and one not in chosen)
    return chosen, left


def _is_meant(candidate: Candidate, members: frozenset[str], *, below: bool) -> bool:
    if candidate.folder in members:
        return True
    aside = not _NOT_RELEASED.isdisjoint(part.lower() for part in candidate.folder.split("/"))
    return candidate.folder == "." or (below and not members and not aside)


def _words(value: object) -> tuple[str, ...]:
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()
