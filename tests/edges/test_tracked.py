"""What git has of files, asked of real repositories."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pypublish.edges import git
from pypublish.edges.tracked import Packed, Tracked, of_commit, of_tree
from pypublish.edges.world import World
from tests import projects
from tests.factories import digest_of

NAMES = ("a.txt", "b.txt", "new.txt")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = projects.write(tmp_path / "repository", {"a.txt": "one\ntwo\n", "lib/b.txt": "b", "c.txt": "c"})
    (folder / "ü\n.txt").touch()
    projects.commit(folder)
    return folder


NONE: Mapping[str, str] = {}


def packed(*paths: str, largest: int = 1000, have: Mapping[str, str] = NONE) -> Packed:
    return Packed(digests={**dict.fromkeys(paths, ""), **have}, largest=largest)


def found_in(folder: Path, world: World) -> git.Repository:
    found = git.find_repository(folder, world)
    assert found is not None
    return found


def committed(folder: Path, world: World, *paths: str, largest: int = 1000, have: Mapping[str, str] = NONE) -> Tracked:
    found = found_in(folder, world)
    assert found.commit is not None
    these = packed(*(paths or (() if have else NAMES)), largest=largest, have=have)
    return of_commit(found, found.commit, these, world, built_in=folder, in_place=False)


def standing(folder: Path, world: World, *paths: str, in_place: bool = False) -> Tracked:
    return of_tree(found_in(folder, world), packed(*(paths or NAMES)), world, in_place=in_place)


def digests(texts: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return {path: frozenset({digest_of(text)}) for path, text in texts.items()}


def test_the_content_of_a_commit_whatever_the_tree_has_by_now(repository: Path, world: World) -> None:
    (repository / "a.txt").write_text("changed")
    assert committed(repository, world) == Tracked(content=digests({"a.txt": "one\ntwo\n", "lib/b.txt": "b"}))


def test_the_index_as_a_clone_with_changes_has_it(repository: Path, world: World) -> None:
    projects.write(repository, {"lib/b.txt": "changed", "new.txt": "new"})
    projects.git(repository, "add", "--all")
    found = standing(repository / "lib", world)
    assert found.content == digests({"a.txt": "one\ntwo\n", "lib/b.txt": "changed", "new.txt": "new"})
    assert found.changed == ("lib/b.txt", "new.txt")


def test_the_users_own_tree_as_it_lies_there(repository: Path, world: World) -> None:
    (repository / "lib" / "b.txt").write_text("changed")
    (repository / "a.txt").unlink()
    assert standing(repository, world).content == digests({"a.txt": "one\ntwo\n", "lib/b.txt": "b"})
    found = standing(repository, world, in_place=True)
    assert found.content == {"a.txt": frozenset(), "lib/b.txt": {digest_of("changed")}}
    assert found.changed == ("a.txt", "lib/b.txt")


def test_odd_names(repository: Path, world: World) -> None:
    assert committed(repository, world, "ü\n.txt").content == {"ü\n.txt": {digest_of("")}}


def test_large_files_are_listed_and_not_read(repository: Path, world: World) -> None:
    assert committed(repository, world, largest=2).content == {"a.txt": frozenset(), "lib/b.txt": {digest_of("b")}}


def test_of_nothing_there_is_nothing_to_tell(repository: Path, world: World) -> None:
    assert committed(repository, world, "nowhere.txt") == Tracked(content={})


def test_a_link_to_a_file_and_a_file_below_a_link_have_the_content_they_lead_to(repository: Path, world: World) -> None:
    (repository / "lib" / "LICENSE").symlink_to("../a.txt")
    (repository / "lib" / "data").symlink_to("../lib")
    (repository / "lib" / "out").symlink_to("../../elsewhere.txt")
    (repository / "lib" / "loop").symlink_to("loop")
    projects.commit(repository)
    paths = ("lib/LICENSE", "lib/data/b.txt", "lib/out", "lib/loop", "lib/loop/b.txt")
    assert committed(repository, world, *paths).content == digests(
        {"lib/LICENSE": "one\ntwo\n", "lib/data/b.txt": "b", "lib/b.txt": "b"}
    )


def test_a_file_that_is_kept_by_lfs_may_be_as_its_pointer_says(repository: Path, world: World) -> None:
    oid = digest_of("the real thing")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 14\n"
    (repository / "a.txt").write_text(pointer)
    projects.commit(repository)
    assert committed(repository, world, "a.txt").content["a.txt"] == {oid, digest_of(pointer)}


@pytest.mark.parametrize(
    ("attributes", "text", "written"),
    [
        ("*.txt text eol=crlf", "one\ntwo\n", b"one\r\ntwo\r\n"),
        ("a.txt text working-tree-encoding=UTF-16LE", "ü", "ü".encode("utf-16-le")),
    ],
)
def test_a_file_may_be_as_git_writes_it(
    repository: Path, world: World, attributes: str, text: str, written: bytes
) -> None:
    (repository / "a.txt").write_bytes(written)
    (repository / ".gitattributes").write_text(attributes)
    projects.commit(repository)
    assert committed(repository, world, have={"a.txt": digest_of(written)}).content["a.txt"] == {
        digest_of(text),
        digest_of(written),
    }


def test_carriage_returns_that_nobody_asked_for_are_a_difference(repository: Path, world: World) -> None:
    changed = digest_of("one\r\ntwo\r\n")
    assert committed(repository, world, have={"a.txt": changed}).content["a.txt"] == {digest_of("one\ntwo\n")}


def test_a_file_may_be_as_git_archives_it(repository: Path, world: World) -> None:
    projects.write(repository, {"[v].txt": "$Format:%s$\n", ".gitattributes": "*.txt export-subst\n"})
    projects.commit(repository, message="subject")
    substituted = digest_of("subject\n")
    assert committed(repository, world, have={"[v].txt": substituted}).content["[v].txt"] == {
        digest_of("$Format:%s$\n"),
        substituted,
    }


def test_a_file_that_no_archive_has_is_as_git_keeps_it(repository: Path, world: World) -> None:
    projects.write(repository, {"v.txt": "$Format:%s$\n", ".gitattributes": "*.txt export-ignore\n"})
    projects.commit(repository)
    assert committed(repository, world, have={"v.txt": "other"}).content == digests({"v.txt": "$Format:%s$\n"})


def test_the_text_of_setup_cfg_is_told(repository: Path, world: World) -> None:
    projects.write(repository, {"setup.cfg": "[metadata]\n"})
    projects.commit(repository)
    assert committed(repository, world, "setup.cfg").texts == {"setup.cfg": b"[metadata]\n"}


def test_submodules_are_named(repository: Path, world: World, tmp_path: Path) -> None:
    projects.git(repository, "clone", "--quiet", str(repository), str(tmp_path / "other"))
    projects.git(repository, "submodule", "--quiet", "add", str(tmp_path / "other"), "vendor/other")
    assert standing(repository, world).submodules == ("vendor/other",)


def test_a_repository_of_sha256(tmp_path: Path, world: World) -> None:
    folder = projects.write(tmp_path / "repository", {"a.txt": "a"})
    projects.git(folder, "init", "--quiet", "--object-format=sha256")
    projects.commit(folder)
    assert committed(folder, world).content == digests({"a.txt": "a"})


def test_many_blobs_are_asked_for_in_batches(repository: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pypublish.edges.blobs.BATCH", 1)
    assert len(committed(repository, world).content) == 2
