"""Reading a source tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypublish.edges import tree
from pypublish.errors import UsageError


def test_a_tree_is_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]")
    (tmp_path / "setup.py").touch()
    read = tree.read_tree(tmp_path)
    assert (read.pyproject, read.files) == (b"[project]", frozenset({"pyproject.toml", "setup.py"}))


def test_a_tree_without_pyproject_is_read_too(tmp_path: Path) -> None:
    assert tree.read_tree(tmp_path).pyproject is None


def test_what_is_no_tree(tmp_path: Path) -> None:
    file = tmp_path / "a.whl"
    file.touch()
    with pytest.raises(UsageError, match="is a file, not a project's folder"):
        tree.read_tree(file)
    with pytest.raises(UsageError, match="does not exist"):
        tree.read_tree(tmp_path / "nowhere")


def test_a_huge_pyproject_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"#" * (tree.PYPROJECT_LIMIT + 1))
    with pytest.raises(UsageError, match=r"is no pyproject\.toml"):
        tree.read_tree(tmp_path)


def test_a_file_outside_the_tree_is_not_read(tmp_path: Path) -> None:
    inside = tmp_path / "project"
    inside.mkdir()
    (tmp_path / "secret").write_text("x")
    (inside / "link").symlink_to(tmp_path / "secret")
    (inside / "VERSION").write_text("1.0")
    assert tree.read_text(inside, "VERSION") == "1.0"
    assert tree.read_text(inside, "../secret") is None
    assert tree.read_text(inside, "link") is None
    assert tree.read_text(inside, "nowhere") is None
