"""The templates as a maintainer uses them: run by the real act, with PyPI's own names answered on this machine."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.action.act import RUNNER
from tests.action.conftest import remember
from tests.action.scenes import DONE, FAILING, FILES, MAIN, TAG, WHEEL, published
from tests.github_api import TOKEN, Job

if TYPE_CHECKING:
    from pathlib import Path

    from pypublish.rehearsal.server import Rehearsal
    from tests.action.act import Act
    from tests.action.repository import Repository
    from tests.github_api import GitHubApi

pytestmark = pytest.mark.slow

Start = Callable[..., "Rehearsal"]
Adopt = Callable[..., None]


def test_a_pushed_tag_is_released(act: Act, repository: Repository, index: Start, github: GitHubApi) -> None:
    rehearsal = index("pypi")
    run = act(repository, "release.yml", "push", ref=TAG)
    assert run.jobs == DONE, run.log
    assert published(rehearsal, "pypi") == FILES
    assert run.returncode == 0
    assert [a for a in run.annotations if a.level == "error"] == []
    (made,) = github.releases.hosted
    assert (made.tag_name, made.draft, made.prerelease) == ("v0.1.0", False, False)
    assert made.files.keys() == FILES | {"SHA256SUMS", "manifest.json"}
    assert github.leaked == []
    assert re.search(r"^release: .*set-output:: release-url=https?://\S+/releases/tag/v0\.1\.0$", run.log, re.MULTILINE)
    assert re.search(r"^release: .*set-output:: release-notes=\S", run.log, re.MULTILINE)
    said = f"{run.log}\n{run.errors}"
    assert TOKEN not in said


def test_gates_that_fail_stop_the_release(act: Act, repository: Repository, adopt: Adopt, index: Start) -> None:
    adopt("release.yml", FAILING)
    rehearsal = index("pypi")
    run = act(repository, "release.yml", "push", ref=TAG)
    assert run.jobs == {"prepare": "success", "gates": "failure"}, run.log
    assert published(rehearsal, "pypi") == set()
    (error,) = [a for a in run.annotations if a.level == "error"]
    assert (error.title, "it does not work" in error.message) == ("gate:tests", True)


NEVER_TWICE_THE_SAME = """\
from hatchling.build import *
from hatchling.build import build_sdist as _build_sdist
import pathlib, secrets
def build_sdist(sdist_directory, config_settings=None):
    pathlib.Path("src/tinypkg/token.txt").write_text(secrets.token_hex())
    return _build_sdist(sdist_directory, config_settings)
