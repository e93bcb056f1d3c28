"""The template for projects with compiled modules: each machine's wheels and the sdist, all at once or not at all."""

from __future__ import annotations

import json
import platform
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.action.act import RUNNER
from tests.action.conftest import remember
from tests.action.repository import PROJECT
from tests.action.scenes import DONE, MAIN, SDIST, TAG, digests, published
from tests.github_api import Job

if TYPE_CHECKING:
    from pathlib import Path

    from pypublish.rehearsal.server import Rehearsal
    from tests.action.act import Act, Run
    from tests.action.repository import Repository
    from tests.github_api import GitHubApi

pytestmark = pytest.mark.slow

Start = Callable[..., "Rehearsal"]
Adopt = Callable[..., None]

HOOK = """\
import os
import secrets
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Compiled(BuildHookInterface):
    '''Makes of each wheel one for a platform, and never the same twice, as many compilers do.'''

    def initialize(self, version, build_data):
        if self.target_name == "wheel":
            self.folder = tempfile.TemporaryDirectory()
            module = Path(self.folder.name, "token.txt")
            module.write_text(secrets.token_hex())
            build_data["force_include"][str(module)] = "tinypkg/token.txt"
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{os.environ.get('WHEEL_PLATFORM', 'linux_x86_64')}"

    def finalize(self, version, build_data, artifact_path):
        if self.target_name == "wheel":
            self.folder.cleanup()
"""
COMPILED = {
    "pyproject.toml": PROJECT["pyproject.toml"] + '\n[tool.hatch.build.hooks.custom]\npath = "hatch_build.py"\n',
    "hatch_build.py": HOOK,
}
HERE, WINDOWS = (f"tinypkg-0.1.0-py3-none-{name}.whl" for name in (f"manylinux_2_17_{platform.machine()}", "win_amd64"))
FILES = {SDIST, HERE, WINDOWS}
WHOLE = DONE | {"wheels": "success"}


@pytest.fixture
def compiled(adopt: Adopt) -> None:
    adopt("release-wheels.yml", COMPILED)


def sealed(artifacts: Path) -> list[dict[str, object]]:
    """Return the manifests that were handed over, in their order."""
    found = [zipfile.ZipFile(path) for path in sorted(artifacts.glob("*.zip"))]
    return [json.loads(one.read("manifest.json")) for one in found if "manifest.json" in one.namelist()]


def half_way(act: Act, repository: Repository, github: GitHubApi) -> Run:
    """Let a release stop when the wheels are on the index, and the sdist is not."""
    first = act(repository, "release.yml", "push", ref=TAG, environ={"STANDIN_CUT_OFF_AFTER": ".whl"})
    assert first.jobs == {"wheels": "success", "prepare": "success", "publish": "failure"}, first.log
    remember(github, first)
    return first


@pytest.mark.usefixtures("compiled")
def test_the_wheels_of_all_machines_and_the_sdist_are_released_at_once(
    act: Act, repository: Repository, index: Start, github: GitHubApi
) -> None:
    rehearsal = index("pypi")
    run = act(repository, "release.yml", "push", ref=TAG)
    assert run.jobs == WHOLE, run.log
    assert published(rehearsal, "pypi") == FILES
    assert [a for a in run.annotations if a.level == "error"] == []
    (made,) = github.releases.hosted
    assert made.files.keys() == FILES | {"SHA256SUMS", "manifest.json"}
    (manifest,) = sealed(act.artifacts)
    artifacts = manifest["artifacts"]
    assert isinstance(artifacts, list)
    assert {one["filename"]: one["build"] for one in artifacts} == {SDIST: 0, HERE: None, WINDOWS: None}


@pytest.mark.usefixtures("compiled")
def test_a_release_that_stopped_half_way_is_finished_with_the_wheels_that_it_was_begun_with(
    act: Act, repository: Repository, index: Start, github: GitHubApi
) -> None:
    rehearsal = index("pypi")
    first = half_way(act, repository, github)
    begun = digests(rehearsal, "pypi")

    second = act(repository, "release.yml", "push", ref=TAG, again=first)  # all jobs: the wheels are built once more
    assert second.jobs == WHOLE, second.log
    assert published(rehearsal, "pypi") == FILES
    assert begun < digests(rehearsal, "pypi")
    assert f"tinypkg 0.1.0 as attempt 1 of run {first.id} sealed it" in second.log


@pytest.mark.usefixtures("compiled")
def test_a_dispatch_that_names_a_run_builds_no_wheels(
    act: Act, repository: Repository, index: Start, github: GitHubApi
) -> None:
    rehearsal = index("pypi")
    first = half_way(act, repository, github)
    inputs = {"index": "pypi", "tag": "v0.1.0", "run-id": str(first.id)}
    github.jobs.append(Job(id=900, run=first.id + 1, attempt=1, name="Prepare", runner=RUNNER, status="in_progress"))
    second = act(repository, "release.yml", "workflow_dispatch", ref=MAIN, inputs=inputs)
    assert second.jobs == DONE, second.log
    assert published(rehearsal, "pypi") == FILES


@pytest.mark.usefixtures("compiled")
def test_a_dry_run_builds_all_wheels_rehearses_with_them_and_publishes_nothing(
    act: Act, repository: Repository, index: Start
) -> None:
    rehearsal = index("pypi")
    run = act(repository, "release.yml", "workflow_dispatch", ref=MAIN, inputs={"index": "dry-run"})
    assert run.jobs == {"wheels": "success", "rehearse": "success"}, run.log
    assert published(rehearsal, "pypi") == set()
    assert "2 wheels from" in run.log


def test_a_project_without_compiled_modules_stops_before_anything_is_published(
    act: Act, repository: Repository, adopt: Adopt, index: Start
) -> None:
    adopt("release-wheels.yml")
    rehearsal = index("pypi")
    run = act(repository, "release.yml", "push", ref=TAG)
    assert run.jobs == {"wheels": "failure"}, run.log
    assert published(rehearsal, "pypi") == set()
