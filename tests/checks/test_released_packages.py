"""Which projects of a repository are meant to be published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from pypublish.checks.project import parse
from pypublish.checks.released_packages import Candidate, choose, is_released, workspace_patterns
from pypublish.edges.projects_below import members
from pypublish.model import Tree

BUILD = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'


def candidate(folder: str, text: str) -> Candidate:
    tree = Tree(root=Path(folder), pyproject=dedent(text).encode(), files=frozenset({"pyproject.toml"}))
    return Candidate(folder=folder, source=parse(tree))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[project]\nname = "x"\n', True),
        ('[tool.poetry]\nname = "x"\n', True),
        (BUILD, False),
        ("x = [", False),
        ('[project]\nname = "x"\nclassifiers = ["Private :: Do Not Upload"]\n', False),
        ('[project]\nname = "x"\n[tool.uv]\npackage = false\n', False),
        (BUILD + '[project]\nname = "x"\n[tool.uv]\npackage = false\n', True),
        ('[project]\nname = "x"\n[tool.uv.workspace]\nmembers = []\n', False),
        (BUILD + '[project]\nname = "x"\n[tool.uv.workspace]\nmembers = []\n', True),
        ('[project]\nname = "x"\nclassifiers = "Private ::"\n[tool]\nuv = 1\n', True),
    ],
)
def test_one_project(text: str, *, expected: bool) -> None:
    assert is_released(candidate(".", text)) is expected


def named(name: str) -> str:
    return f'{BUILD}[project]\nname = "{name}"\n'


ROOT = named("root")
VIRTUAL = '[project]\nname = "root"\n[tool.uv.workspace]\nmembers = ["libs/*"]\nexclude = ["libs/c"]\n'
WHOLE = ROOT + '[tool.uv.workspace]\nmembers = ["libs/*"]\n'


@pytest.mark.parametrize(
    ("projects", "released", "left"),
    [
        ({".": ROOT}, ["root"], []),
        ({".": ROOT, "examples/a": named("a"), "libs/b": named("b")}, ["root"], ["a", "b"]),
        ({".": WHOLE, "examples/a": named("a"), "libs/b": named("b")}, ["root", "b"], ["a"]),
        ({".": VIRTUAL, "libs/b": named("b"), "libs/c": named("c"), "d": named("d")}, ["b"], ["root", "c", "d"]),
        ({"a": named("a"), "tests/x": named("x"), "Docs": named("docs")}, ["a"], ["x", "docs"]),
        ({".": "[tool.ruff]\n", "python": named("a")}, ["a"], []),
        ({}, [], []),
    ],
)
def test_a_repository(projects: Mapping[str, str], released: list[str], left: list[str]) -> None:
    found = [candidate(folder, text) for folder, text in projects.items()]
    root = next((one.source for one in found if one.folder == "."), None)
    wanted, unwanted = workspace_patterns(root) if root is not None else ((), ())
    chosen, others = choose(found, members(projects, wanted, unwanted))
    assert ([one.name for one in chosen], list(others)) == (released, left)


@pytest.mark.parametrize(
    ("pattern", "folder", "matches"),
    [
        ("packages/*", "packages/a", True),
        ("packages/*", "packages/a/b", False),
        ("packages/*", "other/packages/a", False),
        ("./packages/*/", "packages/a", True),
        ("packages/a", "packages/a", True),
        ("packages/**", "packages/a/b", True),
        ("*", "a", True),
        ("*", ".", False),
    ],
)
def test_the_patterns_of_a_workspace(pattern: str, folder: str, *, matches: bool) -> None:
    assert (folder in members([folder], [pattern], [])) is matches
