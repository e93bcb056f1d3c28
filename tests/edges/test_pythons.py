"""Finding the Pythons that a release is tried on: on PATH, by path, and where runners and pyenv keep theirs."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.edges.pythons import find_python
from pypublish.edges.world import World


def test_a_python_is_found_by_its_path(world: World) -> None:
    found = find_python(sys.executable, world)
    assert found is not None
    assert Path(found).samefile(sys.executable)


@pytest.mark.parametrize("wanted", ["3.99", "2.0", "nonsense", "--help", "", "/nowhere/python", ">=9", "3.13; rm"])
def test_what_is_not_there_is_not_found_nor_fetched(world: World, wanted: str) -> None:
    assert find_python(wanted, world) is None


@pytest.mark.parametrize(
    ("variable", "folder"),
    [
        ("RUNNER_TOOL_CACHE", "Python/{version}/x64"),
        ("PYENV_ROOT", "versions/{version}"),
        ("HOME", ".pyenv/versions/{version}"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_python_that_no_path_leads_to_is_found(world: World, tmp_path: Path, variable: str, folder: str) -> None:
    for version in ("3.97.2", "3.97.10", "3.9.7", "broken"):
        interpreter = tmp_path / "tools" / folder.format(version=version) / "bin" / "python"
        interpreter.parent.mkdir(parents=True)
        interpreter.symlink_to(sys.executable)
    environ = {name: value for name, value in world.environ.items() if name not in {"PYENV_ROOT", "RUNNER_TOOL_CACHE"}}
    there = replace(world, environ={**environ, variable: str(tmp_path / "tools")})
    found = find_python("3.97", there)
    assert found is not None
    assert "3.97.10" in found
