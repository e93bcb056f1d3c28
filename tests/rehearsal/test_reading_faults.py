"""Faults of the index's pages and files, and on the way to them, as a client meets them."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.rehearsal.parts import Serve, http_client
from tests.rehearsal.scenes import JSON, PAGE, RELEASE, Enact

Make = Callable[..., Path]


def digests(page: httpx.Response) -> set[str]:
    return {file["hashes"]["sha256"] for file in page.json()["files"]}


def test_a_page_is_missing_at_first(enact: Enact) -> None:
    scene = enact("page-missing")
    scene.published()
    assert [scene.page().status_code for _ in range(3)] == [404, 404, 200]


def test_a_node_is_behind(enact: Enact) -> None:
    scene = enact("page-stale:60")
    scene.published()
    stale = scene.page()
    assert (stale.json()["files"], stale.json()["meta"]["_last-serial"]) == ([], 0)
    assert len(scene.http.get(RELEASE).json()["urls"]) == 2
    scene.time.now += 59
    assert scene.page().json()["files"] == []
    scene.time.now += 1
    assert len(scene.page().json()["files"]) == 2
    assert scene.page().json()["meta"]["_last-serial"] == 3


def test_a_node_that_is_behind_knows_what_came_before(enact: Enact, make_wheel: Make) -> None:
    scene = enact("page-stale:60")
    scene.published()
    scene.time.now += 100
    assert scene.upload(make_wheel(version="2.0")).status_code == 200
    page = scene.page().json()
    assert (page["versions"], page["meta"]["_last-serial"]) == (["1.0"], 3)


def test_a_page_shows_other_digests(enact: Enact) -> None:
    scene = enact("page-other-digest")
    scene.published()
    assert not digests(scene.page()) & set(scene.stored().values())
    assert len(digests(scene.page())) == 2


def test_a_file_has_other_bytes(enact: Enact) -> None:
    scene = enact("file-other-bytes")
    scene.published()
    got = scene.file()
    assert hashlib.sha256(got.content).hexdigest() not in scene.stored().values()
    assert int(got.headers["Content-Length"]) == len(got.content)


def test_a_page_leads_elsewhere(enact: Enact) -> None:
    scene = enact("page-other-host:evil.example.org")
    scene.published()
    assert {httpx.URL(file["url"]).host for file in scene.page().json()["files"]} == {"evil.example.org"}


def test_a_page_has_a_file_more(enact: Enact) -> None:
    scene = enact("page-extra-file")
    scene.published()
    names = {file["filename"] for file in scene.page().json()["files"]}
    assert names - scene.stored().keys() == {"hello_there-1.0-py2-none-any.whl"}
    assert "hello_there-1.0-py2-none-any.whl" in scene.http.get(PAGE).text


def test_a_release_is_yanked(enact: Enact) -> None:
    scene = enact("page-yanked:it-is-broken")
    scene.published()
    assert {file["yanked"] for file in scene.page().json()["files"]} == {"it-is-broken"}
    assert scene.http.get(PAGE).text.count('data-yanked="it-is-broken"') == 2


@pytest.mark.parametrize(
    ("fault", "status", "files"),
    [("project-status", "quarantined", 0), ("project-status:archived", "archived", 2)],
)
def test_a_project_is_not_active(enact: Enact, fault: str, status: str, files: int) -> None:
    scene = enact(fault)
    scene.published()
    page = scene.page().json()
    assert (page["project-status"]["status"], len(page["files"])) == (status, files)


# On the way


def test_a_page_is_limited_once(enact: Enact) -> None:
    scene = enact("page-rate-limited:12")
    scene.published()
    first = scene.page()
    assert (first.status_code, first.headers["Retry-After"]) == (429, "12")
    assert scene.page().status_code == 200


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_the_index_is_in_trouble(enact: Enact, status: int) -> None:
    scene = enact(f"page-unavailable:{status}", f"json-unavailable:{status}/1", f"file-unavailable:{status}")
    scene.published()
    answers = (scene.page(), scene.http.get(RELEASE), scene.file(), scene.http.get(RELEASE))
    assert [answer.status_code for answer in answers] == [status, status, status, 200]


def test_the_files_are_missing(enact: Enact) -> None:
    scene = enact("file-missing")
    scene.published()
    assert scene.file().status_code == 404


def test_the_files_are_elsewhere(enact: Enact) -> None:
    scene = enact("file-redirected")
    scene.published()
    assert scene.file().headers["Location"] == "https://login.example.net/"


@pytest.mark.parametrize(
    ("fault", "words"),
    [("page-reset", r"disconnected|reset"), ("page-cut-off/1", "without sending complete message body")],
)
def test_the_connection_of_a_page_breaks(enact: Enact, fault: str, words: str) -> None:
    scene = enact(fault)
    scene.published()
    with pytest.raises(httpx.TransportError, match=words):
        scene.page()
    assert scene.page().status_code == 200


def test_the_connection_of_a_file_breaks(enact: Enact) -> None:
    scene = enact("file-reset")
    scene.published()
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        scene.file()
    assert scene.file().status_code == 200


def test_half_a_page_is_no_excuse_for_who_knows_it(enact: Enact) -> None:
    scene = enact()
    scene.published()
    tag = scene.page().headers["ETag"]
    scene.index.faults.arm("page-cut-off")
    with pytest.raises(httpx.TransportError):
        scene.page(**{"If-None-Match": tag})


def test_a_page_is_never_answered(enact: Enact) -> None:
    scene = enact("page-hangs")
    scene.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        scene.page()


def test_a_page_comes_byte_by_byte(enact: Enact) -> None:
    scene = enact("page-drips:0.02")
    scene.published()
    with scene.http.stream("GET", PAGE, headers={**JSON, "Accept-Encoding": "identity"}) as answer:
        sizes = [len(chunk) for chunk, _ in zip(answer.iter_raw(), range(10), strict=False)]
    assert max(sizes) < 10


def test_a_page_swells(enact: Enact) -> None:
    scene = enact("page-bomb")
    received = unpacked = 0
    with scene.http.stream("GET", PAGE, headers=JSON) as answer:
        for chunk in answer.iter_bytes():
            unpacked += len(chunk)
            received = answer.num_bytes_downloaded
            if unpacked > 50 << 20:
                break
    assert unpacked > 500 * received


def test_a_login_page_is_in_the_place_of_the_page(enact: Enact) -> None:
    answer = enact("page-login-page").page()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("fault", ["page-hangs", "page-drips:30"])
def test_an_index_ends_though_somebody_waits_for_it(serve_index: Serve, fault: str) -> None:
    before = set(threading.enumerate())
    with serve_index(faults=(fault,)) as index:
        index.stores["pypi"].create_project("hello-there")

        def read() -> None:
            with http_client(index) as http, contextlib.suppress(httpx.HTTPError):
                http.get(PAGE)

        reader = threading.Thread(target=read)
        reader.start()
        while not any("process_request_thread" in thread.name for thread in threading.enumerate()):
            reader.join(0.01)
    reader.join(60)
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
    assert set(threading.enumerate()) <= before
