"""Reading an index: what its pages say, in JSON and HTML, and that nothing else passes for one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.edges import index as reading
from pypublish.edges.http import Session
from pypublish.edges.index import already_released, read_committed, read_page
from pypublish.edges.simple_page import PageError, read_html, read_json
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.listing import IndexFile, IndexPage, Released, files_before, files_of_version
from pypublish.model import PYPI, Index
from tests.faulty_server import Chunk, FaultyServer, Request, always, reply

JSON = "application/vnd.pypi.simple.v1+json"
SHA256 = "0123456789abcdef" * 4
WHEEL = {
    "filename": "hello-1.2.0-py3-none-any.whl",
    "url": "https://files.example/ab/hello-1.2.0-py3-none-any.whl",
    "hashes": {"sha256": SHA256},
    "requires-python": ">=3.9",
    "size": 1234,
    "upload-time": "2026-11-20T10:00:00.123456Z",
    "yanked": False,
    "core-metadata": {"sha256": SHA256},
    "data-dist-info-metadata": False,
    "provenance": "https://index.example/integrity/hello/1.2.0/x/provenance",
    "a-key-of-tomorrow": {},
}
SDIST = {"filename": "hello-1.2.0.tar.gz", "url": "../../hello-1.2.0.tar.gz", "hashes": {}, "yanked": "broken"}
PAGE = {
    "meta": {"api-version": "1.4", "_last-serial": 42},
    "name": "hello",
    "project-status": {"status": "archived", "reason": "no longer\x1b[31m kept"},
    "versions": ["1.2.0"],
    "files": [WHEEL, SDIST],
}


def an_index(server: FaultyServer, *, pypi: bool = False) -> Index:
    return Index(
        name="pypi" if pypi else "own",
        upload_url=f"{server.url}/legacy/",
        simple_url=f"{server.url}/simple/",
        oidc_audience="own",
    )


def json_page(page: object = PAGE, headers: Mapping[str, str] = MappingProxyType({})) -> list[Chunk]:
    return reply(
        gzip.compress(json.dumps(page).encode()), headers={"Content-Encoding": "gzip", **headers}, content_type=JSON
    )


@pytest.fixture
def quick(world: World) -> World:
    return replace(world, environ={}, clock=replace(world.clock, sleep=lambda _: None))


# Pages


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


def broken(change: dict[str, object]) -> list[Chunk]:
    return json_page({**PAGE, "files": [WHEEL, {**WHEEL, **change}]})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(
            reply(b'<a href="/login">log in, please</a>', content_type="text/html"),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: it answers with HTML in which no link leads to a distribution
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="a login page",
        ),
        pytest.param(
            reply(json.dumps(PAGE).encode()[:-9], content_type=JSON),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: the JSON is cut off or malformed
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="cut off",
        ),
        pytest.param(
            reply(b"[" * 100_000, content_type=JSON),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: the JSON is cut off or malformed
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="deep",
        ),
        pytest.param(
            reply(b"[]", content_type="application/json"),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: the JSON is no table
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="no table",
        ),
        pytest.param(
            reply(b"{}", content_type="image/png\x1b[31m"),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: it answers with image/png�[31m
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="a picture",
        ),
        pytest.param(
            json_page({**PAGE, "meta": {"api-version": "2.0"}}),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: the Simple API's version is '2.0'; pypublish reads 1
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="of tomorrow",
        ),
        pytest.param(
            json_page({"message": "Not Found"}),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: the Simple API's version is None; pypublish reads 1
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="of another API",
        ),
        pytest.param(
            json_page({**PAGE, "files": [1]}),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: files[0] is no table
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="a file that is none",
        ),
        pytest.param(
            json_page({**PAGE, "files": None}),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: page.files is missing
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="no files",
        ),
        pytest.param(
            broken({"filename": None}),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: files[1].filename is missing
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="a file without a name",
        ),
        pytest.param(
            broken({"url": 7}),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: files[1].url is no str
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="an address that is none",
        ),
        pytest.param(
            broken({"url": "https://[oops/"}),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: files[1].url is no address
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="an address that does not read",
        ),
        pytest.param(
            broken({"hashes": "sha256"}),
            snapshot("""\