"""


def test_a_release_that_stopped_half_way_is_finished_by_running_it_again(
    act: Act, repository: Repository, index: Start, github: GitHubApi
) -> None:
    pyproject = (repository.path / "pyproject.toml").read_text()
    pyproject = pyproject.replace('"hatchling.build"', '"backend"\nbackend-path = ["."]')
    repository.write({"pyproject.toml": pyproject, "backend.py": NEVER_TWICE_THE_SAME})
    repository.commit("a backend that never makes the same sdist twice")
    repository.git("tag", "--force", "v0.1.0")
    rehearsal = index("pypi")

    first = act(repository, "release.yml", "push", ref=TAG, environ={"STANDIN_CUT_OFF_AFTER": ".whl"})
    assert first.jobs == {"prepare": "success", "publish": "failure"}, first.log
    assert published(rehearsal, "pypi") == {WHEEL}
    assert github.asked == []
    remember(github, first)

    second = act(repository, "release.yml", "push", ref=TAG, again=first)
    assert second.jobs == DONE, second.log
    assert published(rehearsal, "pypi") == FILES
    assert f"tinypkg 0.1.0 as attempt 1 of run {first.id} sealed it" in second.log
    sealed = [zipfile.ZipFile(path).read("manifest.json") for path in sorted(act.artifacts.glob("*.zip"))]
    assert sealed == [sealed[0]] * 2
    assert github.leaked == []
    remember(github, second)

    third = act(repository, "release.yml", "push", ref=TAG, again=second)
    assert third.jobs == {name: end for name, end in DONE.items() if name != "publish"}, third.log
    assert "published, the same bytes; nothing to upload" in third.log
    assert third.returncode == 0


def test_a_dispatch_finishes_what_a_run_has_begun(
    act: Act, repository: Repository, index: Start, github: GitHubApi
) -> None:
    rehearsal = index("pypi")
    first = act(repository, "release.yml", "push", ref=TAG, environ={"STANDIN_CUT_OFF_AFTER": ".whl"})
    assert published(rehearsal, "pypi") == {WHEEL}, first.log
    remember(github, first)
    repository.write({"src/tinypkg/later.py": "x = 1\n"})
    repository.commit("after the tag")
    inputs = {"index": "pypi", "tag": "v0.1.0", "run-id": str(first.id)}
    github.jobs.append(Job(id=900, run=first.id + 1, attempt=1, name="Prepare", runner=RUNNER, status="in_progress"))
    second = act(repository, "release.yml", "workflow_dispatch", ref=MAIN, inputs=inputs)
    assert second.jobs == DONE, second.log
    assert published(rehearsal, "pypi") == FILES


def test_a_dry_run_publishes_nothing(act: Act, repository: Repository, index: Start) -> None:
    rehearsal = index("pypi")
    run = act(repository, "release.yml", "workflow_dispatch", ref=MAIN, inputs={"index": "dry-run"})
    assert run.jobs == {"rehearse": "success"}, run.log
    assert published(rehearsal, "pypi") == set()
    assert not act.artifacts.exists()


def test_a_dispatch_with_a_tag_releases_it_to_testpypi(act: Act, repository: Repository, index: Start) -> None:
    repository.write({"src/tinypkg/later.py": "x = 1\n"})
    repository.commit("after the tag")
    rehearsal = index("testpypi")
    inputs = {"index": "testpypi", "tag": "v0.1.0", "version": "0.1.0"}
    run = act(repository, "release.yml", "workflow_dispatch", ref=MAIN, inputs=inputs)
    assert run.jobs == {name: end for name, end in DONE.items() if name != "release"}, run.log
    assert published(rehearsal, "testpypi") == FILES
    assert published(rehearsal, "pypi") == set()


@pytest.mark.parametrize(
    ("mistake", "shown"),
    [
        (("pyproject.toml", 'version = "0.1.0"', 'version = "0.2.0"'), ("pyproject.toml", "7")),
        (("src/tinypkg/__init__.py", "def main", "import nowhere_to_be_found\n\ndef main"), ("", "")),
    ],
    ids=["before the build", "after it"],
)
def test_a_failing_check_lets_no_later_job_run(
    act: Act, repository: Repository, index: Start, mistake: tuple[str, str, str], shown: tuple[str, str]
) -> None:
    file, right, wrong = mistake
    before = (repository.path / file).read_text()
    repository.write({file: before.replace(right, wrong)})
    repository.commit("a mistake")
    repository.git("tag", "--force", "v0.1.0")
    rehearsal = index("pypi")
    run = act(repository, "release.yml", "push", ref=TAG)
    assert run.jobs == {"prepare": "failure"}, run.log
    assert published(rehearsal, "pypi") == set()
    assert not act.artifacts.exists()
    errors = [a for a in run.annotations if a.level == "error"]
    assert [(error.file, error.line) for error in errors] == [shown] * len(errors)
    assert errors


@pytest.mark.parametrize("meddling", ["add", "change", "corrupt"])
def test_an_artifact_that_somebody_meddled_with_is_not_published(
    act: Act, repository: Repository, index: Start, meddling: str
) -> None:
    rehearsal = index("pypi")
    run = act(repository, "release.yml", "push", ref=TAG, environ={"STANDIN_MEDDLING": meddling})
    assert run.jobs == {"prepare": "success", "publish": "failure"}, run.log
    assert published(rehearsal, "pypi") == set()
    (error,) = [a for a in run.annotations if a.level == "error"]
    expected = "digest validation failed" if meddling == "corrupt" else "Nothing was published"
    assert expected in error.message


def test_a_pull_request_between_releases_is_green(act: Act, repository: Repository, index: Start) -> None:
    repository.write({"src/tinypkg/proposal.py": "x = 1\n"})
    repository.commit("a proposal")
    index("pypi")
    run = act(repository, "rehearse.yml", "pull_request", ref="refs/pull/7/merge")
    assert run.jobs == {"rehearse": "success"}, run.log


def test_a_workflow_that_pypi_would_not_trust_fails_in_the_rehearsal(
    act: Act, repository: Repository, index: Start
) -> None:
    index("pypi")
    path = repository.path / ".github" / "workflows" / "release.yml"
    text = path.read_text()
    without = re.sub(r"    permissions:\n      id-token: write.*\n", "    permissions: {}\n", text)
    assert without != text
    repository.write({".github/workflows/release.yml": without})
    repository.commit("a mistake")
    run = act(repository, "rehearse.yml", "pull_request", ref="refs/pull/7/merge")
    assert run.jobs == {"rehearse": "failure"}, run.log
    (error,) = [a for a in run.annotations if a.level == "error"]
    assert (error.title, error.file) == ("publish-job-may-ask-for-a-token", ".github/workflows/release.yml")


@pytest.mark.parametrize(("event", "stage"), [("pull_request", "prepare"), ("pull_request_target", "rehearse")])
def test_a_stage_refuses_events_that_are_none_of_its_business(
    act: Act, repository: Repository, event: str, stage: str
) -> None:
    repository.write(
        {".github/workflows/alone.yml": ALONE.replace("workflow_dispatch", event).replace("prepare", stage)}
    )
    run = act(repository, "alone.yml", event, ref="refs/pull/7/merge")
    assert run.jobs == {"alone": "failure"}, run.log
    (error,) = [a for a in run.annotations if a.level == "error"]
    assert f"the stage {stage} does not run on the event {event}" in error.message


ALONE = """\
on: workflow_dispatch
permissions: {}
jobs:
  alone:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
      - id: it
        uses: org/pypublish-action@v1
        with: {stage: prepare, index: testpypi, tag: v0.1.0}
      - run: printf '%s\\n' "$OUTPUTS" > "$TARGET"
        shell: bash
        env:
          OUTPUTS: ${{ toJSON(steps.it.outputs) }}
