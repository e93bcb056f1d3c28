"""A login in the address of an index: shown to that index, to nobody else, and never printed."""

from __future__ import annotations

import pytest

from locked_environment.trouble import Stop, say
from tests.bootstrap.fetching import LOGIN_IN_URL, PASSWORD, fetch, one_after_another
from tests.bootstrap.machine import UV, UV_NAME, UV_SHA256, index_page, mirror
from tests.faulty_server import Chunk, FaultyServer, always, reply


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
