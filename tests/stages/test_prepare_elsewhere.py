"""prepare with distributions that were built elsewhere: they are judged and sealed with what is built here."""

from __future__ import annotations

import re
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.checks.project import parse
from pypublish.edges import staging
from pypublish.edges.tree import read_tree
from pypublish.edges.world import Clock, Transport, World
from pypublish.errors import UsageError
from pypublish.findings import Outcome
from pypublish.model import PYPI, Intent
from pypublish.settings import parse as parse_settings
from pypublish.stages.prepare import prepare
from pypublish.stages.stage import Staged
from tests import projects
from tests.projects import HATCH
from tests.retagging import retagged
from tests.stages.workflow import Quiet, Workflow

pytestmark = pytest.mark.slow

COMPILED = """
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

class CustomBuildHook(BuildHookInterface):
    def initialize(self, version, build_data):
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-linux_x86_64"
"""
SDIST, PURE = "hello-1.2.0.tar.gz", "hello-1.2.0-py3-none-any.whl"
MINE, LINUX, WINDOWS = (
    f"hello-1.2.0-py3-none-{platform}.whl" for platform in ("linux_x86_64", "manylinux_2_17_x86_64", "win_amd64")
)
PLATFORMS = ("manylinux_2_17_x86_64", "win_amd64")

