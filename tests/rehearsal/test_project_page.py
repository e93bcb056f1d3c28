"""The page of a project on the embedded index, as a browser asks for it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from pypublish.errors import UsageError
from pypublish.rehearsal.project_page import serve_page

POLICY = "default-src 'none'"


class Source:
    """What the page says, which a test changes."""

    text = '<html data-state="">one data-state=""'

    def __call__(self) -> str:
        return self.text


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def address(source: Source) -> Iterator[str]:
    with serve_page("hello", source, policy=POLICY, port=0) as address:
        yield address


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address.partition("/project")[0], trust_env=False) as client:
        yield client


def test_the_page_and_its_state(source: Source, address: str, browser: httpx.Client) -> None:
    path = urlsplit(address).path
    assert path == "/project/hello/"
    page = browser.get(path)
    state = browser.get("/state").text
    assert page.text == f'<html data-state="{state}">one data-state=""'
    assert page.headers["Content-Security-Policy"] == f"{POLICY}; frame-ancestors 'none'"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    source.text = '<html data-state="">two'
    assert browser.get("/state").text != state
    assert browser.get(path).text.endswith("two")


def test_the_top_leads_to_the_page(browser: httpx.Client) -> None:
    answer = browser.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/project/hello/")


@pytest.mark.parametrize("path", ["/project/hello/docs/guide.md", "/project/other/", "/simple/", "/favicon.ico"])
def test_there_is_nothing_else(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_nothing_can_be_changed(browser: httpx.Client) -> None:
    assert browser.post("/project/hello/").status_code == 405


def test_another_name_for_this_machine_reads_nothing(browser: httpx.Client) -> None:
    answer = browser.get("/project/hello/", headers={"Host": "rebound.example"})
    assert answer.status_code == 403
    assert "one" not in answer.text


def test_who_speaks_tls_is_turned_away(address: str, browser: httpx.Client) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(address.replace("http:", "https:"), trust_env=False)
    assert browser.get("/state").status_code == 200


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(UsageError, match=f"port {port} of 127.0.0.1 cannot be used"),
            serve_page("hello", Source(), policy=POLICY, port=port),
        ):
            pass
