"""Reading an index: what its pages say, in JSON and HTML, and what was uploaded, whatever the pages show."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pypublish.edges import index as reading
from pypublish.edges.http import Session
from pypublish.edges.index import read_committed, read_page
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.listing import IndexFile, IndexPage, files_of_version
from pypublish.model import PYPI
from tests.edges.index_pages import SHA256, an_index, json_page
from tests.faulty_server import Chunk, FaultyServer, Request, always, reply


def test_a_json_page_as_pypi_serves_it(quick: World) -> None:
    answer = json_page(headers={"ETag": '"abc"', "X-PyPI-Last-Serial": "43", "X-Served-By": "cache-iad-1, cache-fra-2"})
    with always(answer) as server, Session(quick) as session:
        page = read_page(session, an_index(server, pypi=True), "Hello")
    assert page == IndexPage(
        name="hello",
        files=(
            IndexFile(
                filename="hello-1.2.0-py3-none-any.whl",
                url="https://files.example/ab/hello-1.2.0-py3-none-any.whl",
                sha256=SHA256,
                size=1234,
                requires_python=">=3.9",
                yanked=None,
                upload_time="2026-11-20T10:00:00.123456Z",
                core_metadata=SHA256,
                provenance="https://index.example/integrity/hello/1.2.0/x/provenance",
            ),
            IndexFile(
                filename="hello-1.2.0.tar.gz", url=f"{server.url}/hello-1.2.0.tar.gz", sha256=None, yanked="broken"
            ),
        ),
        status="archived",
        status_reason="no longer\N{REPLACEMENT CHARACTER}[31m kept",
        serial=43,
        etag='"abc"',
        served_by="cache-iad-1, cache-fra-2",
    )
    assert server.paths == ["/simple/hello/"]
    assert server.requests[0].headers["accept"] == reading.ACCEPT


HTML = """<!DOCTYPE html><html><head><base href="/files/"><title>Links for hello</title></head><body>
<h1>Links</h1><a href="/">up</a>
<a href="hello-1.2.0-py3-none-any.whl#sha256={sha}" data-requires-python="&gt;=3.9" data-core-metadata="sha256={sha}"
>whatever</a><br>
<A HREF="../hello%2B-1.2.0.tar.gz#md5=00" data-yanked="a &amp; b" data-dist-info-metadata="true">hello</A>
"""


def test_an_html_page_as_older_indexes_serve_it(quick: World) -> None:
    answer = reply(HTML.format(sha=SHA256).encode(), content_type="text/html; charset=utf-8", headers={"ETag": '"1"'})
    with always(answer) as server, Session(quick) as session:
        page = read_page(session, an_index(server), "hello")
    assert page == IndexPage(
        name="hello",
        files=(
            IndexFile(
                filename="hello-1.2.0-py3-none-any.whl",
                url=f"{server.url}/files/hello-1.2.0-py3-none-any.whl",
                sha256=SHA256,
                requires_python=">=3.9",
                core_metadata=SHA256,
            ),
            IndexFile(
                filename="hello+-1.2.0.tar.gz",
                url=f"{server.url}/hello%2B-1.2.0.tar.gz",
                sha256=None,
                yanked="a & b",
                core_metadata="",
            ),
        ),
        etag='"1"',
    )


def test_an_html_page_without_files(quick: World) -> None:
    body = b'<meta name="pypi:repository-version" content="1.0">'
    with always(reply(body, content_type="text/html")) as server, Session(quick) as session:
        assert read_page(session, an_index(server), "hello") == IndexPage(name="hello")


def test_a_page_that_has_not_changed_is_not_sent_again(quick: World) -> None:
    def behaviour(request: Request) -> list[Chunk]:
        known = request.headers.get("if-none-match")
        return (
            reply(status=304, headers={"X-Served-By": "cache-2"})
            if known == '"abc"'
            else json_page(headers={"ETag": '"abc"'})
        )

    with FaultyServer(behaviour=behaviour) as server, Session(quick) as session:
        first = read_page(session, an_index(server), "hello")
        second = read_page(session, an_index(server), "hello", known=first)
    assert second == replace(first, served_by="cache-2")


def test_an_unknown_project_is_an_empty_page(quick: World) -> None:
    with always(reply(status=404, headers={"X-Served-By": "cache-1"})) as server, Session(quick) as session:
        page = read_page(session, an_index(server), "hello")
    assert page == IndexPage(name="hello", exists=False, served_by="cache-1")


VERSION = {"urls": [{"filename": "hello-1.2.0.tar.gz", "digests": {"sha256": SHA256}}], "last_serial": 44}


def test_what_was_uploaded_is_known_before_the_pages_show_it(quick: World) -> None:
    answer = reply(json.dumps(VERSION).encode(), content_type="application/json", headers={"X-Served-By": "cache-3"})
    with always(answer) as server, Session(quick) as session:
        committed = read_committed(session, an_index(server, pypi=True), "hello", "1.2.0")
    assert committed == reading.Committed(files={"hello-1.2.0.tar.gz": SHA256}, serial=44, served_by="cache-3")
    assert server.paths == ["/pypi/hello/1.2.0/json"]


def test_a_version_that_nobody_uploaded(quick: World) -> None:
    with always(reply(status=404)) as server, Session(quick) as session:
        assert read_committed(session, an_index(server, pypi=True), "hello", "1.2.0") is None


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html>", "text/html"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"urls": [{"filename": "x"}]}', "application/json"),
        (b'{"urls": 7}', "application/json"),
    ],
)
def test_another_answer_is_none(quick: World, body: bytes, content_type: str) -> None:
    with (
        always(reply(body, content_type=content_type)) as server,
        Session(quick) as session,
        pytest.raises(IndexUnavailableError, match="is no index"),
    ):
        read_committed(session, an_index(server, pypi=True), "hello", "1.2.0")


@pytest.mark.slow
def test_a_real_page_reads(world: World) -> None:
    with Session(world) as session:
        page = read_page(session, PYPI, "iniconfig")
        assert read_page(session, PYPI, "iniconfig", known=page).files == page.files
    assert {file.sha256 for file in files_of_version(page, "2.0.0")} == {
        "b6a85871a79d2e3b22d2d1b94ac2824226a63c6b741c88f7ae975f18b6778374",
        "2d91e135bf72d31a410b17c16da610a82cb55f6b0477d1a902134b24a455b8b3",
    }