what answers at http://HOST/simple/hello/ is no index: files[1].hashes is no dict
Check the index's address; open HOST in a browser to see whether the network wants a login first, or a proxy answers in the index's place.\
"""),
            id="digests that are none",
        ),
        pytest.param(
            reply(status=403),
            snapshot("""\
http://HOST/simple/hello/ could not be read: HTTP 403
The index wants a login: give its address with one, https://user:password@host/simple/, to --index; the variable PYPUBLISH_INDEX keeps it out of the command line.\
"""),
            id="forbidden",
        ),
        pytest.param(
            reply(status=405),
            snapshot("""\
http://HOST/simple/hello/ could not be read: HTTP 405
Check the index's address: simple-url is the one that installers get as --index-url.\
"""),
            id="no page",
        ),
    ],
)
def test_what_is_no_page_is_refused_and_explained(quick: World, answer: list[Chunk], words: str) -> None:
    with always(answer) as server, Session(quick) as session:
        with pytest.raises(IndexUnavailableError) as caught:
            read_page(session, an_index(server, pypi=True), "hello")
        text = f"{caught.value}\n{caught.value.hint}".replace(server.host, "HOST")
    assert text.replace("127.0.0.1", "HOST") == words


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(sorted({*PAGE, *WHEEL, "sha256"})), inner),
)


@given(st.dictionaries(st.sampled_from(sorted(PAGE)), JSON_VALUES))
def test_any_json_is_a_page_or_refused(page: dict[str, object]) -> None:
    body = json.dumps({**PAGE, **page}).encode()
    try:
        files, _ = read_json(body, "https://index.example/simple/hello/")
    except PageError as error:
        assert str(error)  # noqa: PT017 - both are fine, a traceback is not
    else:
        assert len(files) == len({**PAGE, **page}["files"])  # type: ignore[arg-type]


@given(st.binary() | st.text().map(lambda text: f'<a href="{text}">'.encode()))
def test_any_html_is_a_page_or_refused(body: bytes) -> None:
    try:
        files = read_html(body, "https://index.example/simple/hello/")
    except PageError:
        return
    assert all(file.filename for file in files)


# A version's files, by their names


@pytest.mark.parametrize(
    ("filename", "belongs"),
    [
        ("foo_bar-1.2.0-py3-none-any.whl", True),
        ("foo_bar-1.2-py3-none-any.whl", True),  # PEP 440: the same version
        ("foo_bar-1.2.0-1-cp313-cp313-any.whl", True),
        ("foo_bar-1.2.0-py3.-none-any.whl", True),  # malformed tags do not hide it
        ("foo_bar-1.2.0.post1-py3-none-any.whl", False),
        ("foo_bar-1.2.0rc1-py3-none-any.whl", False),
        ("foo_bar-1.2.0.tar.gz", True),
        ("Foo.Bar-1.2.tar.gz", True),
        ("foo-bar-1.2.0.zip", True),
        ("foo-bar-1.2.0-1.tar.gz", False),  # 1.2.0.post1
        ("foo_bar-1.2.1.tar.gz", False),
        ("foo_bar.whl", False),
        ("foo_bar-1.2.0.exe", False),
        ("", False),
    ],
)
def test_a_file_belongs_to_the_version_in_its_name(filename: str, belongs: bool) -> None:
    page = IndexPage(name="foo-bar", files=(IndexFile(filename=filename, url="https://x/", sha256=None),))
    assert bool(files_of_version(page, "1.2.0")) is belongs


# Is it released already?


def test_an_unknown_project_is_asked_for_only_where_no_user_looks(quick: World) -> None:
    with always(reply(status=404)) as server:
        assert already_released(an_index(server, pypi=True), "Hello.World", "1.0", quick) == Released(
            project_exists=False
        )
    # A 404 of /simple/… or of …/1.0/json would be remembered by the CDN and hide the release later.
    assert [(request.method, request.path) for request in server.requests] == [("HEAD", "/pypi/hello-world/json")]


