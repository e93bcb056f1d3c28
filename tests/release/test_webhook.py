"""The webhook: what it is told, by a schema, and that nothing of its address is shown but the host."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from inline_snapshot import snapshot

from pypublish.edges import webhook
from pypublish.edges.world import World
from tests.faulty_server import always, reply
from tests.github_releases_api import Hosted
from tests.release.scene import FILES, ROOT, TAG, Place, is_right, listening


def schema() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / "docs" / "webhook.schema.json").read_text("utf-8"))
    return read


def test_it_is_told_of_a_release(at: Place) -> None:
    with listening() as listener:
        assert at(webhook=listener.url).ok
        assert at(webhook=listener.url).ok
    made, again = listener.told
    jsonschema.validate(made, schema())
    files = made.pop("files")
    assert [(one["filename"], one["size"]) for one in files] == [(one.filename, len(one.content)) for one in FILES]
    assert re.fullmatch(r"[0-9a-f]{40}", made.pop("commit"))
    assert made == snapshot(
        {
            "schema": 1,
            "verdict": "released",
            "name": "hello",
            "version": "1.2.0",
            "tag": "v1.2.0",
            "prerelease": False,
            "index": "pypi",
            "project_url": "https://pypi.org/project/hello/1.2.0/",
            "release_url": "https://github.com/acme/hello/releases/tag/v1.2.0",
            "findings": [],
        }
    )
    assert (again["verdict"], again["release_url"]) == ("unchanged", made["release_url"])
    (first, _) = listener.asked
    assert first.headers["content-type"] == "application/json"
    assert "authorization" not in first.headers


def test_it_is_told_what_stopped_one(at: Place) -> None:
    at.releases.hosted = [Hosted(id=7, tag_name=TAG, body="x", immutable=True)]
    with listening() as listener:
        assert not at(webhook=listener.url).ok
    (told,) = listener.told
    jsonschema.validate(told, schema())
    assert (told["verdict"], told["release_url"]) == ("stopped", "")
    assert told["findings"] == snapshot(
        [
            "v1.2.0 is published and immutable, without hello-1.2.0.tar.gz, hello-1.2.0-py3-none-any.whl, SHA256SUMS and 1 more"
        ]
    )


@pytest.mark.parametrize("answers", [(0,), (503,), (429,)])
def test_it_is_told_once_more(at: Place, answers: tuple[int, ...]) -> None:
    with listening(*answers) as listener:
        outcome = at(webhook=listener.url)
    assert outcome.findings == ()
    assert len(listener.asked) == 2


@pytest.mark.parametrize(
    ("answers", "asked", "why"),
    [
        ((0, 0), 2, "the connection to 127.0.0.1 broke"),
        ((503, 500), 2, "answers HTTP 500"),
        ((404,), 1, "answers HTTP 404"),
        ((302,), 1, "answers HTTP 302"),
    ],
)
def test_that_it_does_not_listen_is_a_warning(at: Place, answers: tuple[int, ...], asked: int, why: str) -> None:
    with listening(*answers) as listener:
        outcome = at(webhook=listener.url)
    assert outcome.ok
    is_right(at)
    assert len(listener.asked) == asked
    (found,) = outcome.findings
    assert found.severity.value == "warning"
    assert why in found.message
    assert "secret" not in f"{found.message}{found.hint}"


def test_nor_does_it_stop_anything_where_warnings_do(at: Place) -> None:
    with listening(404) as listener:
        outcome = at(webhook=listener.url, strict=True)
    assert outcome.ok
    assert [one.severity.value for one in outcome.findings] == ["note"]


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/a-secret",
        "hooks.example.org/a-secret",
        "https://[a-secret",
        "https://hooks.example.org:port/a-secret",
        "https://hooks.example.org/a-secret\nX: y",
        "ftp://hooks.example.org/a-secret",
        "https://" + "a" * 300 + ".example.org/a-secret",
        "https://xn--0.example.org/a-secret",
    ],
)
def test_an_address_that_is_none(world: World, url: str) -> None:
    why = webhook.tell(url, "{}", world)
    assert why
    assert "secret" not in why


def test_an_answer_without_end_is_not_waited_for(world: World) -> None:
    with always(reply(b"x" * (2 << 20))) as server:
        assert "larger than" in webhook.tell(server.url, "{}", world)


def test_a_blank_around_the_address_does_no_harm(world: World, tmp_path: Path) -> None:
    with listening() as listener:
        assert webhook.tell(f" {listener.url}\n", "{}", world) == ""
    assert webhook.host_of(f"{listener.url}\n") == re.split("/", listener.url)[2]
