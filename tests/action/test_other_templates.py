"""The templates for those who want more than release.yml: TestPyPI first, and a machine that is not believed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.action.conftest import remember
from tests.action.scenes import DONE, FILES, PASSING, TAG, WHEEL, digests, published, put_another_file

if TYPE_CHECKING:
    from pathlib import Path

    from pypublish.rehearsal.server import Rehearsal
    from tests.action.act import Act
    from tests.action.repository import Repository
    from tests.github_api import GitHubApi

pytestmark = pytest.mark.slow

Start = Callable[..., "Rehearsal"]
Adopt = Callable[..., None]

TESTPYPI_FIRST = DONE | {"publish-to-testpypi": "success", "verify-on-testpypi": "success"}


def test_a_release_goes_to_testpypi_and_when_it_can_be_had_there_to_pypi(
    act: Act, repository: Repository, adopt: Adopt, index: Start, github: GitHubApi
) -> None:
    adopt("release-testpypi-first.yml")
    rehearsal = index("pypi", "testpypi")
    first = act(repository, "release.yml", "push", ref=TAG, environ={"STANDIN_CUT_OFF_AFTER": ".whl"})
    before = {name: end for name, end in TESTPYPI_FIRST.items() if name not in {"verify", "release"}}
    assert first.jobs == before | {"publish": "failure"}, first.log
    assert published(rehearsal, "testpypi") == FILES
    assert published(rehearsal, "pypi") == {WHEEL}
    remember(github, first)

    second = act(repository, "release.yml", "push", ref=TAG, again=first)
    # TestPyPI has the very files already: nothing is uploaded there again, and they are looked at once more.
    assert second.jobs == {name: end for name, end in TESTPYPI_FIRST.items() if name != "publish-to-testpypi"}, (
        second.log
    )
    assert published(rehearsal, "pypi") == FILES
    assert digests(rehearsal, "pypi") == digests(rehearsal, "testpypi")


def test_other_files_on_testpypi_stop_the_release_before_anything_is_published(
    act: Act, repository: Repository, adopt: Adopt, index: Start, tmp_path: Path
) -> None:
    adopt("release-testpypi-first.yml")
    rehearsal = index("pypi", "testpypi")
    put_another_file(rehearsal, "testpypi", tmp_path)
    run = act(repository, "release.yml", "push", ref=TAG)
    assert run.jobs == {"prepare": "failure"}, run.log
    assert {a.title for a in run.annotations if a.level == "error"} == {"published-files-are-the-sealed-ones"}
    assert published(rehearsal, "pypi") == set()


def test_what_one_machine_builds_is_checked_on_another(
    act: Act, repository: Repository, adopt: Adopt, index: Start, github: GitHubApi
) -> None:
    adopt("release-hardened.yml", PASSING)
    rehearsal = index("pypi")
    run = act(repository, "release.yml", "push", ref=TAG)
    assert run.jobs == DONE | {"check": "success", "gates": "success"}, run.log
    assert published(rehearsal, "pypi") == FILES
    assert "cannot-compare" not in run.log  # the other machine held the sdist beside the commit
    (checked,) = [line for line in run.log.splitlines() if re.search(r"^check: +✓ check ", line)]
    assert "installed" not in checked


def test_an_artifact_that_the_other_machine_objects_to_is_not_published(
    act: Act, repository: Repository, adopt: Adopt, index: Start
) -> None:
    adopt("release-hardened.yml")
    rehearsal = index("pypi")
    run = act(repository, "release.yml", "push", ref=TAG, environ={"STANDIN_MEDDLING": "change"})
    assert run.jobs == {"prepare": "success", "check": "failure"}, run.log
    assert published(rehearsal, "pypi") == set()