"""


def test_the_action_says_all_that_it_declares(
    act: Act, repository: Repository, index: Start, root: Path, tmp_path: Path
) -> None:
    index("testpypi")
    repository.write({".github/workflows/alone.yml": ALONE})
    target = tmp_path / "outputs.json"
    run = act(repository, "alone.yml", "workflow_dispatch", ref=MAIN, environ={"TARGET": str(target)})
    assert run.jobs == {"alone": "success"}, run.log
    said = json.loads(target.read_text())
    declared = yaml.safe_load((root / "action.yml").read_text())["outputs"].keys()
    del said["artifact-digest"]  # of the stand-in's step: act lets what is not declared pass
    assert said.keys() == declared
    checksums, digest, packages = (said.pop(name) for name in ("checksums", "manifest-sha256", "packages-dir"))
    assert {line.partition("  ")[2] for line in checksums.splitlines()} == FILES
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert packages.endswith("/pypublish/release/dist")
    assert said == {
        "package-name": "tinypkg",
        "package-version": "0.1.0",
        "tag": "v0.1.0",
        "is-prerelease": "false",
        "publish": "true",
        "index": "testpypi",
        "environment": "testpypi",
        "repository-url": "https://test.pypi.org/legacy/",
        "index-url": "https://test.pypi.org/simple/",
        "project-url": "https://test.pypi.org/project/tinypkg/0.1.0/",
        "artifact-name": "release-1",
        "artifact-id": "1000",
        "python-versions": '["3.9", "3.13"]',
        "gates": "false",
        "verified": "",
        "release-notes": "",
        "release-url": "",
    }


PARTS = """\
on: workflow_dispatch
permissions: {}
jobs:
  parts:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
      - uses: org/pypublish-action@v1
        with: {stage: validate}
      - id: build
        uses: org/pypublish-action@v1
        with: {stage: build}
      - uses: org/pypublish-action@v1
        with: {stage: check, packages-dir: "${{ steps.build.outputs.packages-dir }}"}
      - uses: org/pypublish-action@v1
        with: {stage: stage, packages-dir: "${{ steps.build.outputs.packages-dir }}"}
"""


def test_the_parts_of_prepare_run_one_by_one(act: Act, repository: Repository, index: Start) -> None:
    index("pypi")
    repository.write({".github/workflows/parts.yml": PARTS})
    run = act(repository, "parts.yml", "workflow_dispatch", ref=MAIN)
    assert run.jobs == {"parts": "success"}, run.log
    (artifact,) = act.artifacts.glob("*.zip")
    with zipfile.ZipFile(artifact) as archive:
        assert set(archive.namelist()) == {"manifest.json", *(f"dist/{name}" for name in FILES)}
