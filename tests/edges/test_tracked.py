"""What git has of files, asked of real repositories."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pypublish.edges import git
from pypublish.edges.tracked import Tracked, tracked_content
from pypublish.edges.world import World
from tests.factories import digest_of

NAMES = {"a.txt", "b.txt", "new.txt"}


def run(folder: Path, *args: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always"]
    subprocess.run(["git", *identity, *args], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "lib").mkdir(parents=True)
    for name, text in {"a.txt": "one\ntwo\n", "lib/b.txt": "b", "c.txt": "c", "ü\n.txt": ""}.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "link").symlink_to("a.txt")
    run(folder, "init", "--quiet")
    run(folder, "add", "--all")
    run(folder, "commit", "--quiet", "-m", "x")
    return folder


def content(folder: Path, world: World, *, commit: bool = True, largest: int = 100, names: set[str] = NAMES) -> Tracked:
    found = git.find_repository(folder, world)
    assert found is not None
    return tracked_content(found, names, largest=largest, commit=found.commit if commit else None, world=world)


def test_the_content_of_a_commit(repository: Path, world: World) -> None:
    (repository / "a.txt").write_text("changed")
    assert content(repository, world).content == {
        "a.txt": {digest_of("one\ntwo\n"), digest_of("one\r\ntwo\r\n")},
        "lib/b.txt": {digest_of("b")},
    }


def test_the_content_of_the_index_from_a_subdirectory(repository: Path, world: World) -> None:
    (repository / "lib" / "b.txt").write_text("changed")
    (repository / "new.txt").write_text("new")
    run(repository, "add", "--all")
    found = content(repository / "lib", world, commit=False).content
    assert {
        path: digest_of(text) in found[path] for path, text in {"lib/b.txt": "changed", "new.txt": "new"}.items()
    } == {
        "lib/b.txt": True,
        "new.txt": True,
    }


def test_odd_names_and_links(repository: Path, world: World) -> None:
    assert content(repository, world, names={"ü\n.txt", "link"}).content == {"ü\n.txt": {digest_of("")}}


def test_large_files_are_listed_and_not_read(repository: Path, world: World) -> None:
    assert content(repository, world, largest=2).content == {"a.txt": frozenset(), "lib/b.txt": {digest_of("b")}}


def test_nothing_is_asked_for_nothing(repository: Path, world: World) -> None:
    assert content(repository, world, names=set()) == Tracked(content={}, submodules=())


def test_a_file_that_is_kept_by_lfs_has_the_digest_that_its_pointer_says(repository: Path, world: World) -> None:
    oid = digest_of("the real thing")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 14\n"
    (repository / "a.txt").write_text(pointer)
    run(repository, "add", "--all")
    assert content(repository, world, commit=False, largest=1000).content["a.txt"] == {oid}


def test_submodules_are_named(repository: Path, world: World, tmp_path: Path) -> None:
    run(repository, "clone", "--quiet", str(repository), str(tmp_path / "other"))
    run(repository, "submodule", "--quiet", "add", str(tmp_path / "other"), "vendor/other")
    assert content(repository, world, commit=False).submodules == ("vendor/other",)


def test_many_blobs_are_asked_for_in_batches(repository: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pypublish.edges.tracked.BATCH", 1)
    assert len(content(repository, world).content) == 2
