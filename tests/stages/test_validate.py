"""validate, on real repositories: tag, version, tree and index fit each other, before anything is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.checks.project import parse
from pypublish.edges.tree import read_tree
from pypublish.edges.world import Clock, Transport, World
from pypublish.errors import IndexUnavailableError
from pypublish.findings import Severity
from pypublish.model import TESTPYPI
from pypublish.rehearsal.server import Rehearsal
from pypublish.settings import Settings
from pypublish.stages.validate import validate
from tests.projects import git
from tests.stages.judged import DRY, HATCH, SCM, STATIC, TAGGED, Judge, commit, names


def test_a_release(project: Path, judge: Judge) -> None:
    git(project, "tag", "v1.2.0")
    outcome = judge(project, TAGGED)
    assert outcome.ok, outcome.findings
    assert outcome.value is not None
    release = outcome.value.release
    head = git(project, "rev-parse", "HEAD").strip()
    assert (release.name, release.version, release.tag, release.commit) == ("hello", "1.2.0", "v1.2.0", head)
    assert release.epoch == 1_700_000_000
    assert outcome.summary == f"hello 1.2.0 = tag v1.2.0, commit {head[:7]}"
    assert outcome.outputs == snapshot(
        {
            "package-name": "hello",
            "package-version": "1.2.0",
            "tag": "v1.2.0",
            "is-prerelease": "false",
            "index": "pypi",
            "environment": "pypi",
            "publish": "true",
            "repository-url": "https://upload.pypi.org/legacy/",
            "index-url": "https://pypi.org/simple/",
            "project-url": "https://pypi.org/project/hello/1.2.0/",
            "python-versions": "[]",
        }
    )


def test_the_tag_at_the_commit_is_found(project: Path, judge: Judge) -> None:
    for tag in ("v1.1.0", "v1.2.0", "nightly", "v9"):
        git(project, "tag", tag)
    outcome = judge(project)
    assert outcome.value is not None
    assert outcome.value.release.tag == "v1.2.0"
    assert names(outcome) == []


def test_a_beta_in_words_is_a_prerelease(project: Path, judge: Judge) -> None:
    commit(project, STATIC.replace("1.2.0", "0.2.0b1"))
    git(project, "tag", "v0.2.0-beta1")
    outcome = judge(project, replace(TAGGED, tag="v0.2.0-beta1", index=TESTPYPI))
    assert outcome.ok
    assert (outcome.outputs["is-prerelease"], outcome.outputs["index"]) == ("true", "testpypi")


def test_a_version_from_git_is_that_of_the_tag(project: Path, judge: Judge) -> None:
    commit(project, SCM)
    git(project, "tag", "v1.3.0")
    outcome = judge(project, replace(TAGGED, tag="v1.3.0"))
    assert outcome.ok, outcome.findings
    assert outcome.value is not None
    assert outcome.value.release.version == "1.3.0"


def test_between_releases_it_is_said_and_fine(project: Path, judge: Judge) -> None:
    commit(project, SCM)
    git(project, "tag", "v1.3.0")
    commit(project, SCM)
    outcome = judge(project)
    assert outcome.ok
    assert names(outcome, Severity.NOTE) == ["version-is-no-development-version"]


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (lambda root: git(root, "tag", "-d", "v1.2.0"), "tag-is-at-the-commit"),
        (lambda root: commit(root, STATIC), "tag-is-at-the-commit"),
        (lambda root: (root / "pyproject.toml").write_text(STATIC + "# changed"), "tree-is-clean"),
        (lambda root: (root / "pyproject.toml").write_text(STATIC.replace("1.2.0", "1.3.0")), "tag-equals-version"),
        (lambda root: (root / "pyproject.toml").unlink(), "project-has-pyproject"),
        (lambda root: (root / "pyproject.toml").write_text("[project"), "pyproject-is-toml"),
        (lambda root: (root / "pyproject.toml").write_text(HATCH), "project-has-metadata"),
        (lambda root: (root / "pyproject.toml").write_text(HATCH + '[project]\nname = "a"'), "project-has-version"),
        (lambda root: (root / "pyproject.toml").write_text(STATIC + "readme = 3"), "validate-pyproject"),
    ],
)
def test_what_stops_a_release(project: Path, judge: Judge, spoil: Callable[[Path], object], check: str) -> None:
    git(project, "tag", "v1.2.0")
    spoil(project)
    outcome = judge(project, TAGGED)
    assert not outcome.ok
    assert check in names(outcome)


def test_a_shallow_clone_of_a_project_with_a_version_from_git(project: Path, tmp_path: Path, judge: Judge) -> None:
    commit(project, SCM)
    git(project, "tag", "v1.3.0")
    commit(project, SCM)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{project}", str(clone))
    outcome = judge(clone, replace(DRY, dry_run=False, index=TESTPYPI))
    assert "history-is-complete" in names(outcome)


def test_outside_of_git(tmp_path: Path, judge: Judge) -> None:
    (tmp_path / "pyproject.toml").write_text(STATIC)
    outcome = judge(tmp_path)
    assert outcome.ok
    assert outcome.summary == "hello 1.2.0"


def test_a_repository_without_a_commit(tmp_path: Path, judge: Judge) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "pyproject.toml").write_text(STATIC)
    assert judge(tmp_path).ok


def test_a_project_in_a_subdirectory(project: Path, judge: Judge) -> None:
    (project / "packages" / "inner").mkdir(parents=True)
    (project / "packages" / "inner" / "pyproject.toml").write_text(STATIC.replace('"hello"', '"inner"'))
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "inner")
    git(project, "tag", "inner-1.2.0")
    settings = Settings(tag_format="{name}-{version}")
    outcome = judge(project / "packages" / "inner", replace(TAGGED, tag="inner-1.2.0"), settings)
    assert outcome.ok, outcome.findings


@pytest.mark.parametrize("tag", ["v1\n::error::x", "--upload-pack=touch x", "v1.2.0 ", "$(id)", "v1~1"])
def test_a_hostile_tag_name_names_nothing(project: Path, judge: Judge, tag: str) -> None:
    git(project, "tag", "v1.2.0")
    outcome = judge(project, replace(TAGGED, tag=tag))
    assert not outcome.ok


def test_a_waived_finding_does_not_stop(project: Path, judge: Judge) -> None:
    git(project, "tag", "v1.2.0")
    (project / "pyproject.toml").write_text(STATIC + "# changed")
    outcome = judge(project, TAGGED, Settings(ignore={"tree-is-clean": "generated"}))
    assert outcome.ok


def test_the_index_is_asked(project: Path, serving: tuple[Rehearsal, World]) -> None:
    _, world = serving
    git(project, "tag", "v1.2.0")
    outcome = validate(parse(read_tree(project)), Settings(), TAGGED, world)
    assert outcome.ok, outcome.findings
    assert outcome.summary.endswith(", not yet on PyPI")


def test_an_index_that_does_not_answer(project: Path, world: World) -> None:
    git(project, "tag", "v1.2.0")
    impatient = Clock(sleep=lambda _: None)
    nowhere = replace(world, transport=Transport(proxy="http://127.0.0.1:9"), clock=impatient)
    with pytest.raises(IndexUnavailableError):
        validate(parse(read_tree(project)), Settings(), TAGGED, nowhere)
    git(project, "tag", "-d", "v1.2.0")
    outcome = validate(parse(read_tree(project)), Settings(), DRY, nowhere)
    assert outcome.ok
    assert names(outcome, Severity.NOTE) == ["version-is-new"]


def test_a_new_projects_name_is_judged(project: Path, serving: tuple[Rehearsal, World]) -> None:
    _, world = serving
    commit(project, STATIC.replace('"hello"', '"data-classes"'))
    assert validate(parse(read_tree(project)), Settings(), DRY, world).ok
    commit(project, STATIC.replace('"hello"', '"dataclasses"'))
    outcome = validate(parse(read_tree(project)), Settings(), DRY, world)
    assert names(outcome) == ["new-project-may-have-its-name"]
