"""Files, hashed as they come: kept when they are the ones meant, cut off where they grow too long."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges.fetch import Received, digest_of, fetch
from pypublish.edges.http import Session
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from tests.faulty_server import Chunk, FaultyServer, Request, always, reply


@pytest.fixture
def quick(world: World) -> World:
    """A world that sleeps without waiting, and has no proxies."""
    return replace(world, environ={}, clock=replace(world.clock, sleep=lambda _: None))


CONTENT = b"wheel" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def test_a_file_is_kept_when_size_and_digest_agree(quick: World, tmp_path: Path) -> None:
    target = tmp_path / "hello.whl"
    # Some servers call a .tar.gz packed: what lies on the server counts.
    answers: Iterator[list[Chunk]] = iter([[None], reply(CONTENT, headers={"Content-Encoding": "gzip"})])
    with FaultyServer(behaviour=lambda _: next(answers)) as server, Session(quick) as session:
        received = fetch(session, server.url, target, size=len(CONTENT), sha256=DIGEST, hosts=())
    assert received == Received(size=len(CONTENT), sha256=DIGEST)
    assert target.read_bytes() == CONTENT
    assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("served", "received"),
    [
        (b"other" * 1000, Received(size=5000, sha256=hashlib.sha256(b"other" * 1000).hexdigest())),
        (b"short", Received(size=5, sha256=hashlib.sha256(b"short").hexdigest())),
        (CONTENT + b"!", Received(size=5001, sha256=None)),
    ],
)
def test_another_file_is_told_and_not_kept(quick: World, tmp_path: Path, served: bytes, received: Received) -> None:
    target = tmp_path / "hello.whl"
    with always(reply(served)) as server, Session(quick) as session:
        assert fetch(session, server.url, target, size=len(CONTENT), sha256=DIGEST, hosts=()) == received
    assert list(tmp_path.glob("hello*")) == []


def test_an_endless_file_is_cut_off(quick: World, tmp_path: Path) -> None:
    def behaviour(_: Request) -> Iterable[Chunk]:
        yield b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
        while True:
            yield bytes(1 << 16)

    with FaultyServer(behaviour=behaviour) as server, Session(quick) as session:
        received = fetch(session, server.url, tmp_path / "f", size=1 << 17, sha256=DIGEST, hosts=())
    assert (1 << 17) < received.size <= (1 << 18)


def test_a_file_that_is_not_served_is_explained(quick: World, tmp_path: Path) -> None:
    with (
        always(reply(status=404)) as server,
        Session(quick) as session,
        pytest.raises(IndexUnavailableError) as caught,
    ):
        fetch(session, f"{server.url}/f.whl", tmp_path / "f", size=1, sha256=DIGEST, hosts=())
    assert f"{caught.value}\n{caught.value.hint}".replace(server.host, "HOST") == snapshot("""\
http://HOST/f.whl could not be read: HTTP 404 instead of the file (4 attempts in 0 s)
The index lists the file but does not serve it: run the same command again in a few minutes.\
""")


def test_files_may_lie_anywhere_where_the_digest_decides(quick: World, tmp_path: Path) -> None:
    with always(reply(CONTENT)) as store:
        moved = reply(status=302, headers={"Location": f"{store.url}/bucket/f.whl?signature=s3cret"})
        with always(moved) as server, Session(quick) as session:
            target = tmp_path / "f.whl"
            with pytest.raises(IndexUnavailableError) as caught:
                fetch(session, server.url, target, size=len(CONTENT), sha256=DIGEST, hosts=())
            assert "s3cret" not in f"{caught.value}{caught.value.hint}"
            fetch(session, server.url, target, size=len(CONTENT), sha256=DIGEST, hosts=(), redirects_anywhere=True)
    assert target.read_bytes() == CONTENT


def test_a_digest_alone_is_had_without_keeping_the_file(quick: World) -> None:
    with always(reply(CONTENT)) as server, Session(quick) as session:
        assert digest_of(session, server.url, size=len(CONTENT), hosts=()) == DIGEST
        assert digest_of(session, server.url, size=len(CONTENT) - 1, hosts=()) is None
