"""The upload API as HTTP: address, method, login and form, and the shape of an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from inline_snapshot import snapshot

from pypublish.rehearsal.server import Rehearsal

Upload = Callable[..., httpx.Response]
Make = Callable[..., Path]


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [
        (
            ("POST", "/legacy", {}),
            308,
            snapshot(
                "An upload was attempted to /legacy but the expected upload URL is /legacy/ (with a trailing slash)"
            ),
        ),
        (
            ("POST", "/legacy/", {":action": "submit"}),
            410,
            snapshot("Project pre-registration is no longer required or supported, upload your files instead."),
        ),
        (
            ("POST", "/legacy/?:action=doc_upload", {}),
            410,
            snapshot("Uploading documentation is no longer supported, we recommend using https://readthedocs.org/."),
        ),
        (("POST", "/legacy/", {}), 405, snapshot("Method Not Allowed")),
        (("GET", "/legacy/", {}), 405, snapshot("Method Not Allowed")),
        (
            ("POST", "/legacy/?:action=file_upload", {}),
            403,
            snapshot(
                "Invalid or non-existent authentication information. See https://pypi.org/help/#invalid-auth for more information."
            ),
        ),
    ],
)
def test_the_envelope(http: httpx.Client, asked: tuple[str, str, dict[str, str]], status: int, reason: str) -> None:
    method, url, fields = asked
    response = http.request(method, f"https://upload.pypi.org{url}", data=fields or None)
    assert (response.status_code, response.reason_phrase) == (status, reason)
    if status == 308:
        assert response.headers["Location"] == "/legacy/"


def test_passwords_are_no_longer_taken(http: httpx.Client, make_wheel: Make) -> None:
    response = http.post("https://upload.pypi.org/legacy/?:action=file_upload", auth=("alice", "secret"))
    assert response.reason_phrase == snapshot(
        "Username/Password authentication is no longer supported. Migrate to API Tokens or Trusted Publishers instead. See https://pypi.org/help/#apitoken and https://pypi.org/help/#trusted-publishers"
    )


def test_a_field_that_comes_as_a_file_is_refused(http: httpx.Client) -> None:
    files = {"name": ("name.txt", b"x"), "content": ("a.whl", b"x")}
    response = http.post("https://upload.pypi.org/legacy/?:action=file_upload", files=files, auth=("__token__", "x"))
    assert response.reason_phrase == "name: Should not be a tuple."


def test_a_truncated_upload_is_no_upload(http: httpx.Client, index: Rehearsal) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="content"; filename="a.whl"\r\n\r\nonly the begin'
    response = http.post(
        "https://upload.pypi.org/legacy/?:action=file_upload",
        content=body,
        headers={"Content-Type": "multipart/form-data; boundary=x"},
        auth=("__token__", "no"),
    )
    assert response.status_code in {400, 403}
    assert list(index.stores["pypi"].files.iterdir()) == []


@pytest.mark.parametrize(
    ("accept", "kind", "beginning"),
    [
        ("*/*", "text/html", "<html>\n <head>\n  <title>400 Unknown protocol version.</title>"),
        ("application/json", "application/json", '{"message": "The server could not comply'),
        ("text/plain", "text/plain", "400 Unknown protocol version.\n\nThe server could not comply"),
        ("", "text/plain", "400 Unknown protocol version.\n\nThe server could not comply"),
    ],
)
def test_the_body_has_the_shape_that_was_asked_for(
    upload: Upload, make_wheel: Make, accept: str, kind: str, beginning: str
) -> None:
    response = upload(make_wheel(), protocol_version="2", headers={"Accept": accept})
    assert response.headers["Content-Type"].partition(";")[0] == kind
    assert response.text.startswith(beginning)
    assert response.reason_phrase == "Unknown protocol version."


def test_the_status_line_stays_one_line_of_latin_1(upload: Upload, make_wheel: Make) -> None:
    response = upload(make_wheel(), provides_dist="foö ≥\r\n1")
    assert response.status_code == 400
    assert "\n" not in response.reason_phrase
    assert "?" in response.reason_phrase
