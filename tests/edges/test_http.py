"""HTTP against servers that misbehave, over real sockets: tried again, and bounded in time and in size."""

from __future__ import annotations

import contextlib
import gzip
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.edges import body
from pypublish.edges.http import Session
from pypublish.edges.trouble import Trouble
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from tests.edges.talking import FakeTime, said, steps
from tests.faulty_server import Behaviour, Chunk, FaultyServer, Request, always, drip, reply


def test_an_answer_is_the_unpacked_body_with_lower_case_headers(quick: World) -> None:
    packed = gzip.compress(b"hello")
    with (
        always(reply(packed, headers={"Content-Encoding": "gzip", "ETag": '"1"'})) as server,
        Session(quick) as session,
    ):
        answer = session.get(f"{server.url}/page")
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"hello", '"1"')
    assert server.requests[0].headers["accept-encoding"] == "gzip"
    assert server.requests[0].headers["user-agent"].startswith("pypublish/")


@pytest.mark.parametrize("status", [200, 304, 400, 401, 403, 404, 410])
def test_a_status_that_is_no_trouble_is_an_answer_at_once(quick: World, fake_time: FakeTime, status: int) -> None:
    with always(reply(status=status)) as server, Session(quick) as session:
        assert session.get(server.url).status == status
    assert fake_time.slept == []


@pytest.mark.parametrize(
    "trouble_first",
    [
        pytest.param(reply(status=500), id="500"),
        pytest.param(reply(status=502), id="502"),
        pytest.param(reply(status=503), id="503"),
        pytest.param(reply(status=504), id="504"),
        pytest.param(reply(status=429), id="429"),
        pytest.param([None], id="reset"),
        pytest.param([], id="closed without an answer"),
        pytest.param(reply(b"half", length=1000), id="cut off"),
        pytest.param(reply(gzip.compress(b"x" * 99)[:-9], headers={"Content-Encoding": "gzip"}), id="gzip cut off"),
        pytest.param([b"HTTP/1.1 200 OK\r\nContent-"], id="headers cut off"),
        pytest.param([b"\x00\xff not HTTP at all\r\n\r\n"], id="not HTTP"),
    ],
)
def test_what_may_pass_is_tried_again(quick: World, fake_time: FakeTime, trouble_first: list[Chunk]) -> None:
    behaviour = steps(trouble_first, trouble_first, reply(b"there"))
    with FaultyServer(behaviour=behaviour) as server, Session(quick) as session:
        assert session.get(server.url).body == b"there"
    assert len(fake_time.slept) == 2
    assert 0 <= fake_time.slept[0] <= 2
    assert 0 <= fake_time.slept[1] <= 4


def test_it_waits_as_long_as_the_server_asks(quick: World, fake_time: FakeTime) -> None:
    asked = [
        reply(status=429, headers={"Retry-After": "7"}),
        reply(status=503, headers={"Retry-After": "Thu, 01 Jan 1970 00:17:00 GMT"}),
        reply(status=503, headers={"Retry-After": "soon"}),
        reply(b"there"),
    ]
    with FaultyServer(behaviour=steps(*asked)) as server, Session(quick) as session:
        assert session.get(server.url).body == b"there"
    assert fake_time.slept[:2] == [7, 1020 - 1007]
    assert fake_time.slept[2] <= 8


def test_it_does_not_wait_longer_than_it_may(quick: World, fake_time: FakeTime) -> None:
    with (
        always(reply(status=429, headers={"Retry-After": "9999999"})) as server,
        Session(quick) as session,
        pytest.raises(IndexUnavailableError) as caught,
    ):
        session.get(f"{server.url}/simple/hello/", within=60)
    assert fake_time.slept == []
    assert said(caught.value, server) == snapshot("""\
http://HOST/simple/hello/ could not be read: HOST asks for fewer requests (HTTP 429, again in 300 s)
Wait a little. Then run the same command again: nothing was changed.\
""")


def test_it_gives_up_after_four_attempts(quick: World, fake_time: FakeTime) -> None:
    with always(reply(status=503)) as server, Session(quick) as session:
        with pytest.raises(IndexUnavailableError) as caught:
            session.get(f"{server.url}/simple/hello/")
        assert len(server.requests) == 4
    assert "(4 attempts in" in str(caught.value)


LATE = 15.0
"""Seconds that a loaded machine may take, and that are less than any limit but the one that is tried."""


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(lambda _: [60.0], id="never answers"),
        pytest.param(lambda _: drip(reply(b"x" * 100_000)), id="drips headers and body"),
        pytest.param(lambda _: [*reply(b"", length=100_000), *drip([b"x" * 100_000])], id="drips the body"),
    ],
)
def test_no_server_can_hold_it_up(world: World, behaviour: Behaviour) -> None:
    began = time.monotonic()
    with FaultyServer(behaviour=behaviour) as server, Session(replace(world, environ={})) as session:
        with pytest.raises(IndexUnavailableError) as caught:
            session.get(f"{server.url}/simple/hello/", within=0.3)
        assert time.monotonic() - began < LATE
    assert "did not answer in time" in str(caught.value)


def test_a_server_that_drips_its_tls_handshake_cannot_either(world: World) -> None:
    began = time.monotonic()
    with always([]) as server, Session(replace(world, environ={})) as session:
        # The server waits for a line of HTTP for ever: to TLS that is a handshake that never ends.
        with pytest.raises(IndexUnavailableError) as caught:
            session.get(f"https://{server.host}/", within=0.3)
        assert time.monotonic() - began < LATE
    assert "did not answer in time" in str(caught.value)


def test_what_others_wait_for_ends_with_the_session(world: World) -> None:
    asked = threading.Event()

    def behaviour(_: Request) -> Iterable[Chunk]:
        asked.set()
        return [60.0]

    with FaultyServer(behaviour=behaviour) as server, ThreadPoolExecutor(1) as pool:
        with Session(replace(world, environ={})) as session:
            answer = pool.submit(session.get, server.url)
            assert asked.wait(LATE)
        began = time.monotonic()
        assert isinstance(answer.exception(LATE), IndexUnavailableError)
        assert time.monotonic() - began < LATE
        assert isinstance(pool.submit(session.get, server.url).exception(LATE), IndexUnavailableError)


@given(st.lists(st.binary(max_size=50)), st.integers(0, 60), st.sampled_from(["gzip", "identity", "", "zstd", "x"]))
def test_any_body_is_bounded_or_trouble(chunks: list[bytes], limit: int, encoding: str) -> None:
    with contextlib.suppress(Trouble):
        assert len(body.read_bounded(chunks, {"content-encoding": encoding}, limit)) <= limit
