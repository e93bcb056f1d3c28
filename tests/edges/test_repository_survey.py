"""What is found in a repository: its projects, its tags, its default branch; and the templates of ours."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pypublish import REPOSITORY
from pypublish.edges import git, git_refs, templates
from pypublish.edges.git import Repository
from pypublish.edges.projects_below import project_folders
from pypublish.edges.world import World
from pypublish.errors import UsageError
from tests import projects


def test_projects_are_found_three_folders_deep(tmp_path: Path) -> None:
    for folder in (".", "a", "b/c", "b/c/d", "b/c/d/e", ".hidden", "node_modules/x", "a/.venv/x"):
        projects.write(tmp_path / folder, {"pyproject.toml": ""})
    assert project_folders(tmp_path) == (".", "a", "b/c", "b/c/d")


def repository(root: Path, world: World) -> Repository:
    found = git.find_repository(root, world)
    assert found is not None
    return found


def test_the_newest_tags_come_first(tmp_path: Path, world: World) -> None:
    projects.commit(tmp_path, "v1", message="one")
    for tag, day in (("ü", "2024-01-01"), ("release/1.0", "2024-03-01"), ("v0.9", "2024-02-01")):
        projects.git(tmp_path, "-c", "user.name=x", "tag", "--annotate", f"--message={day}", tag)
    assert set(git_refs.tags(repository(tmp_path, world), world)) == {"v1", "ü", "release/1.0", "v0.9"}
    projects.git(tmp_path, "tag", "--delete", "ü", "release/1.0", "v0.9")
    assert git_refs.tags(repository(tmp_path, world), world) == ("v1",)


def test_a_repository_without_tags(tmp_path: Path, world: World) -> None:
    projects.git(tmp_path, "init", "--quiet")
    assert git_refs.tags(repository(tmp_path, world), world) == ()


def test_the_default_branch_is_the_remotes_else_the_one_that_is_checked_out(tmp_path: Path, world: World) -> None:
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    projects.write(origin, {"x": ""})
    projects.commit(origin)
    projects.git(origin, "branch", "--move", "trunk")
    projects.git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    projects.git(clone, "switch", "--quiet", "--create", "topic")
    assert git_refs.default_branch(repository(clone, world), world) == "trunk"
    assert git_refs.default_branch(repository(origin, world), world) == "trunk"
    projects.git(origin, "checkout", "--quiet", "--detach")
    assert git_refs.default_branch(repository(origin, world), world) == ""


def test_the_templates_are_at_hand(root: Path) -> None:
    assert set(templates.names()) == {path.name for path in (root / "workflows-templates").glob("*.yml")}
    assert templates.read("release.yml") == (root / "workflows-templates" / "release.yml").read_text()
    with pytest.raises(UsageError, match=r"there is no template .x\.yml."):
        templates.read("x.yml")


def test_our_own_repository_is_called_the_same_everywhere(root: Path) -> None:
    urls = tomllib.loads((root / "pyproject.toml").read_text())["project"]["urls"]
    assert all(url.startswith(f"https://github.com/{REPOSITORY}") for url in urls.values())
    for name in templates.names():
        assert f"uses: {REPOSITORY}@" in templates.read(name)
