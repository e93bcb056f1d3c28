"""Whom HTTP talks to: no other hosts than were allowed, nobody without encryption, and a login goes to its own alone."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from pypublish.edges.http import Session
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from tests.edges.talking import failure, said
from tests.faulty_server import Chunk, FaultyServer, Request, always, reply


def test_a_redirect_is_followed_on_the_same_host_and_to_allowed_ones(quick: World) -> None:
    with always(reply(b"moved here")) as other:

        def behaviour(request: Request) -> list[Chunk]:
            target = "/new" if request.path == "/old" else f"{other.url}/newest"
            return reply(status=301, headers={"Location": target})

        with FaultyServer(behaviour=behaviour) as server, Session(quick) as session:
            answer = session.get(f"{server.url}/old", hosts=[server.host, other.host])
            assert (answer.body, answer.url) == (b"moved here", f"{other.url}/newest")
            with pytest.raises(IndexUnavailableError, match="no host of this index"):
                session.get(f"{server.url}/old")
            assert other.paths == ["/newest"]


def test_a_login_goes_to_its_own_origin_alone_and_is_never_shown(quick: World) -> None:
    with always(reply(b"file")) as other:

        def behaviour(request: Request) -> list[Chunk]:
            if request.path == "/denied":
                return reply(status=503)
            return reply(status=302, headers={"Location": f"{other.url.replace('://', '://new:login@')}/f"})

        with FaultyServer(behaviour=behaviour) as server, Session(quick) as session:
            login = server.url.replace("://", "://user:p%40ss@")
            assert session.get(f"{login}/a", hosts=[server.host, other.host]).body == b"file"
            session.get(f"{server.url}/b", hosts=[server.host, other.host])
            with pytest.raises(IndexUnavailableError) as caught:
                session.get(f"{login}/denied?token=s3cret")
        assert [request.headers.get("authorization") for request in server.requests[:2]] == [
            "Basic dXNlcjpwQHNz",  # user:p@ss
            "Basic dXNlcjpwQHNz",
        ]
        assert all("authorization" not in request.headers for request in other.requests)
    assert not any(secret in said(caught.value) for secret in ("user", "p@ss", "p%40ss", "s3cret"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (
            "http://index.example/simple/",
            snapshot("""\
http://index.example/simple/ is not encrypted, so anybody on the way could change the answer
Use the https:// address; plain http is accepted on this machine alone.\
"""),
        ),
        (
            "ftp://index.example/simple/",
            snapshot("""\
'ftp://index.example/simple/' is no address that can be fetched
An index and its files have addresses that begin with https://.\
"""),
        ),
        (
            "https:///simple/",
            snapshot("""\
'https:///simple/' is no address that can be fetched
An index and its files have addresses that begin with https://.\
"""),
        ),
        (
            "https://index.example:port/",
            snapshot("""\
'https://index.example:port/' is no address that can be fetched
An index and its files have addresses that begin with https://.\
"""),
        ),
        (
            "https://user:s3cret@index.example:99999/",
            snapshot("""\
'https://index.example:99999/' is no address that can be fetched
An index and its files have addresses that begin with https://.\
"""),
        ),
        (
            "pypi",
            snapshot("""\
'pypi' is no address that can be fetched
An index and its files have addresses that begin with https://.\
"""),
        ),
        (
            "https://exa\nmple/",
            snapshot("""\
'https://exa�mple/' is no address that can be fetched
An index and its files have addresses that begin with https://.\
"""),
        ),
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(quick: World, url: str, words: str) -> None:
    assert said(failure(quick, url)) == words
