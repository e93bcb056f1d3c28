from __future__ import annotations

import hashlib
import itertools
import ssl
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, strategies

from locked_environment import web
from locked_environment.files import write
from locked_environment.index import links
from locked_environment.installation import call
from locked_environment.trouble import Stop, say
from locked_environment.uv import fetch_uv, uv_on_path
from locked_environment.variables import mirrors
from locked_environment.web import Web
from tests.bootstrap.machine import UV, UV_NAME, UV_PROGRAM, UV_SHA256, index_page, mirror
from tests.faulty_server import Behaviour, Chunk, FaultyServer, Request, always, reply

LOCKED_URL = f"https://files.invalid/{UV_NAME}"
PASSWORD = "s3/cr@t:x"  # and how it stands in a URL:
LOGIN_IN_URL = "bob:s3%2Fcr%40t:x@"


def fetch(environ: dict[str, str], url: str = LOCKED_URL) -> bytes:
    return fetch_uv(environ, url, UV_SHA256, "\nOr install uv.")


def one_after_another(*answers: Iterable[Chunk]) -> Behaviour:
    """Answer the first request by the first answer, and so on."""
    left = iter(answers)
    return lambda _: next(left)


# --- Mirrors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["json", "html"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PIP_INDEX_URL", "{}/simple"),
        ("PIP_INDEX_URL", "{}/simple/"),
        ("PIP_EXTRA_INDEX_URL", "{}/simple"),
        ("UV_DEFAULT_INDEX", "{}/simple"),
        ("UV_DEFAULT_INDEX", "corporate={}/simple"),
        ("UV_INDEX", "corporate={}/simple"),
        ("UV_INDEX", "{}/empty {}/simple"),
        ("UV_INDEX_URL", "{}/simple"),
        ("UV_EXTRA_INDEX_URL", "{}/simple"),
    ],
)
def test_uv_comes_from_the_index_that_is_named(style: str, name: str, value: str) -> None:
    with FaultyServer(behaviour=mirror(style=style)) as server:
        assert fetch({name: value.format(server.url, server.url)}) == UV_PROGRAM.encode()
    assert server.paths[-2:] == ["/simple/uv/", f"/files/{UV_NAME}"]


def test_uvs_variables_come_before_pips() -> None:
    told = mirrors({"PIP_INDEX_URL": "https://pip", "PIP_EXTRA_INDEX_URL": "https://more", "UV_INDEX": "https://uv"})
    assert told == {"UV_INDEX": "https://uv"}


def test_an_index_that_replaces_pypi_is_not_gone_round(tls: ssl.SSLContext, ca_file: str) -> None:
    with always(reply(UV), tls=tls) as pypi, always(reply(status=404)) as server:
        environ = {"PIP_INDEX_URL": f"{server.url}/simple", "SSL_CERT_FILE": ca_file}
        with pytest.raises(Stop, match="the server answers 404"):
            fetch(environ, f"{pypi.url}/{UV_NAME}")
        assert fetch({"PIP_EXTRA_INDEX_URL": server.url, "SSL_CERT_FILE": ca_file}, f"{pypi.url}/{UV_NAME}")
    assert pypi.paths == [f"/{UV_NAME}"]


@pytest.mark.parametrize("style", ["json", "html"])
@pytest.mark.parametrize("where", ["../../files/", "/files/", "{}/files/"])
@pytest.mark.parametrize("sha256", [UV_SHA256, ""])
def test_links_are_relative_or_not_and_tell_the_digest_or_not(style: str, where: str, sha256: str) -> None:
    def behave(request: Request) -> list[Chunk]:
        if request.path == "/simple/uv/":
            page, kind = index_page(style, sha256=sha256, name=UV_NAME, where=where.format(server.url))
            return reply(page, content_type=kind)
        return reply(UV) if request.path == f"/files/{UV_NAME}" else reply(status=404)

    with FaultyServer(behaviour=behave) as server:
        assert fetch({"PIP_INDEX_URL": f"{server.url}/simple"}) == UV_PROGRAM.encode()


