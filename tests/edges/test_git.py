"""What git knows of a tree: the real git, in trees made for the test."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.edges import git
from pypublish.edges.git import Repository
from pypublish.edges.world import World
from pypublish.errors import ToolError, ToolMissingError
from pypublish.model import VersionIdentifier
from tests import projects

FILES = {"pyproject.toml": "", "src/hello.py": "x = 1\n", "sub/pyproject.toml": ""}

Find = Callable[..., Repository]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return projects.write(tmp_path / "tree", FILES)


@pytest.fixture
def find(world: World) -> Find:
    def find(path: Path) -> Repository:
        found = git.find_repository(path, world)
        assert found is not None
        return found

    return find


def test_there_is_no_repository(tree: Path, world: World) -> None:
    assert git.find_repository(tree, world) is None


def test_a_repository_without_a_commit(tree: Path, world: World, find: Find) -> None:
    projects.git(tree, "init", "--quiet")

    found = find(tree)

    assert found == Repository(toplevel=tree, prefix="", commit=None, is_shallow=False)
    assert git.tracked_files(found, world) == ()
    assert git.describe(found, "v*", world).commit is None
    with pytest.raises(ToolError, match="no commit yet"):
        git.commit_time(found, world)


@pytest.mark.parametrize("name", ["plain", "with spaces", "mit Ümläut 中", "with\nnewline", "-option", "quote'\"$(x)"])
def test_any_path_will_do(name: str, tmp_path: Path, world: World, find: Find) -> None:
    tree = projects.write(tmp_path / name, {f"{name}/{name}.py": "", "pyproject.toml": ""})
    commit = projects.commit(tree)

    found = find(tree / name)

    assert found == Repository(toplevel=tree, prefix=name, commit=commit, is_shallow=False)
    assert [file.path for file in git.tracked_files(found, world)] == sorted((f"{name}/{name}.py", "pyproject.toml"))
    (tree / name / f"{name}.py").write_text("changed")
    (tree / f"{name}.new").touch()
    assert git.status(found, world) == git.Status(changed=(f"{name}/{name}.py",), untracked=(f"{name}.new",))


def test_a_path_that_is_no_utf_8(tree: Path, world: World, find: Find) -> None:
    odd = os.fsdecode(b"odd-\xff.py")
    try:
        (tree / odd).touch()
    except OSError:
        pytest.skip("this file system takes no such names")
    projects.commit(tree)

    assert odd in [file.path for file in git.tracked_files(find(tree), world)]


def test_a_project_in_a_subdirectory(tree: Path, find: Find) -> None:
    commit = projects.commit(tree)

    assert find(tree / "sub") == Repository(toplevel=tree, prefix="sub", commit=commit, is_shallow=False)


def test_a_link_to_a_tree_is_the_tree(tree: Path, tmp_path: Path, find: Find) -> None:
    projects.commit(tree)
    (tmp_path / "link").symlink_to(tree)

    assert find(tmp_path / "link").toplevel == tree


def test_tracked_files_have_their_modes(tree: Path, world: World, find: Find) -> None:
    (tree / "run").touch(mode=0o755)
    (tree / "link").symlink_to("src/hello.py")
    projects.commit(tree)

    modes = {file.path: file.mode for file in git.tracked_files(find(tree), world)}

    assert modes["src/hello.py"] == "100644"
    assert modes["run"] == "100755"
    assert modes["link"] == "120000"
    empty_file = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert {file.path: file.blob for file in git.tracked_files(find(tree), world)}["pyproject.toml"] == empty_file


def test_a_commit_has_its_time_and_its_tags(tree: Path, world: World, find: Find) -> None:
    projects.commit(tree, "v1.2.0", "b/c", "ünicode")
    projects.git(tree, "update-ref", "refs/tags/-rf", "HEAD")
    found = find(tree)

    assert git.commit_time(found, world) == 1_700_000_000
    assert sorted(git.tags_at_commit(found, world)) == ["-rf", "b/c", "v1.2.0", "ünicode"]


@pytest.mark.parametrize("annotated", [False, True])
def test_a_tag_names_its_commit(annotated: bool, tree: Path, world: World, find: Find) -> None:
    commit = projects.commit(tree)
    projects.git(tree, "tag", *(["--annotate", "--message=m"] if annotated else []), "v1.2.0")
    projects.commit(tree, message="another")

    assert git.commit_of_tag(find(tree), "v1.2.0", world) == commit


@pytest.mark.parametrize(
    "tag", ["v9", "v1.2.0~1", "v1.2.0^{tree}", "--help", "-l", "v1\nv1.2.0", "*", "", "../heads/main"]
)
def test_what_is_no_tag_names_no_commit(tag: str, tree: Path, world: World, find: Find) -> None:
    projects.commit(tree)
    projects.commit(tree, "v1.2.0", message="another")

    assert git.commit_of_tag(find(tree), tag, world) is None


@pytest.mark.parametrize(
    ("history", "glob", "nearest"),
    [
        ([["v1.0"]], "v*", ("v1.0", 0)),
        ([["v1.0"], [], [], []], "v*", ("v1.0", 3)),
        ([["v1.0"], ["other-9-gabc"], []], "v*", ("v1.0", 2)),
        ([["a-b-c"], []], "a-*", ("a-b-c", 1)),
        ([["other"], [], []], "v*", (None, 3)),
        ([[]], "--all", (None, 1)),
    ],
)
def test_describe(
    history: list[list[str]], glob: str, nearest: tuple[str | None, int], world: World, tree: Path
) -> None:
    for tags in history:
        projects.commit(tree, *tags)
    found = git.find_repository(tree, world)
    assert found is not None

    expected = VersionIdentifier(
        tag=nearest[0], commits_since=nearest[1], commit=found.commit, dirty=False, shallow=False
    )
    assert git.describe(found, glob, world) == expected
    (tree / "src/hello.py").unlink()
    assert git.describe(found, glob, world) == replace(expected, dirty=True)


def test_a_shallow_clone_says_so(tree: Path, tmp_path: Path, world: World, find: Find) -> None:
    projects.commit(tree, "v1.0")
    projects.commit(tree)
    projects.git(tmp_path, "clone", "--quiet", "--depth=1", "--no-tags", tree.as_uri(), "shallow")

    found = find(tmp_path / "shallow")

    assert found.is_shallow
    described = VersionIdentifier(tag=None, commits_since=1, commit=found.commit, dirty=False, shallow=True)
    assert git.describe(found, "v*", world) == described


def test_status_tells_changed_from_untracked_from_ignored(tree: Path, world: World, find: Find) -> None:
    (tree / ".gitignore").write_text("*.log\n")
    projects.commit(tree)
    (tree / "src/hello.py").write_text("x = 2\n")
    (tree / "pyproject.toml").unlink()
    projects.write(tree, {"staged.py": "", "new/a.py": "", "new/b.py": "", "a.log": ""})
    projects.git(tree, "add", "staged.py")

    found = git.status(find(tree), world)

    assert sorted(found.changed) == ["pyproject.toml", "src/hello.py", "staged.py"]
    assert found.untracked == ("new/",)
    assert git.changes(find(tree), world) == found.changed


def test_a_look_changes_nothing_and_runs_nothing(tree: Path, world: World, find: Find) -> None:
    projects.commit(tree)
    projects.git(tree, "config", "core.fsmonitor", "touch hacked; echo")
    projects.git(tree, "config", "core.pager", "touch hacked; cat")
    (tree / "src/hello.py").touch()
    index = (tree / ".git/index").read_bytes()

    assert git.changes(find(tree), world) == ()
    assert git.tags_at_commit(find(tree), world) == ()

    assert not (tree / "hacked").exists()
    assert (tree / ".git/index").read_bytes() == index


@pytest.mark.parametrize(
    ("remotes", "origin"),
    [
        ({}, None),
        ({"origin": "https://github.com/acme/hello"}, "https://github.com/acme/hello"),
        ({"origin": "https://user:token@github.com/acme/hello.git"}, "https://github.com/acme/hello.git"),
        ({"upstream": "git@github.com:acme/hello.git"}, "git@github.com:acme/hello.git"),
        ({"a.b c": "https://[broken", "origin": "/path with/newline\n"}, "/path with/newline\n"),
        ({"mine": "https://a", "yours": "https://b"}, None),
    ],
)
def test_where_a_repository_comes_from(
    remotes: dict[str, str], origin: str | None, tree: Path, world: World, find: Find
) -> None:
    projects.commit(tree)
    for name, url in remotes.items():
        projects.git(tree, "config", f"remote.{name}.url", url)

    assert git.origin_url(find(tree), world) == origin
    assert set(git.remotes(find(tree), world)) == set(remotes)


def test_without_git_a_plain_folder_is_no_repository(tree: Path, world: World) -> None:
    gitless = replace(world, environ={"PATH": "/nowhere"})

    assert git.find_repository(tree, gitless) is None


def test_without_git_a_repository_is_an_error(tree: Path, world: World) -> None:
    projects.commit(tree)

    with pytest.raises(ToolMissingError, match="there is no git") as error:
        git.find_repository(tree / "sub", replace(world, environ={"PATH": "/nowhere"}))
    assert error.value.hint == "Install git, or put it on PATH."


def test_a_broken_repository_is_not_taken_for_none(tree: Path, world: World) -> None:
    projects.commit(tree)
    (tree / ".git/config").write_text("[core")

    with pytest.raises(ToolError, match="does not read") as error:
        git.find_repository(tree, world)
    assert "bad config" in error.value.output


@pytest.fixture
def foreign(tree: Path) -> Path:
    """A repository of somebody else's."""
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    projects.commit(tree)
    for path in (tree, tree / ".git"):
        os.chown(path, 12345, 12345)
    return tree


def test_somebody_elses_repository_is_not_read(foreign: Path, world: World) -> None:
    with pytest.raises(ToolError, match="does not read") as error:
        git.find_repository(foreign, world)
    assert error.value.hint.endswith(f"git config --global --add safe.directory {foreign}")


def test_somebody_elses_repository_is_read_when_the_user_trusts_it(
    foreign: Path, tmp_path: Path, world: World, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitconfig").write_text(f"[safe]\n\tdirectory = {foreign}\n")
    trusting = replace(world, environ={**world.environ, "HOME": str(tmp_path)})

    found = git.find_repository(foreign, trusting)

    assert found is not None
    git.clone(found, tmp_path / "clone", trusting)
    assert (tmp_path / "clone/src/hello.py").exists()