Run = Callable[..., Outcome[Staged]]
Wheelhouse = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project in pure Python, whose wheel is for any platform."""
    files = {"pyproject.toml": HATCH, "README.md": "# hello", "hello/__init__.py": "WHO = 'world'"}
    root = projects.write(tmp_path / "hello", {**files, ".gitignore": "wheelhouse*/\n"})
    projects.commit(root, "v1.2.0")
    return root


@pytest.fixture
def compiled(tree: Path) -> Path:
    """The same with a wheel that is for this machine alone."""
    pyproject = f"{HATCH}[tool.hatch.build.targets.wheel.hooks.custom]\n"
    projects.write(tree, {"pyproject.toml": pyproject, "hatch_build.py": COMPILED})
    projects.git(tree, "tag", "--delete", "v1.2.0")
    projects.commit(tree, "v1.2.0")
    return tree


@pytest.fixture
def offline(world: World) -> World:
    """A world in which the index does not answer; packages still come from where they come from."""
    return replace(world, transport=Transport(proxy="http://127.0.0.1:9"), clock=Clock(sleep=lambda _: None))


@pytest.fixture
def run(offline: World, tmp_path: Path) -> Run:
    def run(root: Path, packages_dir: Path | None = None, *, observer: Quiet | None = None) -> Outcome[Staged]:
        source = parse(read_tree(root))
        settings = parse_settings(source.table("tool").get("pypublish"))
        dry = Intent(index=PYPI, dry_run=True)
        out = tmp_path / "out"
        return prepare(source, settings, dry, offline, observer or Quiet(), out=out, packages_dir=packages_dir)

    return run


@pytest.fixture
def wheelhouse(run: Run, offline: World, tmp_path: Path) -> Wheelhouse:
    """Build wheels of a project as machines of several platforms do; with the sdist where it is asked for."""

    def build(root: Path, *platforms: str, sdist: bool = False) -> Path:
        outcome = run(root)
        assert outcome.ok, outcome.all_findings
        folder = tmp_path / "wheelhouse"
        (wheel,) = (offline.scratch / "built").glob("*.whl")
        for platform in platforms or PLATFORMS:
            retagged(wheel, platform, folder)
        if sdist:
            shutil.copy(offline.scratch / "built" / SDIST, folder)
        shutil.rmtree(offline.scratch / "built")
        shutil.rmtree(tmp_path / "out")
        return folder

    return build


def sealed(outcome: Outcome[Staged]) -> dict[str, int | None]:
    """Return the files that are released, and which build made each; all lie there as they were sealed."""
    assert outcome.value is not None, outcome.all_findings
    manifest = outcome.value.manifest
    staging.compare(outcome.value.out / "dist", manifest.artifacts)
    made = {one.filename: one.build for one in manifest.artifacts}
    assert {build for build in made.values() if build is not None} == set(range(len(manifest.builds)))
    return made


def errors(outcome: Outcome[Staged]) -> list[tuple[str, str | None]]:
    return [(one.check, one.where.file) for one in outcome.all_findings if one.stops(strict=False)]


def test_the_wheels_are_released_with_the_sdist_that_is_built_here(
    compiled: Path, run: Run, wheelhouse: Wheelhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(wheelhouse(compiled).parent)
    observer = Quiet()
    outcome = run(compiled, Path("wheelhouse"), observer=observer)
    assert sealed(outcome) == {SDIST: 0, LINUX: None, WINDOWS: None}
    (said,) = [line for line in observer.done_ if line.startswith("build")]
    assert re.sub(r"[\d.]+ k?B", "SIZE", said) == snapshot(
        "build: hello-1.2.0.tar.gz SIZE, 2 wheels from wheelhouse; built to try the sdist, and left out: hello-1.2.0-py3-none-linux_x86_64.whl"
    )
    assert not {one.check for one in outcome.all_findings} & {"wheel-platform-is-accepted", "release-has-a-wheel"}


def test_a_wheel_for_any_platform_that_is_built_here_is_released_too(
    tree: Path, run: Run, wheelhouse: Wheelhouse
) -> None:
    assert sealed(run(tree, wheelhouse(tree))) == {SDIST: 0, PURE: 0, LINUX: None, WINDOWS: None}


def test_a_wheel_for_any_platform_that_was_built_elsewhere_goes_first(
    tree: Path, run: Run, wheelhouse: Wheelhouse
) -> None:
    folder = wheelhouse(tree, "win_amd64", "any")
    assert sealed(run(tree, folder)) == {SDIST: 0, PURE: None, WINDOWS: None}


def test_with_an_sdist_nothing_is_built(compiled: Path, run: Run, wheelhouse: Wheelhouse, tmp_path: Path) -> None:
    folder = wheelhouse(compiled, sdist=True)
    before = (folder / SDIST).read_bytes()
    observer = Quiet()
    outcome = run(compiled, folder, observer=observer)
    assert sealed(outcome) == {SDIST: None, LINUX: None, WINDOWS: None}
    assert (tmp_path / "out" / "dist" / SDIST).read_bytes() == before
    (said,) = [line for line in observer.done_ if line.startswith("build")]
    assert said == f"build: nothing is built: {folder} has the sdist and 2 wheels"


def test_an_sdist_that_is_not_of_the_commit_is_found_also_where_nothing_is_built(
    compiled: Path, run: Run, wheelhouse: Wheelhouse
) -> None:
    folder = wheelhouse(compiled, sdist=True)
    projects.write(compiled, {"hello/__init__.py": "WHO = 'you'"})
    projects.git(compiled, "tag", "--delete", "v1.2.0")
    projects.commit(compiled, "v1.2.0")
    assert ("sdist-matches-commit", SDIST) in errors(run(compiled, folder))


@pytest.mark.parametrize("dynamic", [False, True])
def test_wheels_of_another_version_stop_it(compiled: Path, run: Run, wheelhouse: Wheelhouse, *, dynamic: bool) -> None:
    folder = wheelhouse(compiled)
    pyproject = (compiled / "pyproject.toml").read_text()
    new = pyproject.replace('version = "1.2.0"', 'dynamic = ["version"]' if dynamic else 'version = "1.3.0"')
    table = '[tool.hatch.version]\nsource = "code"\npath = "v.py"\n' if dynamic else ""
    projects.write(compiled, {"pyproject.toml": new + table, "v.py": "__version__ = '.'.join(['1', '3', '0'])\n"})
    projects.commit(compiled, "v1.3.0")
    outcome = run(compiled, folder)
    said = {(one.where.file, one.message) for one in outcome.all_findings if one.check == "files-are-of-one-version"}
    assert said == {(name, "it is version 1.2.0, not 1.3.0") for name in (LINUX, WINDOWS)}
    assert not outcome.ok


def test_a_wheel_that_no_index_takes_stops_it_where_somebody_means_to_release_it(
    compiled: Path, run: Run, wheelhouse: Wheelhouse
) -> None:
    folder = wheelhouse(compiled, "linux_x86_64", "win_amd64")
    assert errors(run(compiled, folder)) == [("wheel-platform-is-accepted", MINE)]


@pytest.mark.parametrize(
    ("mistake", "check"),
    [
        (("hatchling.build", "nowhere"), "build-system-is-usable"),
        (('["hatchling"]', '["hatchling==0.0.1.dev0"]'), "build-requirements-install"),
    ],
)
def test_a_build_that_fails_is_said_and_ends(
    compiled: Path, run: Run, wheelhouse: Wheelhouse, mistake: tuple[str, str], check: str
) -> None:
    folder = wheelhouse(compiled)
    projects.write(compiled, {"pyproject.toml": (compiled / "pyproject.toml").read_text().replace(*mistake)})
    projects.commit(compiled)
    assert check in dict(errors(run(compiled, folder)))


def test_a_folder_that_is_not_there_stops_it_before_anything_is_done(tree: Path, run: Run, tmp_path: Path) -> None:
    observer = Quiet()
    with pytest.raises(UsageError):
        run(tree, tmp_path / "nowhere", observer=observer)
    assert observer.done_ == []


def test_outside_git_the_folder_is_no_part_of_the_sdist(tree: Path, run: Run, wheelhouse: Wheelhouse) -> None:
    folder = shutil.copytree(wheelhouse(tree), tree / "more")
    shutil.rmtree(tree / ".git")
    (tree / ".gitignore").unlink()
    outcome = run(tree, folder)
    assert outcome.value is not None, outcome.all_findings
    with tarfile.open(outcome.value.out / "dist" / SDIST) as archive:
        assert not [name for name in archive.getnames() if name.endswith(".whl")]


def test_what_was_sealed_before_goes_first_and_then_no_folder_is_needed(workflow: Workflow, tmp_path: Path) -> None:
    first = workflow.prepare()
    assert first.ok, first.all_findings
    workflow.hand_over(first)
    second = workflow.prepare(again=True, packages_dir=tmp_path / "nowhere")
    assert second.ok, second.all_findings
    assert second.outputs == first.outputs


def test_where_what_was_sealed_is_gone_the_folder_is_needed(workflow: Workflow, tmp_path: Path) -> None:
    workflow.hand_over(workflow.prepare())
    workflow.attempts.api.artifacts[0].expired = True
    with pytest.raises(UsageError, match="there is no folder"):
        workflow.prepare(again=True, packages_dir=tmp_path / "nowhere")