def test_links_are_relative_to_where_the_page_came_from_and_to_its_base() -> None:
    page = f'<base href="/else/"><a href="x/{UV_NAME}#sha256={UV_SHA256}">uv</a>'.encode()
    assert links(page, "text/html", "http://a/simple/uv/") == [(f"http://a/else/x/{UV_NAME}", UV_NAME, UV_SHA256)]
    answers = {
        "/simple/uv/": reply(status=302, headers={"Location": "/other/place/uv/"}),
        "/other/place/uv/": reply(
            index_page("html", sha256=UV_SHA256, name=UV_NAME, where="")[0], content_type="text/html"
        ),
        f"/other/place/uv/{UV_NAME}": reply(UV),
    }
    with FaultyServer(behaviour=lambda request: answers[request.path]) as server:
        assert fetch({"PIP_INDEX_URL": f"{server.url}/simple"})


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        *(
            (page, "application/json")
            for page in ["[]", "{}", '{"files": 1}', '{"files": [1]}', '{"files": [{"url": 1}]}']
        ),
        *((page, "application/vnd.pypi.simple.v1+json") for page in ["{", "\xff", '{"files": [{"url": "http://["}]}']),
        ('<a href="http://[">uv</a>', "text/html"),
    ],
)
def test_what_is_no_page_of_an_index_is_called_that(page: str, kind: str) -> None:
    with (
        always(reply(page.encode("latin-1"), content_type=kind)) as server,
        pytest.raises(Stop, match="/uv/ is no page of a package index"),
    ):
        fetch({"PIP_INDEX_URL": server.url})


@given(
    page=strategies.binary() | strategies.text().map(str.encode),
    kind=strategies.sampled_from(["text/html", "text/json"]),
)
def test_whatever_a_page_holds_is_read_or_called_that(page: bytes, kind: str) -> None:
    try:
        files = links(page, kind, "https://index.invalid/simple/uv/")
    except Stop:
        return
    assert all(isinstance(url, str) for url, _, _ in files)


def test_an_index_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / UV_NAME).write_bytes(UV)
    (tmp_path / "uv" / "index.html").write_bytes(index_page("html", sha256="", name=UV_NAME, where="")[0])
    assert fetch({"PIP_INDEX_URL": tmp_path.as_uri()}) == UV_PROGRAM.encode()


# --- Logins ----------------------------------------------------------------------------------------------------------


def test_the_login_in_the_url_is_shown_to_the_index() -> None:
    with FaultyServer(behaviour=mirror(login=f"bob:{PASSWORD}")) as server:
        fetch({"PIP_INDEX_URL": f"{server.url}/simple".replace("//", f"//{LOGIN_IN_URL}")})
    assert all("@" not in request.path + request.headers["host"] for request in server.requests)


def test_the_login_is_shown_to_no_other_server() -> None:
    with FaultyServer(behaviour=mirror()) as other:
        for moved in ("/simple/uv/", f"/files/{UV_NAME}"):
            behaviour = one_after_another(*index_then_redirect(moved, to=other.url))
            with FaultyServer(behaviour=behaviour) as server:
                url = f"{server.url}/simple".replace("//", f"//{LOGIN_IN_URL}")
                assert fetch({"PIP_INDEX_URL": url})
            assert all("authorization" in request.headers for request in server.requests)
    assert {"/simple/uv/", f"/files/{UV_NAME}"} == set(other.paths)
    assert all("authorization" not in request.headers for request in other.requests)


def index_then_redirect(moved: str, *, to: str) -> list[list[Chunk]]:
    """What an index answers that sends its clients elsewhere, for the page or for the file."""
    redirect = reply(status=302, headers={"Location": to + moved})
    page, kind = index_page("json", sha256=UV_SHA256, name=UV_NAME)
    return [redirect] if moved == "/simple/uv/" else [reply(page, content_type=kind), redirect]


def test_the_login_goes_along_when_the_same_server_redirects() -> None:
    page, kind = index_page("json", sha256=UV_SHA256, name=UV_NAME)
    answers = [reply(status=301, headers={"Location": "/new/uv/"}), reply(page, content_type=kind), reply(UV)]
    with FaultyServer(behaviour=one_after_another(*answers)) as server:
        fetch({"PIP_INDEX_URL": f"{server.url}/simple".replace("//", f"//{LOGIN_IN_URL}")})
    assert [bool(request.headers.get("authorization")) for request in server.requests] == [True, True, True]


