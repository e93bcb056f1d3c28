"""A page of the Simple API: nothing else passes for one, whatever answers in the index's place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.edges.http import Session
from pypublish.edges.index import read_page
from pypublish.edges.simple_page import PageError, read_html, read_json
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from tests.edges.index_pages import JSON, PAGE, WHEEL, an_index, json_page
from tests.faulty_server import Chunk, always, reply


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
