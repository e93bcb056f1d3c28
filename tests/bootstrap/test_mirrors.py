"""Mirrors: uv comes from the index that the user names, in whatever form that has its pages."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from hypothesis import given, strategies

from locked_environment.index import links
from locked_environment.trouble import Stop
from locked_environment.variables import mirrors
from tests.bootstrap.fetching import fetch
from tests.bootstrap.machine import UV, UV_NAME, UV_PROGRAM, UV_SHA256, index_page, mirror
from tests.faulty_server import Chunk, FaultyServer, Request, always, reply


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