@pytest.mark.parametrize(
    "answer",
    [
        reply(status=401),
        reply(status=500),
        reply(b"{", content_type="application/json"),
        reply(b"<a>"),
        reply(status=302, headers={"Location": f"http://{LOGIN_IN_URL}elsewhere.invalid/"}),
        [None],
    ],
)
@pytest.mark.parametrize("url", ["http://" + LOGIN_IN_URL + "{}/simple?token=s3cret", "http://" + LOGIN_IN_URL + "[/x"])
def test_the_login_is_never_printed(capsys: pytest.CaptureFixture[str], answer: list[Chunk], url: str) -> None:
    with always(answer) as server, pytest.raises(Stop) as stopped:
        fetch({"PIP_INDEX_URL": url.format(server.host)})
    say(str(stopped.value))
    printed = capsys.readouterr().err
    assert "cannot be fetched" in printed or "package index" in printed or "does not have" in printed
    assert not [secret for secret in ("s3", "bob", "token") if secret in printed], printed


# --- TLS -------------------------------------------------------------------------------------------------------------


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


# --- Faults ----------------------------------------------------------------------------------------------------------


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


# --- Where uv is taken from ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "taken"),
    [
        ("echo uv 0.12.0", True),
        ("echo 'uv 0.13.8 (x86_64-unknown-linux-gnu)'", True),
        ("echo uv 1.0", True),
        ("echo uv 0.11.9", False),
        ("echo uv 0.9", False),
        ("echo pyenv: uv: command not found >&2; exit 127", False),
        ("echo µV; exit 0", False),
        ("exit 1", False),
    ],
)
def test_the_uv_on_path_is_taken_where_its_version_fits(tmp_path: Path, script: str, taken: bool) -> None:
    program = tmp_path / "uv"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    assert uv_on_path({"PATH": f"{tmp_path}"}, "0.12") == (str(program) if taken else "")


def test_no_uv_on_path_and_one_that_is_no_program(tmp_path: Path) -> None:
    assert uv_on_path({"PATH": str(tmp_path)}, "0.12") == ""
    (tmp_path / "uv").write_bytes(b"\x7fELF")
    (tmp_path / "uv").chmod(0o755)
    assert uv_on_path({"PATH": str(tmp_path)}, "0.12") == ""


def test_only_the_program_is_written_and_nobody_sees_half_of_it(tmp_path: Path) -> None:
    path = tmp_path / "uv"
    write(str(path), b"#!/bin/sh\necho here\n", 0o755)
    assert subprocess.run([path], capture_output=True, check=True).stdout == b"here\n"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(OSError, match="irectory"):
        write(str(tmp_path), b"")  # a folder cannot be replaced
    assert not list(tmp_path.parent.glob("*.part"))


@pytest.mark.parametrize(
    ("trouble", "variable"),
    [("invalid peer certificate: UnknownIssuer", "UV_SYSTEM_CERTS"), ("Failed to initialize cache", "UV_CACHE_DIR")],
)
def test_uv_has_a_second_chance(tmp_path: Path, trouble: str, variable: str) -> None:
    program = tmp_path / "uv"
    program.write_text(
        f'#!/bin/sh\n[ -n "${variable}" ] && echo "it is ${variable}" && exit\necho "{trouble}" >&2\nexit 2\n'
    )
    program.chmod(0o755)
    assert call(str(program), {"UV_PROJECT_ENVIRONMENT": "/env"}, "sync").startswith("it is ")
    with pytest.raises(Stop, match=trouble):
        call(str(program), {"UV_PROJECT_ENVIRONMENT": "/env", variable: ""}, "sync")


def test_what_is_printed_can_neither_command_a_runner_nor_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("::set-output name=x::y\n\n  ::error::z\r\x1b[31mred ##[error]a https://a:b@c/d?sig=e&f=g h")
    assert capsys.readouterr().err.splitlines() == [
        "bootstrap.py: ::set-output name=x::y",
        "bootstrap.py:   ::error::z",
        "bootstrap.py: ?[31mred # #[error]a https://c/d h",
    ]
