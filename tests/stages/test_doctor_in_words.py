"""doctor: what it prints to be registered, for each way to publish that the workflows have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pypublish.checks.project import parse
from pypublish.edges.tree import read_tree
from pypublish.edges.world import World
from pypublish.settings import Settings
from pypublish.stages.doctor import doctor
from tests import projects

UPLOADS = """\
    runs-on: ubuntu-latest
    permissions: {id-token: write}
    steps:
      - uses: pypa/gh-action-pypi-publish@0123456789012345678901234567890123456789 # v1.14.0
"""
IN_PYPI = f"  one:\n    environment: pypi\n{UPLOADS}"
IN_NONE = f"  two:\n{UPLOADS}"


def workflow(*jobs: str) -> str:
    return "on: {push: {tags: ['v*']}}\njobs:\n" + "".join(jobs)


@pytest.mark.parametrize(
    ("workflows", "expected"),
    [
        (
            {},
            [
                "PyPI (of the template: the repository has no workflow that publishes there)",
                "TestPyPI (of the template: the repository has no workflow that publishes there)",
            ],
        ),
        (
            {"release.yml": workflow(IN_PYPI)},
            ["PyPI", "TestPyPI (of the template: the repository has no workflow that publishes there)"],
        ),
        (
            {"old.yml": workflow(IN_PYPI), "release.yml": workflow(IN_PYPI)},
            [
                "PyPI, by old.yml",
                "PyPI, by release.yml",
                "TestPyPI (of the template: the repository has no workflow that publishes there)",
            ],
        ),
        (
            {"release.yml": workflow(IN_PYPI, IN_NONE)},
            [
                "PyPI, by release.yml from the environment pypi",
                "PyPI, by release.yml from no environment",
                "TestPyPI (of the template: the repository has no workflow that publishes there)",
            ],
        ),
    ],
    ids=["none", "one", "two workflows", "two environments"],
)
def test_what_is_to_be_registered_says_by_what_it_publishes(
    workflows: Mapping[str, str], expected: list[str], tmp_path: Path, world: World
) -> None:
    files = {f".github/workflows/{name}": text for name, text in workflows.items()}
    pyproject = '[project]\nname = "hello"\nversion = "1.2.0"\n'
    tree = read_tree(projects.write(tmp_path / "hello", {"pyproject.toml": pyproject, **files}))
    outcome = doctor(parse(tree), Settings(), world, online=False)
    assert [line for line in outcome.closing if line and not line.startswith(" ")] == expected
