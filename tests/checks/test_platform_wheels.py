"""Which workflow has wheels built for several platforms."""

from __future__ import annotations

import pytest

from pypublish.checks.platform_wheels import workflow_that_builds_them
from pypublish.edges.github_yaml import parse
from pypublish.workflows import Workflows

COMMIT = "294735312765b09d24a2fbec22660ce817587d55"


@pytest.mark.parametrize(
    ("step", "found"),
    [
        (f"uses: pypa/cibuildwheel@{COMMIT} # v4.1.0", "wheels.yml"),
        ("uses: PyPA/cibuildwheel@v4", "wheels.yml"),
        ("uses: acme/cibuildwheel@v4", ""),
        ("run: echo pypa/cibuildwheel", ""),
    ],
)
def test_it_is_told_by_the_action(step: str, found: str) -> None:
    other = "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: []}}\n"
    text = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - {step}\n"
    workflows = Workflows(workflows=(parse(other, "other.yml"), parse(text, "wheels.yml")))
    assert workflow_that_builds_them(workflows) == found


def test_without_workflows_there_is_none() -> None:
    assert workflow_that_builds_them(None) == ""
