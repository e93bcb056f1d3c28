"""HTTP against servers that misbehave, over real sockets: bounded, explained, and never more trusting than told."""

from __future__ import annotations

import contextlib
import gzip
import ssl
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.edges import body, trouble
from pypublish.edges.http import Session
from pypublish.edges.trouble import Trouble
from pypublish.edges.world import Clock, Transport, World
from pypublish.errors import IndexUnavailableError, PypublishError, UsageError
from tests.faulty_server import Behaviour, Chunk, FaultyServer, Request, always, drip, reply


@dataclass
class FakeTime:
    """A clock that sleeping moves, and that remembers each sleep."""

    seconds: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.seconds, monotonic=lambda: self.seconds, sleep=self.sleep)


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def quick(world: World, fake_time: FakeTime) -> World:
    """A world that sleeps without waiting, and has no proxies."""
    return replace(world, clock=fake_time.clock, environ={})


def said(error: PypublishError, server: FaultyServer | None = None) -> str:
    text = f"{error}\n{error.hint}"
    return text.replace(server.host, "HOST").replace(f"{server.host.partition(':')[0]}", "HOST") if server else text


def failure(world: World, url: str, *, limit: int = 1 << 20, within: float = 60.0, attempts: int = 4) -> PypublishError:
    """Fetch what cannot be fetched."""
    with Session(world) as session, pytest.raises(IndexUnavailableError) as caught:
        session.get(url, limit=limit, within=within, attempts=attempts)
    return caught.value


def steps(*answers: Iterable[Chunk]) -> Behaviour:
    """Give one answer after the other, the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


# What an answer is


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


# Trying again


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


# The words for each kind of trouble


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        pytest.param(
            reply(status=503),
            snapshot("""\
