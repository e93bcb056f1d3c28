"""Each kind of trouble with a server has its own words: the cause, and the next step."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.edges import trouble
from pypublish.edges.world import World
from tests.edges.talking import failure, said
from tests.faulty_server import Chunk, always, reply


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


@given(st.text())
def test_any_retry_after_is_a_short_time_or_none(text: str) -> None:
    failure = trouble.of_status(429, {"retry-after": text}, "host", now=0.0)
    assert failure is not None
    assert failure.retry_after is None or 0 <= failure.retry_after <= trouble.RETRY_AFTER_LIMIT
