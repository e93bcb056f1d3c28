"""Faults of the upload, as a client meets them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.rehearsal.parts import API_TOKEN, UPLOAD, form_of
from tests.rehearsal.scenes import Enact

Make = Callable[..., Path]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# Uploads that are answered, but not as they should be


ANSWERED = {
    "sdist-unavailable": [("wheel", 200, ""), ("sdist", 503, "")],
    "upload-unavailable": [("wheel", 503, ""), ("wheel", 503, ""), ("wheel", 200, "")],
    "upload-unavailable:502/1": [("wheel", 502, ""), ("wheel", 200, "")],
    "upload-rate-limited": [("wheel", 429, ""), ("wheel", 200, "")],
    "upload-stored-then-error": [("wheel", 500, ""), ("wheel", 200, "")],
    "file-there": [("wheel", 200, ""), ("sdist", 200, "")],
    "other-file-there": [("wheel", 400, "File already exists"), ("wheel", 400, "File already exists")],
    "upload-login-page": [("wheel", 200, "Log in to the network")],
    "upload-redirected": [("wheel", 307, "")],
    "upload-forbidden": [("wheel", 403, "Invalid or non-existent authentication information.")],
    "filename-used": [("wheel", 400, "This filename was previously used by a file that has since been deleted.")],
    "release-closed": [("wheel", 400, "Uploading new files to releases older than 14 days is not allowed.")],
    "sdist-there": [("wheel", 200, ""), ("sdist", 400, "Only one sdist may be uploaded per release.")],
    "file-too-large": [("wheel", 400, "File too large. Limit for project")],
    "project-too-large": [("wheel", 400, "Project size too large. Limit for project")],
    "token-expires": [("wheel", 200, ""), ("sdist", 403, "Invalid API Token: token is expired"), ("sdist", 200, "")],
    "token-expires:0": [("wheel", 403, "Invalid API Token: token is expired"), ("wheel", 200, "")],
}


@pytest.mark.parametrize("fault", ANSWERED)
def test_an_upload_is_answered_otherwise(enact: Enact, fault: str) -> None:
    scene = enact(fault)
    files = {"wheel": scene.wheel, "sdist": scene.sdist}
    for kind, status, words in ANSWERED[fault]:
        answer = scene.upload(files[kind])
        assert answer.status_code == status
        assert words in answer.text


STORED = {
    "upload-unavailable": False,
    "upload-stored-then-error": True,
    "file-there": True,
    "upload-login-page": False,
    "upload-redirected": False,
    "upload-forbidden": False,
    "filename-used": False,
    "release-closed": False,
}


@pytest.mark.parametrize("fault", STORED)
def test_what_was_stored_is_what_was_sent(enact: Enact, fault: str) -> None:
    scene = enact(fault)
    scene.upload()
    assert scene.stored() == ({scene.wheel.name: sha256(scene.wheel)} if STORED[fault] else {})


def test_other_bytes_are_there_and_served(enact: Enact) -> None:
    scene = enact("other-file-there")
    scene.upload()
    digest = scene.stored()[scene.wheel.name]
    assert digest != sha256(scene.wheel)
    assert hashlib.sha256(scene.file().content).hexdigest() == digest
    assert scene.page().json()["files"][0]["hashes"]["sha256"] == digest


def test_how_long_to_wait_is_said(enact: Enact) -> None:
    assert enact("upload-rate-limited:7").upload().headers["Retry-After"] == "7"


def test_where_a_redirect_leads(enact: Enact) -> None:
    assert enact("upload-redirected").upload().headers["Location"] == "https://login.example.net/"


def test_a_release_that_was_begun_long_ago_shows_it(enact: Enact) -> None:
    scene = enact("release-closed")
    scene.index.faults.disarm()
    scene.upload()
    scene.index.faults.arm("release-closed")
    assert scene.upload(scene.sdist).status_code == 400
    assert scene.page().json()["files"][0]["upload-time"].startswith("2026-12-31")  # fifteen days before noon


# Uploads without an answer


@pytest.mark.parametrize(("fault", "stored"), [("upload-reset", 0), ("upload-stored-then-reset", 1)])
def test_the_connection_of_an_upload_breaks(enact: Enact, fault: str, stored: int) -> None:
    scene = enact(fault)
    with pytest.raises(httpx.TransportError, match=r"disconnected|reset"):
        scene.upload()
    assert len(scene.stored()) == stored
    assert scene.upload().status_code == 200
    assert scene.stored() == {scene.wheel.name: sha256(scene.wheel)}


def test_an_upload_is_never_answered(enact: Enact) -> None:
    scene = enact("upload-hangs")
    scene.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        scene.upload()
    scene.index.faults.disarm()
    scene.http.timeout = httpx.Timeout(10)
    assert scene.stored() == {}
    assert scene.upload().status_code == 200


def test_a_large_upload_is_kept_on_disk_while_it_meets_a_fault(enact: Enact, make_wheel: Make) -> None:
    scene = enact("file-there")
    large = make_wheel(version="2.0", body=bytes(range(256)) * 20_000)
    assert scene.upload(large).status_code == 200
    assert scene.stored() == {large.name: sha256(large)}


def test_a_chunked_upload_meets_a_fault(enact: Enact) -> None:
    scene = enact("file-there")
    fields = {name: value for name, value in form_of(scene.wheel).items() if value}
    request = scene.http.build_request(
        "POST", UPLOAD, data=fields, files={"content": (scene.wheel.name, scene.wheel.read_bytes(), "x/y")}
    )
    body = request.read()

    def pieces() -> Iterator[bytes]:
        yield body[:1000]
        yield body[1000:]

    kind = {"Content-Type": request.headers["Content-Type"]}
    answer = scene.http.post(UPLOAD, content=pieces(), headers=kind, auth=("__token__", API_TOKEN))
    assert answer.status_code == 200
    assert scene.stored() == {scene.wheel.name: sha256(scene.wheel)}


def test_an_upload_without_a_file_meets_a_fault(enact: Enact) -> None:
    scene = enact("sdist-unavailable")
    answer = scene.http.post(UPLOAD, data={":action": "file_upload"}, auth=("__token__", API_TOKEN))
    assert answer.status_code == 400