http://HOST/simple/hello/ could not be read: HOST is in trouble (HTTP 503)
Look at the index's status page. Then run the same command again: nothing was changed.\
"""),
            id="503",
        ),
        pytest.param(
            reply(status=511),
            snapshot("""\
http://HOST/simple/hello/ could not be read: the network wants a login first (HTTP 511)
Log in to the network with a browser. Then run the same command again: nothing was changed.\
"""),
            id="a network that wants a login",
        ),
        pytest.param(
            [None],
            snapshot("""\
http://HOST/simple/hello/ could not be read: the connection to HOST broke (Connection reset by peer)
This usually passes. Then run the same command again: nothing was changed.\
"""),
            id="reset",
        ),
        pytest.param(
            [],
            snapshot("""\
http://HOST/simple/hello/ could not be read: the connection to HOST broke (Server disconnected without sending a response.)
This usually passes. Then run the same command again: nothing was changed.\
"""),
            id="closed without an answer",
        ),
        pytest.param(
            reply(b"half", length=1000),
            snapshot("""\
http://HOST/simple/hello/ could not be read: the connection to HOST broke (peer closed connection without sending complete message body (received 4 bytes, expected 1000))
This usually passes. Then run the same command again: nothing was changed.\
"""),
            id="cut off",
        ),
        pytest.param(
            [b"\x00\xff\r\n\r\n"],
            snapshot("""\
http://HOST/simple/hello/ could not be read: the connection to HOST broke (illegal status line: bytearray(b'\\x00\\xff'))
This usually passes. Then run the same command again: nothing was changed.\
"""),
            id="not HTTP",
        ),
        pytest.param(
            reply(b"no gzip", headers={"Content-Encoding": "gzip"}),
            snapshot("""\
http://HOST/simple/hello/ could not be read: the answer cannot be unpacked
This usually passes. Then run the same command again: nothing was changed.\
"""),
            id="not packed as it says",
        ),
        pytest.param(
            reply(b"?", headers={"Content-Encoding": "br"}),
            snapshot("""\
http://HOST/simple/hello/ could not be read: the answer is packed as 'br', which was not asked for
Check whether a proxy in the way changes answers.\
"""),
            id="packed as nobody asked",
        ),
        pytest.param(
            reply(b"x" * 2000),
            snapshot("""\
http://HOST/simple/hello/ could not be read: the answer is larger than 1,000 bytes
No page of an index is that large: check the index's address, and whether a proxy in the way changes answers.\
"""),
            id="too large",
        ),
        pytest.param(
            reply(gzip.compress(bytes(1 << 24)), headers={"Content-Encoding": "gzip"}),
            snapshot("""\
http://HOST/simple/hello/ could not be read: the answer is larger than 1,000 bytes
No page of an index is that large: check the index's address, and whether a proxy in the way changes answers.\
"""),
            id="gzip bomb",
        ),
        pytest.param(
            reply(status=302, headers={"Location": "https://login.example.net/?session=s3cret"}),
            snapshot("""\
http://HOST/simple/hello/ could not be read: it redirects to login.example.net, which is no host of this index
Where that is a login page, log in to the network first. Where the index's files really lie there, name the host in file-hosts of that index in [tool.pypublish.index].\
"""),
            id="captive portal",
        ),
        pytest.param(
            reply(status=302, headers={"Location": "http://example.net/"}),
            snapshot("""\
http://HOST/simple/hello/ could not be read: it redirects to http://example.net/, which is not a place for an index
Check the index's address with a browser; log in to the network first if it asks for that.\
"""),
            id="to plain http",
        ),
        pytest.param(
            reply(status=302, headers={"Location": "file:///etc/passwd"}),
            snapshot("""\
http://HOST/simple/hello/ could not be read: it redirects to file:///etc/passwd, which is not a place for an index
Check the index's address with a browser; log in to the network first if it asks for that.\
"""),
            id="to a file",
        ),
        pytest.param(
            reply(status=302, headers={"Location": "http://[oops/"}),
            snapshot("""\
http://HOST/simple/hello/ could not be read: it redirects to http://[oops/, which is not a place for an index
Check the index's address with a browser; log in to the network first if it asks for that.\
"""),
            id="to nonsense",
        ),
        pytest.param(
            reply(status=302, headers={"Location": "/again"}),
            snapshot("""\
http://HOST/simple/hello/ could not be read: more than 5 redirects
Check the index's address with a browser.\
"""),
            id="in circles",
        ),
    ],
)
def test_the_message_names_cause_and_next_step(quick: World, behaviour: list[Chunk], words: str) -> None:
    with always(behaviour) as server:
        error = failure(quick, f"{server.url}/simple/hello/", limit=1000, attempts=1)
    assert said(error, server) == words


def test_a_name_that_does_not_resolve(quick: World) -> None:
    error = failure(quick, "https://index.invalid/simple/hello/", attempts=1)
    assert said(error) == snapshot("""\
https://index.invalid/simple/hello/ could not be read: the name of index.invalid does not resolve
Check the spelling of the index's address, the network, and the proxy settings. Then run the same command again: nothing was changed.\
""")


def test_nobody_listens(quick: World) -> None:
    with always([]) as server:
        pass
    error = failure(quick, f"{server.url}/simple/hello/", attempts=1)
    assert said(error, server) == snapshot("""\
http://HOST/simple/hello/ could not be read: HOST refuses the connection
Check the address and port, and whether it runs. Then run the same command again: nothing was changed.\
""")


def test_a_proxy_that_is_not_there_is_named(quick: World) -> None:
    with always([]) as server:
        pass
    behind = replace(quick, environ={"https_proxy": server.url.replace("://", "://user:s3cret@")})
    error = failure(behind, "https://pypi.org/simple/hello/", attempts=1)
    assert said(error, server) == snapshot("""\
https://pypi.org/simple/hello/ could not be read: the proxy http://HOST refuses the connection
Check the address and port, and whether it runs. Then run the same command again: nothing was changed.\
""")
    behind = replace(quick, environ={"https_proxy": "http://user:s3cret@proxy.invalid:3128"})
    error = failure(behind, "https://pypi.org/simple/hello/", attempts=1)
    assert said(error, server) == snapshot("""\
https://pypi.org/simple/hello/ could not be read: the name of the proxy http://proxy.invalid:3128 does not resolve
Check the spelling of the index's address, the network, and the proxy settings. Then run the same command again: nothing was changed.\
""")
    with always(reply(status=407)) as proxy:
        behind = replace(quick, environ={"https_proxy": proxy.url})
        error = failure(behind, "https://pypi.org/simple/hello/", attempts=1)
    assert said(error, proxy) == snapshot("""\
https://pypi.org/simple/hello/ could not be read: the proxy http://HOST wants a login
Put user and password into the proxy's address, as http://user:password@proxy:port.\
""")


