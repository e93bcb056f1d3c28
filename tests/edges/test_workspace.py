"""What is built from: for each kind of tree, which files get into the workspace and which do not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pypublish.building import SourceOrigin, Workspace
from pypublish.edges import git, workspace
from pypublish.edges.world import World
from tests import projects

FILES = {"pyproject.toml": "", "src/hello/__init__.py": "x = 1\n", "LICENSE": "MIT"}

Prepare = Callable[..., Workspace]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return projects.write(tmp_path / "my tree", FILES)


@pytest.fixture
def prepare(world: World) -> Prepare:
    def prepare(root: Path, *, in_tree: bool = False, as_it_stands: bool = False, out: str = "out") -> Workspace:
        return workspace.prepare(
            root,
            world.scratch / "source",
            git.find_repository(root, world),
            world,
            in_tree=in_tree,
            as_it_stands=as_it_stands,
            leave_out=(root / out,),
        )

    return prepare


def files(root: Path) -> dict[str, str]:
    """Return all files under `root`, without what git keeps."""
    return {
        path.relative_to(root).as_posix(): str(path.readlink()) if path.is_symlink() else path.read_text()
        for path in root.rglob("*")
        if ".git" not in path.relative_to(root).parts and not (path.is_dir() and not path.is_symlink())
    }


def in_clone(found: Workspace, *args: str) -> str:
    return projects.git(found.root, *args).strip()


def test_a_commit_is_built_from_a_clean_clone(tree: Path, prepare: Prepare) -> None:
    commit = projects.commit(tree, "v1.0", "v1.1")
    projects.commit(tree, "v2.0")
    projects.git(tree, "checkout", "--quiet", "v1.1")
    projects.write(tree, {"build/stale.py": "", "hello.egg-info/SOURCES.txt": ""})

    found = prepare(tree)

    assert files(found.root) == FILES
    assert found.origin is SourceOrigin.COMMIT
    assert found.root.name == "my tree"
    assert found.untracked == ("build/", "hello.egg-info/")
    assert in_clone(found, "rev-parse", "HEAD") == commit
    assert in_clone(found, "tag").split() == ["v1.0", "v1.1", "v2.0"]
    assert in_clone(found, "describe", "--tags", "--dirty", "--match=v1.1") == "v1.1"
    assert in_clone(found, "status", "--porcelain") == ""


def test_a_release_leaves_changes_out(tree: Path, prepare: Prepare) -> None:
    projects.commit(tree, "v1.0")
    projects.write(tree, {"src/hello/__init__.py": "x = 2\n", "new.py": ""})

    found = prepare(tree, as_it_stands=False)

    assert files(found.root) == FILES
    assert (found.origin, found.changed) == (SourceOrigin.COMMIT, ("src/hello/__init__.py",))


def test_a_rehearsal_takes_changes_in(tree: Path, prepare: Prepare) -> None:
    projects.write(tree, {"folder/a.py": "", "swap": "a file", "run": ""})
    projects.commit(tree, "v1.0")
    projects.write(tree, {"src/hello/__init__.py": "x = 2\n", "staged/new.py": "y = 1\n", "untracked.py": ""})
    (tree / "LICENSE").unlink()
    (tree / "run").chmod(0o755)
    (tree / "link").symlink_to("run")
    (tree / "folder/a.py").unlink()
    (tree / "folder").rmdir()
    (tree / "folder").write_text("a file now")
    (tree / "swap").unlink()
    projects.write(tree, {"swap/b.py": ""})
    projects.git(tree, "add", "staged", "link", "folder", "swap")

    found = prepare(tree, as_it_stands=True)

    assert files(found.root) == {
        "pyproject.toml": "",
        "src/hello/__init__.py": "x = 2\n",
        "staged/new.py": "y = 1\n",
        "run": "",
        "link": "run",
        "folder": "a file now",
        "swap/b.py": "",
    }
    assert os.access(found.root / "run", os.X_OK)
    assert found.origin is SourceOrigin.AS_IT_STANDS
    assert found.untracked == ("untracked.py",)
    assert in_clone(found, "describe", "--tags", "--dirty") == "v1.0-dirty"
    assert sorted(in_clone(found, "ls-files").split()) == sorted(files(found.root))


def test_a_clean_tree_is_the_commit_also_in_a_rehearsal(tree: Path, prepare: Prepare) -> None:
    projects.commit(tree)

    assert prepare(tree, as_it_stands=True).origin is SourceOrigin.COMMIT


def test_of_a_subdirectory_the_whole_repository_is_cloned(tree: Path, prepare: Prepare) -> None:
    projects.write(tree, {"packages/one/pyproject.toml": "", "shared.txt": "s"})
    projects.commit(tree)

    found = prepare(tree / "packages/one")

    assert files(found.root) == {"pyproject.toml": ""}
    assert (found.root.parent.parent / "shared.txt").read_text() == "s"
    assert found.root.relative_to(found.root.parents[2]).as_posix() == "my tree/packages/one"


def test_a_shallow_clone_can_be_built_from(tree: Path, tmp_path: Path, prepare: Prepare) -> None:
    projects.commit(tree, "v1.0")
    projects.commit(tree, "v1.1")
    projects.git(tmp_path, "clone", "--quiet", "--depth=1", tree.as_uri(), "shallow")

    found = prepare(tmp_path / "shallow")

    assert files(found.root) == FILES
    assert in_clone(found, "rev-parse", "--is-shallow-repository") == "true"
    assert in_clone(found, "tag") == "v1.1"


def test_a_linked_worktree_can_be_built_from(tree: Path, tmp_path: Path, prepare: Prepare) -> None:
    projects.commit(tree, "v1.0")
    projects.git(tree, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    commit = projects.commit(tmp_path / "linked", message="only there")

    assert in_clone(prepare(tmp_path / "linked"), "rev-parse", "HEAD") == commit


def test_the_clone_comes_from_where_the_repository_comes_from(tree: Path, prepare: Prepare) -> None:
    projects.commit(tree)
    projects.git(tree, "remote", "add", "origin", "https://x-access-token:secret@github.com/acme/hello")

    assert in_clone(prepare(tree), "remote", "get-url", "origin") == "https://github.com/acme/hello"


def test_the_clone_of_a_repository_from_nowhere_has_no_remote(tree: Path, prepare: Prepare) -> None:
    projects.commit(tree)

    assert in_clone(prepare(tree), "remote") == ""


def test_the_clone_runs_no_hooks(tree: Path, prepare: Prepare, tmp_path: Path) -> None:
    projects.commit(tree)
    hook = tree / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/hacked'\n")
    hook.chmod(0o755)

    prepare(tree)

    assert not (tmp_path / "hacked").exists()


def test_in_tree_is_in_the_tree(tree: Path, prepare: Prepare) -> None:
    projects.commit(tree)
    (tree / "generated.py").touch()

    found = prepare(tree, in_tree=True)

    assert found == Workspace(root=tree, origin=SourceOrigin.IN_TREE, untracked=("generated.py",))


def test_submodules_are_built_in_the_tree(tree: Path, tmp_path: Path, prepare: Prepare) -> None:
    other = projects.write(tmp_path / "other", {"a.c": ""})
    projects.commit(other)
    projects.git(tree, "init", "--quiet")
    projects.git(tree, "submodule", "--quiet", "add", str(other), "vendored")
    projects.commit(tree)

    found = prepare(tree)

    assert found == Workspace(root=tree, origin=SourceOrigin.IN_TREE, reason="the repository has submodules")


def test_lfs_is_built_in_the_tree(tree: Path, prepare: Prepare) -> None:
    projects.write(tree, {"data/.gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n"})
    projects.commit(tree)

    found = prepare(tree)

    assert found == Workspace(root=tree, origin=SourceOrigin.IN_TREE, reason="the repository keeps files in git-lfs")


LEFTOVERS = {
    "dist/hello-1.0.tar.gz": "",
    "build/lib/hello.py": "",
    "out/manifest.json": "",
    "src/hello.egg-info/SOURCES.txt": "",
    "src/hello/__pycache__/x.pyc": "",
    "old.pyc": "",
    ".venv/pyvenv.cfg": "",
    "any-name/pyvenv.cfg": "",
    ".tox/log": "",
}


def test_outside_git_the_folder_is_copied_without_leftovers(tree: Path, prepare: Prepare) -> None:
    projects.write(tree, LEFTOVERS)
    (tree / "link").symlink_to("LICENSE")
    os.mkfifo(tree / "pipe")

    found = prepare(tree)

    assert files(found.root) == {**FILES, "link": "LICENSE"}
    assert (found.origin, found.root.name, found.reason) == (SourceOrigin.COPY, "my tree", "")


def test_a_package_named_like_an_output_is_copied(tree: Path, prepare: Prepare) -> None:
    packages = {"build/__init__.py": "", "src/dist/data.txt": "d"}
    projects.write(tree, packages)

    assert files(prepare(tree).root) == {**FILES, **packages}


@pytest.mark.parametrize(
    ("commits", "reason"), [(False, "there is no commit yet"), (True, "git does not track the folder")]
)
def test_what_git_does_not_have_yet_is_copied(
    commits: bool, reason: str, tree: Path, tmp_path: Path, prepare: Prepare
) -> None:
    projects.git(tmp_path, "init", "--quiet")
    if commits:
        projects.git(tmp_path, "commit", "--quiet", "--allow-empty", "--message=empty")

    found = prepare(tree)

    assert files(found.root) == FILES
    assert (found.origin, found.reason) == (SourceOrigin.COPY, reason)
