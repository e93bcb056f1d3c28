"""The copy of the tree that a gate runs in: tracked files alone, and the folder where git does not have everything."""

from __future__ import annotations

from pathlib import Path

from pypublish.edges.gate_room import open_room
from pypublish.edges.world import World
from tests import projects


def copied(project: Path, root: Path, world: World, *, as_it_stands: bool = False) -> set[str]:
    room = open_room(
        root,
        project,
        python=None,
        dependencies_index="https://pypi.org/simple/",
        as_it_stands=as_it_stands,
        leave_out=(project / "staging",),
        world=world,
    )
    assert room.python.startswith("3.")
    files = (path.relative_to(room.tree) for path in room.tree.rglob("*") if path.is_file())
    return {path.as_posix() for path in files if path.parts[0] != ".git"}


def test_the_tracked_files_are_copied(world: World, tmp_path: Path) -> None:
    tree = projects.write(tmp_path / "hello", {"a.py": "1", "sub/b.py": "2"})
    projects.commit(tree)
    projects.write(tree, {"untracked.py": "", "a.py": "changed"})
    assert copied(tree, tmp_path / "one", world) == {"a.py", "sub/b.py"}
    assert copied(tree / "sub", tmp_path / "two", world) == {"b.py"}
    assert (tmp_path / "one" / "tree" / "hello" / "a.py").read_text() == "1"
    copied(tree, tmp_path / "three", world, as_it_stands=True)
    assert (tmp_path / "three" / "tree" / "hello" / "a.py").read_text() == "changed"


def test_outside_git_the_folder_is_copied(world: World, tmp_path: Path) -> None:
    tree = projects.write(tmp_path / "hello", {"a.py": "1", "staging/manifest.json": "{}", ".tox/x": ""})
    assert copied(tree, tmp_path / "one", world) == {"a.py"}


def test_what_a_clone_would_lack_is_copied_and_never_run_in_place(world: World, tmp_path: Path) -> None:
    tree = projects.write(tmp_path / "hello", {"a.py": "1", ".gitattributes": "*.bin filter=lfs\n", "big.bin": "big"})
    projects.commit(tree)
    assert copied(tree, tmp_path / "one", world) == {"a.py", ".gitattributes", "big.bin"}
    assert (tmp_path / "one" / "tree" / "hello" / "big.bin").read_text() == "big"