# Time

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


# Whom it talks to


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


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "pypi.org").configure_cert(context)
    return context


def test_an_unknown_authority_is_explained(quick: World, tls: ssl.SSLContext) -> None:
    with always(reply(), tls=tls) as server:
        error = failure(quick, f"{server.url}/simple/hello/")
    assert said(error, server) == snapshot("""\
https://HOST/simple/hello/ could not be read: HOST shows a certificate that is not trusted here (unable to get local issuer certificate)
Where a company's proxy reads along, or the index has an authority of its own, let SSL_CERT_FILE name the file of that authority's certificate. Anywhere else, do not trust this network.\
""")


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT"])
def test_an_authority_that_the_user_names_is_trusted(
    quick: World, tls: ssl.SSLContext, authority: trustme.CA, tmp_path: Path, variable: str
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    trusting = replace(quick, environ={variable: str(bundle)})
    with always(reply(b"trusted"), tls=tls) as server, Session(trusting) as session:
        assert session.get(server.url).body == b"trusted"


def test_a_bundle_that_is_not_there_is_the_users_mistake(quick: World, tmp_path: Path) -> None:
    wrong = replace(quick, environ={"SSL_CERT_FILE": "/nowhere/ca.pem"})
    with Session(wrong) as session, pytest.raises(UsageError) as caught:
        session.get("https://127.0.0.1:1/")
    assert said(caught.value) == snapshot("""\
SSL_CERT_FILE names /nowhere/ca.pem, which cannot be used: No such file or directory
Let SSL_CERT_FILE name a file of certificates in PEM form, or unset it.\
""")
    (tmp_path / "ca.pem").write_text("no certificate")
    wrong = replace(quick, environ={"SSL_CERT_FILE": str(tmp_path / "ca.pem")})
    with Session(wrong) as session, pytest.raises(UsageError, match="holds no certificates"):
        session.get("https://127.0.0.1:1/")


def test_a_transport_reaches_production_names_through_its_proxy(
    quick: World, tls: ssl.SSLContext, authority: trustme.CA, tmp_path: Path
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with always(reply(status=403)) as proxy:
        transport = Transport(proxy=proxy.url, ca_file=bundle)
        # The user's proxy and authorities count for nothing there.
        rehearsing = replace(quick, transport=transport, environ={"https_proxy": "http://127.0.0.1:1"})
        error = failure(rehearsing, "https://pypi.org/simple/hello/")
        assert [(request.method, request.path) for request in proxy.requests] == [("CONNECT", "pypi.org:443")]
    assert said(error, proxy) == snapshot("""\
https://pypi.org/simple/hello/ could not be read: the proxy http://HOST refused (403 Whatever)
Check the proxy's address and whether it lets this host through; no_proxy names hosts to reach directly.\
""")


# Foreign text


@given(st.text())
def test_any_retry_after_is_a_short_time_or_none(text: str) -> None:
    failure = trouble.of_status(429, {"retry-after": text}, "host", now=0.0)
    assert failure is not None
    assert failure.retry_after is None or 0 <= failure.retry_after <= trouble.RETRY_AFTER_LIMIT


@given(st.lists(st.binary(max_size=50)), st.integers(0, 60), st.sampled_from(["gzip", "identity", "", "zstd", "x"]))
def test_any_body_is_bounded_or_trouble(chunks: list[bytes], limit: int, encoding: str) -> None:
    with contextlib.suppress(Trouble):
        assert len(body.read_bounded(chunks, {"content-encoding": encoding}, limit)) <= limit
