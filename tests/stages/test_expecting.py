"""As whom a release will be published: from the repository's remote and workflows into the sealed manifest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pypublish.checks.expected_publisher import ExpectedPublisher
from pypublish.edges import git
from pypublish.edges.staging import parse
from pypublish.edges.workflows import read_workflows
from pypublish.edges.world import World
from pypublish.model import PYPI, TESTPYPI, Index, Publisher
from pypublish.stages.expecting import expect_publisher
from tests import factories, projects

RELEASE = ".github/workflows/release.yml"


@pytest.fixture
def tree(tmp_path: Path, root: Path) -> Path:
    workflow = (root / "workflows-templates" / "release.yml").read_text("utf-8")
    made = projects.write(tmp_path / "hello", {RELEASE: workflow})
    projects.commit(made)
    return made


def expected(tree: Path, world: World, index: Index = PYPI, *, running: str = "") -> ExpectedPublisher | None:
    repository = git.find_repository(tree, world)
    return expect_publisher(repository, read_workflows(tree), index, world, running=running)


def us(environment: str, *, workflow: str = "release.yml") -> ExpectedPublisher:
    publisher = Publisher(owner="acme", repository="hello", workflow=workflow, environment=environment)
    return ExpectedPublisher(publisher=publisher, attests=True)


def test_the_template_publishes_from_an_environment_for_each_index(tree: Path, world: World) -> None:
    projects.git(tree, "remote", "add", "origin", "https://github.com/acme/hello")
    assert expected(tree, world) == us("pypi")
    assert expected(tree, world, TESTPYPI) == us("testpypi")


def test_the_running_workflow_is_the_one(tree: Path, world: World) -> None:
    projects.git(tree, "remote", "add", "origin", "git@github.com:acme/hello.git")
    (tree / RELEASE).with_name("publish.yml").write_bytes((tree / RELEASE).read_bytes())
    assert expected(tree, world) is None
    assert expected(tree, world, running="publish.yml") == us("pypi", workflow="publish.yml")


@pytest.mark.parametrize("remote", ["https://gitlab.com/acme/hello.git", "/srv/git/hello", None])
def test_elsewhere_nobody_is_expected(tree: Path, world: World, remote: str | None) -> None:
    if remote is not None:
        projects.git(tree, "remote", "add", "origin", remote)
    assert expected(tree, world) is None


def test_without_a_repository_nobody_is(tmp_path: Path, world: World) -> None:
    assert expect_publisher(None, read_workflows(tmp_path), PYPI, world) is None
    assert expect_publisher(None, None, PYPI, world) is None


@pytest.mark.slow
def test_the_sealed_manifest_names_the_publisher(tree: Path, tmp_path: Path, root: Path) -> None:
    """By the command, on a runner: files that another job built are sealed in a checkout."""
    projects.git(tree, "remote", "add", "origin", "https://github.com/acme/hello")
    projects.write(tree, {"pyproject.toml": '[project]\nname = "hello"\nversion = "1.2.0"\n'})
    (dist := tmp_path / "built").mkdir()
    made = factories.wheel(version="1.2.0")
    (dist / made.filename).write_bytes(made.content)
    out = tmp_path / "staging"
    on_a_runner = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKFLOW_REF": "acme/hello/.github/workflows/release.yml@refs/tags/v1",
    }
    command = ["-m", "pypublish", "stage", "--project", str(tree), "--packages-dir", str(dist), "--out", str(out)]
    done = subprocess.run(
        [sys.executable, *command],
        env={**os.environ, **on_a_runner, "PYTHONPATH": str(root / "src"), "PYPUBLISH_FORMAT": "text"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sealed = (out / "manifest.json").read_bytes()
    assert json.loads(sealed)["publisher"]["environment"] == "pypi"
    assert parse(sealed, what="manifest").publisher == us("pypi").publisher
