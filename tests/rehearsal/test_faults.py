"""How faults are asked for, by name: at the start, and while the index runs."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from inline_snapshot import snapshot

from pypublish.errors import UsageError
from pypublish.rehearsal.faults import FAULTS, read
from pypublish.rehearsal.injection import CONTROL_LIMIT
from pypublish.rehearsal.server import Rehearsal
from tests.rehearsal.scenes import Enact


def test_every_fault_is_met_by_a_client() -> None:
    text = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*_faults.py"))
    missed = [name for name in FAULTS if f'"{name}' not in text and f'f"{name}' not in text]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("upload-reset", "upload-reset/1"),
        ("upload-reset/3", "upload-reset/3"),
        ("upload-reset/always", "upload-reset/always"),
        (" page-stale ", "page-stale:3600/always"),
        ("page-stale:60", "page-stale:60/always"),
        ("page-drips:0.5/2", "page-drips:0.5/2"),
        ("clock-skew:-600", "clock-skew:-600/always"),
        ("page-other-host:a.example.org", "page-other-host:a.example.org/always"),
    ],
)
def test_a_fault_is_asked_for(text: str, read_as: str) -> None:
    assert str(read(text)) == read_as
    assert str(read(read_as)) == read_as


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("page-stael", "there is no fault 'page-stael'; did you mean 'page-stale'?"),
        ("F1", "there is no fault 'F1'"),
        ("", "there is no fault ''"),
        ("upload-reset:3", "the fault upload-reset takes no argument '3'"),
        ("page-stale:", "the fault page-stale takes no argument ''"),
        ("page-stale:soon", "the fault page-stale cannot be told 'soon'"),
        ("page-stale:nan", "the fault page-stale cannot be told 'nan'"),
        ("page-unavailable:42", "the fault page-unavailable cannot be told '42'"),
        ("page-unavailable:200", "the fault page-unavailable cannot be told '200'"),
        ("upload-reset/0", "'0' is not how often a fault strikes"),
        ("upload-reset/", "'' is not how often a fault strikes"),
        ("upload-reset/often", "'often' is not how often a fault strikes"),
    ],
)
def test_what_cannot_be_asked_for(text: str, words: str) -> None:
    with pytest.raises(UsageError) as raised:
        read(text)
    assert str(raised.value) == words
    assert raised.value.hint


def order(index: Rehearsal, method: str = "POST", text: str = "", token: str | None = None) -> httpx.Response:
    headers = {b"Authorization": b"Bearer " + (index.request_token if token is None else token).encode()}
    return httpx.request(method, index.faults_url, content=text, headers=headers, trust_env=False)


def test_faults_come_and_go_while_the_index_runs(enact: Enact) -> None:
    scene = enact("upload-reset")
    assert order(scene.index, "GET").json() == {"faults": ["upload-reset/1"]}
    assert order(scene.index, text="page-unavailable:502/2\nfile-missing\n").json() == {
        "faults": ["upload-reset/1", "page-unavailable:502/2", "file-missing/always"]
    }
    assert scene.page().status_code == 502
    assert order(scene.index, "GET").json()["faults"][1] == "page-unavailable:502/1"
    assert scene.page().status_code == 502
    assert order(scene.index, "GET").json()["faults"] == ["upload-reset/1", "file-missing/always"]
    assert order(scene.index, "DELETE").json() == {"faults": []}
    assert scene.upload().status_code == 200


def test_who_orders_wrongly_is_told(enact: Enact) -> None:
    scene = enact()
    answer = order(scene.index, text="upload-reset\nupload-unavalable")
    assert (answer.status_code, answer.text) == snapshot(
        (
            400,
            """\
there is no fault 'upload-unavalable'; did you mean 'upload-unavailable'?
pypublish index faults lists them all.
""",
        )
    )
    assert list(scene.index.faults) == []
    assert order(scene.index, "PUT").status_code == 405
    assert order(scene.index, text="x" * (CONTROL_LIMIT + 1)).status_code == 413


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("token", ["x", "wrong", "ü"])
def test_only_the_job_orders(enact: Enact, method: str, token: str) -> None:
    scene = enact("upload-reset")
    assert order(scene.index, method, "file-missing", token=token).status_code == 401
    assert list(scene.index.faults) == ["upload-reset/1"]
    assert scene.http.post("https://pypi.org/_/faults").status_code == 404


def test_one_fault_after_another(enact: Enact) -> None:
    scene = enact("upload-unavailable/1", "upload-rate-limited", "sdist-unavailable")
    assert [scene.upload().status_code for _ in range(3)] == [503, 429, 200]
    assert scene.upload(scene.sdist).status_code == 503


def test_a_fault_on_testpypi_too(enact: Enact) -> None:
    scene = enact("page-unavailable")
    assert scene.http.get("https://test.pypi.org/simple/hello-there/").status_code == 503
    assert scene.http.get("https://pypi.org/simple/").status_code == 503
    assert scene.http.get("https://upload.pypi.org/_/oidc/audience").json() == {"audience": "pypi"}