def test_a_known_project_shows_the_versions_files(quick: World) -> None:
    def behaviour(request: Request) -> list[Chunk]:
        return reply() if request.method == "HEAD" else json_page()

    with FaultyServer(behaviour=behaviour) as server:
        index = an_index(server, pypi=True)
        assert already_released(index, "hello", "1.2", quick) == Released(
            project_exists=True,
            files=("hello-1.2.0-py3-none-any.whl", "hello-1.2.0.tar.gz"),
            first_upload="2026-11-20T10:00:00.123456Z",
            status="archived",
        )
        other = already_released(index, "hello", "1.3", quick)
        assert other == Released(
            project_exists=True,
            status="archived",
            before={"hello-1.2.0-py3-none-any.whl": 1234},
            last=other.last,
        )
        assert [file.filename for file in other.last] == list(other.before)


def test_the_size_of_a_project_is_known_where_that_of_every_file_is(quick: World) -> None:
    entry = {"filename": "hello-1.0.tar.gz", "url": "hello-1.0.tar.gz", "hashes": {}}
    page = {"meta": {"api-version": "1.4"}, "name": "hello"}
    for sizes, size in (([1 << 30, 5], (1 << 30) + 5), ([1, None], None), ([], 0)):
        files = [{**entry, "size": one} if one is not None else entry for one in sizes]
        with always(json_page({**page, "files": files})) as server:
            assert already_released(an_index(server), "hello", "1.0", quick).size == size


def test_the_files_of_the_release_before_are_told_with_their_sizes(quick: World) -> None:
    entry = {"url": "x", "hashes": {}}
    files = [
        {**entry, "filename": "hello-1.0.tar.gz", "size": 10},
        {**entry, "filename": "hello-1.1-py3-none-any.whl", "size": 11},
        {**entry, "filename": "hello-1.1.tar.gz"},
        {**entry, "filename": "hello-2.0.tar.gz", "size": 20},
    ]
    page = {"meta": {"api-version": "1.4"}, "name": "hello", "files": files}
    with always(json_page(page)) as server:
        assert already_released(an_index(server), "hello", "1.2", quick).before == {"hello-1.1-py3-none-any.whl": 11}


@pytest.mark.parametrize(
    ("version", "before"),
    [
        ("1.2.0", "1.1"),
        ("1.3.0", "1.2"),
        ("1.3.0rc2", "1.3.0rc1"),
        ("1.3.1", "1.2"),
        ("2.1", "2.0"),
        ("1.0", None),
    ],
)
def test_the_release_before_is_the_newest_lower_one(version: str, before: str | None) -> None:
    lines = ("1.0", "1.1", "1.2", "1.3.0rc1", "2.0")
    files = [IndexFile(filename=f"hello-{line}.tar.gz", url="https://x/", sha256=None) for line in lines]
    yanked = IndexFile(filename="hello-1.3.0.tar.gz", url="https://x/", sha256=None, yanked="broken")
    odd = IndexFile(filename="hello.exe", url="https://x/", sha256=None)
    page = IndexPage(name="hello", files=(*files, yanked, odd))
    assert [file.filename for file in files_before(page, version)] == ([f"hello-{before}.tar.gz"] if before else [])


def test_an_index_of_ones_own_is_asked_for_its_page_at_once(quick: World) -> None:
    with always(reply(status=404)) as server:
        assert not already_released(an_index(server), "hello", "1.0", quick).project_exists
    assert server.paths == ["/simple/hello/"]


# Committed, whatever the pages show

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


# A real page


@pytest.mark.slow
def test_a_real_page_reads(world: World) -> None:
    with Session(world) as session:
        page = read_page(session, PYPI, "iniconfig")
        assert read_page(session, PYPI, "iniconfig", known=page).files == page.files
    assert {file.sha256 for file in files_of_version(page, "2.0.0")} == {
        "b6a85871a79d2e3b22d2d1b94ac2824226a63c6b741c88f7ae975f18b6778374",
        "2d91e135bf72d31a410b17c16da610a82cb55f6b0477d1a902134b24a455b8b3",
    }
