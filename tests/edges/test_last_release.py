"""One file of the release before: the one that says most, only by its digest, and never in anybody's way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from pypublish.edges import last_release
from pypublish.edges.last_release import LIMIT, Fetched, fetch_one
from pypublish.edges.world import World
from pypublish.listing import IndexFile
from pypublish.model import Index
from tests.faulty_server import Chunk, FaultyServer, Request, always, reply

CONTENT = b"PK"
METADATA = b"Metadata-Version: 2.4\nName: hello\nVersion: 1\n"


def listed(
    name: str, *, size: int | None = len(CONTENT), content: bytes = CONTENT, metadata: bool = False
) -> IndexFile:
    return IndexFile(
        filename=name,
        url=f"/files/{name}",
        sha256=sha256(content).hexdigest(),
        size=size,
        core_metadata=sha256(METADATA).hexdigest() if metadata else None,
    )


def fetched(server: FaultyServer, files: Iterable[IndexFile], tmp_path: Path, world: World) -> Fetched:
    index = Index(name="own", upload_url="", simple_url=f"{server.url}/simple/", oidc_audience="")
    return fetch_one([replace(file, url=f"{server.url}{file.url}") for file in files], index, tmp_path, world)


@pytest.fixture
def quick(world: World) -> World:
    return replace(world, environ={}, clock=replace(world.clock, sleep=lambda _: None))


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["a-1.tar.gz", "a-1-cp311-cp311-win32.whl", "a-1-py3-none-any.whl"], "a-1-py3-none-any.whl"),
        (["a-1.tar.gz", "a-1-cp311-cp311-win32.whl"], "a-1-cp311-cp311-win32.whl"),
        (["a-1.tar.gz", "a-1.exe"], "a-1.tar.gz"),
    ],
    ids=["a wheel for all", "a wheel for one", "only an sdist"],
)
def test_the_file_that_says_most(names: list[str], chosen: str, tmp_path: Path, quick: World) -> None:
    with always(reply(CONTENT)) as server:
        got = fetched(server, map(listed, names), tmp_path, quick)
    assert got == Fetched(file=tmp_path / chosen)
    assert (tmp_path / chosen).read_bytes() == CONTENT
    assert server.paths == [f"/files/{chosen}"]


def test_the_smallest_of_many_wheels(tmp_path: Path, quick: World) -> None:
    files = [listed(f"a-1-cp3{minor}-none-win32.whl", size=100 - minor) for minor in (10, 12, 11)]
    with always(reply(CONTENT)) as server:
        fetched(server, files, tmp_path, quick)
    assert server.paths == ["/files/a-1-cp312-none-win32.whl"]


def test_an_index_that_says_no_size_is_taken_by_the_digest(tmp_path: Path, quick: World) -> None:
    with always(reply(CONTENT)) as server:
        assert fetched(server, [listed("a-1.tar.gz", size=None)], tmp_path, quick).file is not None


def test_what_is_too_large_is_not_asked_for_but_its_metadata(tmp_path: Path, quick: World) -> None:
    with always(reply(METADATA)) as server:
        got = fetched(server, [listed("a-1-py3-none-any.whl", size=LIMIT + 1, metadata=True)], tmp_path, quick)
    assert (got.file, got.metadata) == (None, METADATA)
    assert got.why == "none of its files has a known digest and at most 20 MB"
    assert server.paths == ["/files/a-1-py3-none-any.whl.metadata"]


def test_a_longer_file_than_was_promised_is_cut_off(
    tmp_path: Path, quick: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_release, "LIMIT", 10)
    with always(reply(b"x" * 1000)) as server:
        got = fetched(server, [listed("a-1.tar.gz", size=None, content=b"x" * 1000)], tmp_path, quick)
    assert got.file is None


def test_other_bytes_than_were_promised_are_not_read(tmp_path: Path, quick: World) -> None:
    with always(reply(b"other")) as server:
        got = fetched(server, [listed("a-1.tar.gz")], tmp_path, quick)
    assert got.file is None
    assert "is not what own lists" in got.why


def test_metadata_of_another_digest_are_not_taken(tmp_path: Path, quick: World) -> None:
    with always(reply(b"other")) as server:
        got = fetched(server, [listed("a-1-py3-none-any.whl", metadata=True)], tmp_path, quick)
    assert (got.file, got.metadata) == (None, None)
    assert len(server.paths) == 2


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_an_index_in_trouble_stops_nothing(status: int, tmp_path: Path, quick: World) -> None:
    with always(reply(status=status)) as server:
        got = fetched(server, [listed("a-1-py3-none-any.whl", metadata=True)], tmp_path, quick)
    assert (got.file, got.metadata) == (None, None)
    assert got.why


def test_a_slow_index_is_not_waited_for(tmp_path: Path, quick: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_release, "WITHIN", 0.3)

    def never(_: Request) -> Iterable[Chunk]:
        yield from reply(length=100)
        yield 30.0

    with FaultyServer(behaviour=never) as server:
        got = fetched(server, [listed("a-1-py3-none-any.whl", metadata=True)], tmp_path, quick)
    assert (got.file, got.metadata) == (None, None)
    assert len(server.paths) <= 1, "there was no time left for anything else"


def test_a_name_that_leads_elsewhere_stays_in_the_folder(tmp_path: Path, quick: World) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with always(reply(CONTENT)) as server:
        got = fetched(server, [listed("../../a-1-py3-none-any.whl")], folder, quick)
    assert got.file == folder / "a-1-py3-none-any.whl"
