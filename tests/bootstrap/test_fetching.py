"""Fetching: from whom the machine or the user trusts, tried again where that helps, and never without an end."""

from __future__ import annotations

import hashlib
import itertools
import ssl
from collections.abc import Iterable
from pathlib import Path

import pytest

from locked_environment import web
from locked_environment.trouble import Stop
from locked_environment.web import Web
from tests.bootstrap.fetching import LOGIN_IN_URL, fetch, one_after_another
from tests.bootstrap.machine import UV, UV_NAME, UV_PROGRAM, UV_SHA256, mirror
from tests.faulty_server import Chunk, FaultyServer, always, reply


@pytest.mark.parametrize("variable", ["PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_authorities_by_any_of_the_variables(tls: ssl.SSLContext, ca_file: str, variable: str) -> None:
    with FaultyServer(behaviour=mirror(), tls=tls) as server:
        others = dict.fromkeys(
            ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile
        )
        environ = {name: path for name, path in others.items() if path}
        environ |= {"PIP_INDEX_URL": f"{server.url}/simple", variable: ca_file}
        assert fetch(environ) == UV_PROGRAM.encode()


def test_an_unknown_authority_is_refused_at_once(tls: ssl.SSLContext) -> None:
    with (
        FaultyServer(behaviour=mirror(), tls=tls) as server,
        pytest.raises(Stop, match=r"(?s)CERTIFICATE_VERIFY_FAILED.*by SSL_CERT_FILE or PIP_CERT"),
    ):
        fetch({"PIP_INDEX_URL": f"{server.url}/simple"})
    assert server.paths == []


def test_what_is_no_file_of_authorities_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\nnone\n")
    with pytest.raises(Stop, match=r"ca\.pem is no file of certificate authorities"):
        fetch({"PIP_CERT": str(tmp_path / "ca.pem")})


def test_a_file_of_authorities_that_is_not_there_is_named() -> None:
    with pytest.raises(Stop, match=r"PIP_CERT names /nowhere/ca\.pem, which is not there"):
        fetch({"PIP_CERT": "/nowhere/ca.pem"})


@pytest.mark.parametrize(
    "trouble", [reply(status=503), reply(status=429), reply(UV, length=len(UV) + 1), [b"HTT", None]]
)
def test_what_may_pass_is_tried_again(tls: ssl.SSLContext, ca_file: str, trouble: list[Chunk]) -> None:
    with FaultyServer(behaviour=one_after_another(trouble, trouble, reply(UV)), tls=tls) as server:
        assert fetch({"PIP_CERT": ca_file}, f"{server.url}/{UV_NAME}") == UV_PROGRAM.encode()
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("answer", "says", "attempts"),
    [
        (reply(status=404), "the server answers 404", 1),
        (reply(status=401), "before the host, as user:password@", 1),
        (reply(status=503), "the server answers 503", 3),
        (reply(UV, length=len(UV) + 1), f"broke after {len(UV)} of {len(UV) + 1} bytes", 3),
        ([None], "Connection reset|Remote end closed|RemoteDisconnected", 3),
        ([b"SSH-2.0-OpenSSH\r\n"], "BadStatusLine", 3),
    ],
)
def test_what_does_not_pass_is_told_with_ways_out(answer: list[Chunk], says: str, attempts: int) -> None:
    with always(answer) as server, pytest.raises(Stop, match=says) as stopped:
        fetch({}, f"{server.url}/{UV_NAME}")
    assert f"{server.url}/{UV_NAME} cannot be fetched" in str(stopped.value)
    assert "Is the network there?" in str(stopped.value)
    assert "Or install uv." in str(stopped.value)
    assert len(server.requests) == attempts


def test_other_bytes_are_refused_with_both_digests() -> None:
    changed = UV.replace(b"exec", b"evil")
    with (
        FaultyServer(behaviour=mirror(uv_wheel=changed)) as server,
        pytest.raises(Stop, match=r"is not the file that uv\.lock pins, so it is not used") as stopped,
    ):
        fetch({"PIP_INDEX_URL": f"{server.url}/simple"})
    assert UV_SHA256 in str(stopped.value)
    assert hashlib.sha256(changed).hexdigest() in str(stopped.value)


def test_a_body_without_end_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "LARGEST_DOWNLOAD", 100_000)
    endless = itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(b"x" * 10_000))
    with (
        FaultyServer(behaviour=lambda _: endless) as server,
        pytest.raises(Stop, match=r"too large or too slow: 1[0-9]{5} bytes"),
    ):
        Web({}).fetch(server.url)


def test_a_body_that_drips_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "DEADLINE", 0.1)
    drops: Iterable[Chunk] = itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.cycle([b"x", 0.02]))
    with (
        FaultyServer(behaviour=lambda _: drops) as server,
        pytest.raises(Stop, match="too large or too slow"),
    ):
        Web({}).fetch(server.url)


def test_a_server_that_is_silent_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "TIMEOUT", 0.05)
    with always([60.0]) as server, pytest.raises(Stop, match="timed out"):
        Web({}).fetch(server.url)


def test_the_proxy_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultyServer(behaviour=lambda _: reply(b"by proxy")) as proxy:
        monkeypatch.setenv("http_proxy", f"http://{LOGIN_IN_URL}{proxy.host}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert Web({}).fetch("http://pypi.invalid/simple/uv/")[0] == b"by proxy"
    assert proxy.paths == ["http://pypi.invalid/simple/uv/"]
    assert "proxy-authorization" in proxy.requests[0].headers
