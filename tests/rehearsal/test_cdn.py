"""The CDN before the index: what readers meet after an upload, and why some of them meet the old page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import pytest

from pypublish.errors import UsageError
from pypublish.rehearsal.cache import LIFETIME, UNKEYED, WHILE_REVALIDATE, Answer, Asked, Node
from pypublish.rehearsal.cdn import EDGE, SHIELD, Behaviour, read_delay
from tests.rehearsal.parts import MovableTime, Serve, http_client, send

Make = Callable[..., Path]
JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
HTML = {"Accept": "text/html"}
PLAIN = {**JSON, "Accept-Encoding": "identity"}
PAGE = "https://pypi.org/simple/hello-there/"
PROMPT = Behaviour()
NEVER = Behaviour(purge_delay=math.inf)


def shown(http: httpx.Client, headers: Mapping[str, str] = JSON) -> int | None:
    """How many files a reader is shown; None where there is no page."""
    answer = http.get(PAGE, headers=headers)
    if answer.status_code == 404:
        return None
    return answer.text.count("<a ") if headers == HTML else len(answer.json()["files"])


def test_without_one_pages_are_fresh(serve_index: Serve, make_wheel: Make, make_sdist: Make) -> None:
    with serve_index() as index, http_client(index) as http:
        assert shown(http) is None
        send(http, make_wheel())
        assert shown(http) == 1
        send(http, make_sdist())
        assert shown(http) == 2
        assert "X-Served-By" not in http.get(PAGE).headers


def test_who_reads_first_is_served_fresh(serve_index: Serve, make_wheel: Make) -> None:
    with serve_index(cdn=NEVER) as index, http_client(index) as http:
        send(http, make_wheel())
        assert shown(http) == 1


def test_the_first_reader_after_a_purge_gets_the_old_page(
    serve_index: Serve, make_wheel: Make, make_sdist: Make
) -> None:
    with serve_index(cdn=PROMPT) as index, http_client(index) as http:
        send(http, make_wheel())
        assert shown(http) == 1
        send(http, make_sdist())
        assert [shown(http), shown(http)] == [1, 2]


def test_a_purge_arrives_late(serve_index: Serve, make_wheel: Make, make_sdist: Make, time: MovableTime) -> None:
    with serve_index(cdn=Behaviour(purge_delay=30)) as index, http_client(index) as http:
        send(http, make_wheel())
        assert shown(http) == 1
        send(http, make_sdist())
        time.now += 29
        assert [shown(http), shown(http)] == [1, 1]
        time.now += 1
        assert [shown(http), shown(http)] == [1, 2]


def test_long_after_a_purge_nobody_gets_the_old_page(
    serve_index: Serve, make_wheel: Make, make_sdist: Make, time: MovableTime
) -> None:
    with serve_index(cdn=PROMPT) as index, http_client(index) as http:
        send(http, make_wheel())
        assert shown(http) == 1
        send(http, make_sdist())
        time.now += WHILE_REVALIDATE
        assert shown(http) == 2


def test_a_purge_that_is_lost_leaves_the_page_old_for_a_day(
    serve_index: Serve, make_wheel: Make, make_sdist: Make, time: MovableTime
) -> None:
    with serve_index(cdn=NEVER) as index, http_client(index) as http:
        send(http, make_wheel())
        assert shown(http) == 1
        send(http, make_sdist())
        time.now += LIFETIME - 1
        assert [shown(http), shown(http)] == [1, 1]
        time.now += 1
        assert [shown(http), shown(http)] == [1, 2]


def test_an_edge_that_is_told_before_the_shield_keeps_the_old_page(
    serve_index: Serve, make_wheel: Make, make_sdist: Make, time: MovableTime
) -> None:
    with serve_index(cdn=Behaviour(shield_later=2)) as index, http_client(index) as http:
        send(http, make_wheel())
        assert shown(http) == 1
        send(http, make_sdist())
        assert [shown(http), shown(http)] == [1, 1]
        time.now += 3600
        assert shown(http) == 1


def test_each_variant_is_kept_by_itself(serve_index: Serve, make_wheel: Make, make_sdist: Make) -> None:
    with serve_index(cdn=NEVER) as index, http_client(index) as http:
        send(http, make_wheel())
        assert (shown(http), shown(http, HTML)) == (1, 1)
        send(http, make_sdist())
        assert (shown(http), shown(http, HTML), shown(http, PLAIN)) == (1, 1, 2)
        tags = {http.get(PAGE, headers=headers).headers["ETag"] for headers in (JSON, HTML, PLAIN)}
        assert len(tags) == 3


def test_not_there_is_remembered_for_a_minute_and_never_purged(
    serve_index: Serve, make_wheel: Make, time: MovableTime
) -> None:
    with serve_index(cdn=PROMPT) as index, http_client(index) as http:
        assert shown(http) is None
        send(http, make_wheel())
        time.now += UNKEYED - 1
        assert [shown(http, headers) for headers in (JSON, HTML, PLAIN)] == [None, None, None]
        time.now += 1
        assert shown(http) == 1


def test_an_address_that_nobody_asked_for_is_fresh(serve_index: Serve, make_wheel: Make, make_sdist: Make) -> None:
    """The JSON API of a new version knows at once what the page does not show yet."""
    with serve_index(cdn=NEVER) as index, http_client(index) as http:
        send(http, make_wheel())
        assert shown(http) == 1
        assert len(http.get("https://pypi.org/pypi/hello-there/json").json()["urls"]) == 1
        send(http, make_sdist())
        release = http.get("https://pypi.org/pypi/hello-there/1.0/json")
        assert len(release.json()["urls"]) == 2
        page = http.get(PAGE, headers=JSON)
        assert int(release.headers["X-PyPI-Last-Serial"]) > int(page.headers["X-PyPI-Last-Serial"])
        assert len(http.get("https://pypi.org/pypi/hello-there/json").json()["urls"]) == 1


@pytest.mark.parametrize("query", ["?fresh=please", "?format=text/html"])
def test_a_query_makes_no_difference(serve_index: Serve, make_wheel: Make, make_sdist: Make, query: str) -> None:
    with serve_index(cdn=NEVER) as index, http_client(index) as http:
        send(http, make_wheel())
        assert shown(http) == 1
        send(http, make_sdist())
        answer = http.get(PAGE + query, headers={**JSON, "Cache-Control": "no-cache"})
        assert len(answer.json()["files"]) == 1


def test_the_nodes_name_themselves(serve_index: Serve, make_wheel: Make) -> None:
    with serve_index(cdn=PROMPT) as index, http_client(index) as http:
        send(http, make_wheel())
        for cache, hits in (("MISS, MISS", "0, 0"), ("MISS, HIT", "0, 1"), ("MISS, HIT", "0, 2")):
            headers = http.get(PAGE, headers=JSON).headers
            assert headers["X-Served-By"] == f"{SHIELD}, {EDGE}"
            assert (headers["X-Cache"], headers["X-Cache-Hits"]) == (cache, hits)


def test_who_knows_the_old_page_is_told_that_nothing_has_changed(
    serve_index: Serve, make_wheel: Make, make_sdist: Make
) -> None:
    with serve_index(cdn=PROMPT) as index, http_client(index) as http:
        send(http, make_wheel())
        tag = http.get(PAGE, headers=JSON).headers["ETag"]
        send(http, make_sdist())
        first, second = (http.get(PAGE, headers={**JSON, "If-None-Match": tag}) for _ in range(2))
        assert (first.status_code, first.content, first.headers["X-Served-By"]) == (304, b"", f"{SHIELD}, {EDGE}")
        assert (second.status_code, len(second.json()["files"])) == (200, 2)


def test_a_head_fills_the_cache(serve_index: Serve, make_wheel: Make, make_sdist: Make) -> None:
    with serve_index(cdn=NEVER) as index, http_client(index) as http:
        send(http, make_wheel())
        head = http.head(PAGE, headers=JSON)
        send(http, make_sdist())
        got = http.get(PAGE, headers=JSON)
        assert (len(got.json()["files"]), got.headers["ETag"]) == (1, head.headers["ETag"])
        assert head.content == b""


def test_other_changes_are_purged_too(serve_index: Serve, make_wheel: Make) -> None:
    with serve_index(cdn=PROMPT) as index, http_client(index) as http:
        wheel = make_wheel()
        send(http, wheel)
        assert shown(http) == 1
        index.stores["pypi"].delete_file("hello-there", wheel.name)
        assert [shown(http), shown(http)] == [1, 0]


def test_another_project_and_another_index_are_left_alone(serve_index: Serve, make_wheel: Make) -> None:
    with serve_index(cdn=PROMPT) as index, http_client(index) as http:
        send(http, make_wheel())
        assert shown(http) == 1
        index.stores["testpypi"].create_project("hello-there")
        index.stores["pypi"].create_project("other")
        index.stores["pypi"].set_status("hello-there", "archived")
        index.stores["testpypi"].set_status("hello-there", "quarantined")
        pages = [http.get(PAGE, headers=JSON).json()["project-status"]["status"] for _ in range(2)]
        assert pages == ["active", "archived"]


def test_files_and_uploads_pass_through(serve_index: Serve, make_wheel: Make) -> None:
    with serve_index(cdn=NEVER) as index, http_client(index) as http:
        wheel = make_wheel()
        assert [send(http, wheel).status_code, send(http, wheel).status_code] == [200, 200]
        (file,) = http.get(PAGE, headers=JSON).json()["files"]
        answer = http.get(file["url"])
        assert answer.content == wheel.read_bytes()
        assert "X-Served-By" not in answer.headers
        assert http.get("https://upload.pypi.org/_/oidc/audience").json() == {"audience": "pypi"}


# One node


def asked(**headers: str) -> Asked:
    variant = {"Accept": "json", "Accept-Encoding": "gzip", **headers}
    return Asked(url="pypi.org/simple/x/", headers=variant, key="pypi project/x")


def answer(body: str, status: str = "200 OK") -> Answer:
    vary = (("Vary", "Accept, Accept-Encoding"),) if status == "200 OK" else ()
    return Answer(status=status, headers=vary, body=body.encode())


def test_two_layers_remember_twice_as_long() -> None:
    """Somebody elsewhere asked the shield too early; our edge asks it just before that is forgotten."""
    shield, edge = Node("shield", gives_old=False), Node("edge", gives_old=True)
    origin = {"now": answer("", "404 NOT FOUND")}

    def read(now: float) -> int:
        return edge.answer(asked(), now, lambda: shield.answer(asked(), now, lambda: origin["now"])).code

    assert shield.answer(asked(), 0.0, lambda: origin["now"]).code == 404
    origin["now"] = answer("page")
    assert [read(59.0), read(118.0), read(119.0)] == [404, 404, 200]


@pytest.mark.parametrize("trouble", ["500 X", "502 X", "503 X"])
def test_in_trouble_the_old_page_is_given_out_for_a_day(trouble: str) -> None:
    edge = Node("edge", gives_old=True)
    edge.answer(asked(), 0.0, lambda: answer("old"))
    edge.purge("pypi project/x", 10.0)
    in_trouble = answer("", trouble)
    assert edge.answer(asked(), 10.0, lambda: in_trouble).body == b"old"
    assert edge.answer(asked(), 10.0 + WHILE_REVALIDATE, lambda: in_trouble).body == b"old"
    assert edge.answer(asked(), 11.0 + LIFETIME, lambda: in_trouble).status == trouble
    assert edge.answer(asked(), 11.0 + LIFETIME, lambda: answer("new")).body == b"new"


def test_a_shield_never_gives_out_what_is_old() -> None:
    shield = Node("shield", gives_old=False)
    shield.answer(asked(), 0.0, lambda: answer("old"))
    shield.purge("pypi project/x", 10.0)
    assert shield.answer(asked(), 10.0, lambda: answer("new")).body == b"new"


def test_trouble_is_not_remembered() -> None:
    edge = Node("edge", gives_old=True)
    assert edge.answer(asked(), 0.0, lambda: answer("", "503 X")).code == 503
    assert edge.answer(asked(), 0.0, lambda: answer("page")).code == 200


@pytest.mark.parametrize(("text", "delay"), [("0", 0.0), ("2.5", 2.5), ("600", 600.0), ("never", math.inf)])
def test_a_delay_is_read(text: str, delay: float) -> None:
    assert read_delay(text).purge_delay == delay


@pytest.mark.parametrize("text", ["", "soon", "-1", "nan", "1 s"])
def test_what_is_no_delay_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no delay"):
        read_delay(text)
