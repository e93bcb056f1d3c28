"""Files of the user's: read as text, written whole, with the line ends that they had."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pypublish.edges import own_files
from pypublish.edges.own_files import LIMIT, OwnFile
from pypublish.errors import UsageError


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a\nb\n", OwnFile(text="a\nb\n")),
        (b"a\r\nb\r\n", OwnFile(text="a\nb\n", newline="\r\n")),
        (b"\xef\xbb\xbfa\r\n", OwnFile(text="a\n", newline="\r\n", mark=True)),
        (b"a\r\nb\nc\n", OwnFile(text="a\nb\nc\n")),
        (b"a\rb", OwnFile(text="a\rb")),
        (b"", OwnFile(text="")),
        ("ü\x0c\u2028\n".encode(), OwnFile(text="ü\x0c\u2028\n")),
    ],
)
def test_what_is_read(content: bytes, expected: OwnFile, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content)
    assert own_files.read(tmp_path / "x") == expected


@pytest.mark.parametrize("content", [b"a\nb\n", b"a\r\nb\r\n", b"\xef\xbb\xbfa\r\n", b"no end", b""])
def test_what_was_read_is_written_as_it_was(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    path.chmod(0o640)
    before = own_files.read(path)
    assert before is not None
    own_files.write(tmp_path, "x", before.text, like=before)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (content, 0o640)
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


def test_what_is_not_there(tmp_path: Path) -> None:
    assert own_files.read(tmp_path / "x") is None


@pytest.mark.parametrize(
    ("content", "message"), [(b"a\n\xff", "line 2, is not UTF-8"), (b"x" * (LIMIT + 1), "more than .* is not read")]
)
def test_what_is_no_text(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(UsageError, match=message):
        own_files.read(tmp_path / "x")


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(UsageError, match="x is no file"):
        own_files.read(tmp_path / "x")
    with pytest.raises(UsageError, match="cannot be written: Is a directory"):
        own_files.write(tmp_path, "x", "text")
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


def test_a_link_within_the_repository_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    own_files.write(tmp_path, "link", "new")
    assert ((tmp_path / "real").read_text(), (tmp_path / "link").is_symlink()) == ("new", True)


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("theirs")
    top = tmp_path / "it"
    top.mkdir()
    (top / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="leads by a symbolic link to outside"):
        own_files.write(top, "link", "ours")
    assert (tmp_path / "elsewhere").read_text() == "theirs"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x")
    with pytest.raises(UsageError, match="x is no file"):
        own_files.read(tmp_path / "x")


def test_what_is_half_written_is_not_written_through_a_link(tmp_path: Path) -> None:
    """Whoever made the repository can have laid one where the first half of a file is kept."""
    (tmp_path / "elsewhere").write_text("theirs")
    top = tmp_path / "it"
    top.mkdir()
    (top / ".x.part").symlink_to(tmp_path / "elsewhere")
    own_files.write(top, "x", "ours")
    assert ((top / "x").read_text(), (tmp_path / "elsewhere").read_text()) == ("ours", "theirs")
    assert [one.name for one in top.iterdir()] == ["x"]


def test_the_names_at_the_root_and_in_the_folder_of_github(tmp_path: Path) -> None:
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "renovate.json").touch()
    (tmp_path / "CHANGELOG.md").touch()
    assert own_files.names(tmp_path) == {".github", ".github/renovate.json", "CHANGELOG.md"}
