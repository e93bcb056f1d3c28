"""The template that asks an index whether it trusts the release workflow, run in that workflow's place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.action.scenes import MAIN, published

if TYPE_CHECKING:
    from pypublish.rehearsal.server import Rehearsal
    from tests.action.act import Act
    from tests.action.repository import Repository

pytestmark = pytest.mark.slow

Start = Callable[..., "Rehearsal"]
Adopt = Callable[..., None]


def test_an_index_that_trusts_the_workflow_says_so_and_nothing_is_published(
    act: Act, repository: Repository, adopt: Adopt, index: Start
) -> None:
    adopt("diagnose.yml")
    rehearsal = index("testpypi", exists=True)
    run = act(repository, "release.yml", "workflow_dispatch", ref=MAIN, inputs={"index": "testpypi", "create": "false"})
    assert run.jobs == {"prepare": "success", "exchange": "success", "diagnose": "success"}, run.log
    assert "TestPyPI would let this job publish" in run.log
    assert published(rehearsal, "testpypi") == set()
    (token,) = run.commands("add-mask")  # uv has the runner hide it
    assert token.startswith("pypi-")
    kept = [artifact.read_bytes() for artifact in act.artifacts.glob("*.zip")]
    assert not any(token.encode() in content for content in kept)


def test_a_refusal_is_explained_with_the_values_that_the_index_must_have(
    act: Act, repository: Repository, adopt: Adopt, index: Start
) -> None:
    adopt("diagnose.yml")
    index("pypi", registered={"environment": "release"}, exists=True)
    run = act(repository, "release.yml", "workflow_dispatch", ref=MAIN, inputs={"index": "pypi", "create": "false"})
    assert run.jobs == {"prepare": "success", "exchange": "success", "diagnose": "failure"}, run.log
    (error,) = [a for a in run.annotations if a.level == "error"]
    for value in ("acme", "tinypkg", "release.yml", "pypi"):
        assert value in error.message


def test_nobody_is_asked_where_that_would_create_the_project(
    act: Act, repository: Repository, adopt: Adopt, index: Start
) -> None:
    adopt("diagnose.yml")
    rehearsal = index("pypi")
    run = act(repository, "release.yml", "workflow_dispatch", ref=MAIN, inputs={"index": "pypi", "create": "false"})
    assert run.jobs == {"prepare": "failure"}, run.log
    (error,) = [a for a in run.annotations if a.level == "error"]
    assert "asking may create it there" in error.message
    assert rehearsal.stores["pypi"].project("tinypkg") is None
