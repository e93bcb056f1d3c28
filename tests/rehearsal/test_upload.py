"""The upload API judges files as PyPI's does: the same decisions, in the same words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from inline_snapshot import snapshot

from pypublish.rehearsal.server import Rehearsal
from tests.rehearsal.parts import said

Upload = Callable[..., httpx.Response]
Make = Callable[..., Path]


def test_a_file_is_taken_and_shown(upload: Upload, make_wheel: Make, http: httpx.Client) -> None:
    wheel = make_wheel()
    response = upload(wheel)
    assert (response.status_code, said(response)) == (200, "200 OK")
    page = http.get("https://pypi.org/simple/hello-there/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    (file,) = page.json()["files"]
    assert file["filename"] == wheel.name
    assert http.get(file["url"]).content == wheel.read_bytes()


def test_the_same_bytes_again_change_nothing(upload: Upload, make_wheel: Make, http: httpx.Client) -> None:
    wheel = make_wheel()
    first = upload(wheel)
    serial = http.get("https://pypi.org/simple/hello-there/").headers["X-PyPI-Last-Serial"]
    again = upload(wheel)
    assert (first.status_code, again.status_code) == (200, 200)
    assert http.get("https://pypi.org/simple/hello-there/").headers["X-PyPI-Last-Serial"] == serial


def test_other_bytes_under_the_same_name_are_refused(upload: Upload, make_wheel: Make) -> None:
    upload(make_wheel())
    other = make_wheel(body=b"x = 2\n")
    response = upload(other)
    digest = hashlib.blake2b(other.read_bytes(), digest_size=32).hexdigest()
    assert said(response) == (
        f"400 File already exists ('{other.name}', with blake2_256 hash '{digest}')."
        " See https://pypi.org/help/#file-name-reuse for more information."
    )
    assert response.reason_phrase == said(response).removeprefix("400 ")


def test_the_same_bytes_under_another_name_are_refused(upload: Upload, make_wheel: Make, tmp_path: Path) -> None:
    wheel = make_wheel()
    upload(wheel)
    twin = tmp_path / "hello_there-1.0-py2-none-any.whl"
    twin.write_bytes(wheel.read_bytes())
    assert "File already exists" in said(upload(twin))


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"protocol_version": "2"}, snapshot("400 Unknown protocol version.")),
        ({"filetype": "bdist_egg"}, snapshot("400 Invalid value for filetype. Error: Use a known file type.")),
        (
            {"metadata_version": "2.6"},
            snapshot(
                "400 '2.6' is not a valid metadata version. See https://packaging.python.org/specifications/core-metadata for more information."
            ),
        ),
        (
            {"classifiers": "Private :: Do Not Upload"},
            snapshot(
                "400 'Private :: Do Not Upload' is not a valid classifier. See https://packaging.python.org/specifications/core-metadata for more information."
            ),
        ),
        (
            {"description": "a `b", "description_content_type": None},
            snapshot(
                "400 The description failed to render in the default format of reStructuredText. See https://pypi.org/help/#description-content-type for more information."
            ),
        ),
        (
            {"sha256_digest": "0" * 64},
            snapshot("400 The digest supplied does not match a digest calculated from the uploaded file."),
        ),
        (
            {"version": "1.1"},
            snapshot("400 Version in filename should be '1.1' not '1.0'."),
        ),
        (
            {"license_file": "LICENSE"},
            snapshot(
                "400 License-File LICENSE does not exist in distribution file hello_there-1.0-py3-none-any.whl at hello_there-1.0.dist-info/licenses/LICENSE"
            ),
        ),
        ({"license_expression": "LicenseRef-Foo+"}, snapshot("500 Internal Server Error")),
    ],
)
def test_what_pypi_refuses_is_refused(
    upload: Upload, make_wheel: Make, fields: dict[str, Any], answer: str, http: httpx.Client
) -> None:
    assert said(upload(make_wheel(), **fields)) == answer
    assert http.get("https://pypi.org/simple/hello-there/").status_code == 404


def test_unknown_is_taken_for_nothing(upload: Upload, make_wheel: Make, http: httpx.Client) -> None:
    assert upload(make_wheel(), author="UNKNOWN").status_code == 200
    assert http.get("https://pypi.org/pypi/hello-there/json").json()["info"]["author"] is None


def test_a_release_has_one_sdist_and_closes_after_fourteen_days(
    upload: Upload, make_sdist: Make, make_wheel: Make, time: Any
) -> None:
    assert upload(make_sdist()).status_code == 200
    time.now += 14 * 86_400
    assert upload(make_wheel()).status_code == 200
    time.now += 1
    assert said(upload(make_wheel(tag="py2-none-any"))) == snapshot(
        "400 Uploading new files to releases older than 14 days is not allowed."
    )


def test_a_deleted_name_is_never_free_again(upload: Upload, make_wheel: Make, index: Rehearsal) -> None:
    wheel = make_wheel()
    upload(wheel)
    index.stores["pypi"].delete_file("hello-there", wheel.name)
    assert said(upload(wheel)) == snapshot(
        "400 This filename was previously used by a file that has since been deleted. Use a different version. See https://pypi.org/help/#file-name-reuse for more information."
    )


def test_no_archive_is_no_distribution(upload: Upload, make_wheel: Make) -> None:
    wheel = make_wheel()
    wheel.write_bytes(b"<html>not a wheel</html>")
    assert said(upload(wheel)) == snapshot("400 Invalid distribution file. File is not a zipfile")


def test_testpypi_is_another_index_with_its_own_help(upload: Upload, make_wheel: Make, http: httpx.Client) -> None:
    test = "https://test.pypi.org"
    assert "https://test.pypi.org/help/" in said(upload(make_wheel(), url=f"{test}/legacy/", token="no"))
    assert upload(make_wheel(), url=f"{test}/legacy/").status_code == 200
    assert http.get(f"{test}/simple/hello-there/").status_code == 200
    assert http.get("https://pypi.org/simple/hello-there/").status_code == 404


@pytest.mark.parametrize("status", ["archived", "quarantined"])
def test_a_closed_project_takes_no_files(upload: Upload, make_wheel: Make, index: Rehearsal, status: str) -> None:
    upload(make_wheel())
    index.stores["pypi"].set_status("hello-there", status)
    response = upload(make_wheel(version="1.1"))
    # A quarantined project is closed to publishers only.
    assert response.status_code == (403 if status == "archived" else 200)


def test_a_new_project_needs_a_name_that_is_free(upload: Upload, make_wheel: Make) -> None:
    upload(make_wheel())
    assert said(upload(make_wheel(name="he110_there"))) == snapshot(
        "400 The name 'he110-there' is too similar to an existing project. See https://pypi.org/help/#project-name for more information."
    )
    assert said(upload(make_wheel(name="xml"))) == snapshot(
        "400 The name 'xml' isn't allowed (conflict with Python Standard Library module name). See https://pypi.org/help/#project-name for more information."
    )


def test_nothing_stays_behind_of_what_was_refused(upload: Upload, make_wheel: Make, index: Rehearsal) -> None:
    upload(make_wheel(), filetype="nonsense")
    store = index.stores["pypi"]
    assert list(store.incoming.iterdir()) == []
    assert list(store.files.iterdir()) == []
