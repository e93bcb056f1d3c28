"""What the index shows: the Simple API in both forms, the JSON API, and the files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from inline_snapshot import snapshot

JSON = "application/vnd.pypi.simple.v1+json"
SIMPLE = "https://pypi.org/simple/hello-there/"
Upload = Callable[..., httpx.Response]
Make = Callable[..., Path]


@pytest.fixture
def published(upload: Upload, make_sdist: Make, make_wheel: Make) -> tuple[Path, Path]:
    files = make_wheel(), make_sdist()
    for file in files:
        assert upload(file).status_code == 200
    return files


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_simple_page_in_json(http: httpx.Client, published: tuple[Path, Path]) -> None:
    wheel, sdist = published
    response = http.get(SIMPLE, headers={"Accept": JSON})
    assert response.headers["Content-Type"] == JSON
    assert response.headers["Vary"] == "Accept, Accept-Encoding"
    assert response.headers["Cache-Control"] == "max-age=600, public"
    page = response.json()
    files = page.pop("files")
    assert page == snapshot(
        {
            "meta": {"_last-serial": 3, "api-version": "1.4"},
            "name": "hello-there",
            "project-status": {"status": "active"},
            "versions": ["1.0"],
        }
    )
    assert response.headers["X-PyPI-Last-Serial"] == "3"
    assert [file["filename"] for file in files] == [wheel.name, sdist.name]
    for file, path in zip(files, published, strict=True):
        assert file["hashes"] == {"sha256": sha256(path)}
        assert file["size"] == path.stat().st_size
        assert file["url"].startswith("https://files.pythonhosted.org/packages/")
        assert file["upload-time"] == "2027-01-15T08:00:00.000000Z"
        assert (file["requires-python"], file["yanked"], file["provenance"]) == (">=3.9", False, None)
    assert files[1]["core-metadata"] is False
    metadata = http.get(files[0]["url"] + ".metadata").content
    assert files[0]["core-metadata"] == {"sha256": hashlib.sha256(metadata).hexdigest()}
    assert metadata.startswith(b"Metadata-Version: 2.4\n")


@pytest.mark.parametrize("accept", [None, "text/html", "*/*", "application/vnd.pypi.simple.v1+html", "image/png"])
def test_the_simple_page_in_html(http: httpx.Client, published: tuple[Path, Path], accept: str | None) -> None:
    response = http.get(SIMPLE, headers={"Accept": accept} if accept else {})
    wheel = published[0]
    assert "html" in response.headers["Content-Type"]
    assert f'#sha256={sha256(wheel)}" data-requires-python="&gt;=3.9" data-dist-info-metadata="sha256=' in response.text
    assert '<meta name="pypi:repository-version" content="1.4">' in response.text
    assert response.text.endswith("<!--SERIAL 3-->")


def test_a_page_that_is_known_is_not_sent_again(http: httpx.Client, published: tuple[Path, Path]) -> None:
    first = http.get(SIMPLE, headers={"Accept": JSON})
    known = {"Accept": JSON, "If-None-Match": first.headers["ETag"]}
    again = http.get(SIMPLE, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert http.get(SIMPLE, headers={**known, "Accept": "text/html"}).status_code == 200


def test_pages_are_compressed_where_that_is_wanted(http: httpx.Client, published: tuple[Path, Path]) -> None:
    plain = http.get(SIMPLE, headers={"Accept": JSON, "Accept-Encoding": "identity"})
    packed = http.get(SIMPLE, headers={"Accept": JSON, "Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_head_says_what_get_would(http: httpx.Client, published: tuple[Path, Path]) -> None:
    head, got = http.head(SIMPLE, headers={"Accept": JSON}), http.get(SIMPLE, headers={"Accept": JSON})
    assert head.content == b""
    assert head.headers["X-PyPI-Last-Serial"] == got.headers["X-PyPI-Last-Serial"]
    assert head.headers["ETag"] == got.headers["ETag"]


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/simple/Hello_There/", "/simple/hello-there/"),
        ("/simple/hello-there", "/simple/hello-there/"),
        ("/simple", "/simple/"),
        ("/pypi/Hello.There/json", "/pypi/hello-there/json"),
        ("/pypi/Hello.There/1.0/json", "/pypi/hello-there/1.0/json"),
        ("/pypi/hello-there/json/", "/pypi/hello-there/json"),
    ],
)
def test_other_spellings_are_sent_to_the_right_one(
    http: httpx.Client, published: tuple[Path, Path], path: str, location: str
) -> None:
    response = http.get(f"https://pypi.org{path}")
    assert (response.status_code, response.headers["Location"]) == (301, location)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/simple/nothing/", "404 Not Found"),
        ("/pypi/nothing/json", '{"message": "Not Found"}'),
        ("/pypi/hello-there/9.9/json", '{"message": "Not Found"}'),
        ("/pypi/hello-there/nonsense/json", '{"message": "Not Found"}'),
        ("/integrity/hello-there/1.0/x.whl/provenance", '{"message": "No provenance available for x.whl"}'),
    ],
)
def test_what_is_not_there(http: httpx.Client, published: tuple[Path, Path], path: str, body: str) -> None:
    response = http.get(f"https://pypi.org{path}")
    assert (response.status_code, response.text) == (404, body)


def test_all_projects(http: httpx.Client, published: tuple[Path, Path]) -> None:
    page = http.get("https://pypi.org/simple/", headers={"Accept": JSON}).json()
    assert page["projects"] == [{"_last-serial": 3, "name": "hello-there"}]
    assert '<a href="/simple/hello-there/">hello-there</a>' in http.get("https://pypi.org/simple/").text


def test_the_json_api(http: httpx.Client, published: tuple[Path, Path]) -> None:
    project = http.get("https://pypi.org/pypi/hello-there/json")
    assert project.headers["Cache-Control"] == "max-age=900, public"
    body = project.json()
    assert (body["info"]["name"], body["info"]["version"], body["last_serial"]) == ("hello-there", "1.0", 3)
    assert {file["filename"] for file in body["releases"]["1.0"]} == {path.name for path in published}
    release = http.get("https://pypi.org/pypi/hello-there/1.0.0/json").json()
    assert "releases" not in release
    assert release["urls"] == body["urls"]
    digests = {file["filename"]: file["digests"]["sha256"] for file in release["urls"]}
    assert digests == {path.name: sha256(path) for path in published}


def test_the_newest_final_release_speaks_for_the_project(http: httpx.Client, upload: Upload, make_wheel: Make) -> None:
    for version in ("1.9", "1.10", "2.0rc1"):
        assert upload(make_wheel(version=version)).status_code == 200
    assert http.get("https://pypi.org/pypi/hello-there/json").json()["info"]["version"] == "1.10"
    versions = http.get(SIMPLE, headers={"Accept": JSON}).json()["versions"]
    assert versions == ["1.9", "1.10", "2.0rc1"]


def test_files_come_whole_or_in_ranges(http: httpx.Client, published: tuple[Path, Path]) -> None:
    wheel = published[0]
    (file, _) = http.get(SIMPLE, headers={"Accept": JSON}).json()["files"]
    whole = http.get(file["url"])
    assert whole.content == wheel.read_bytes()
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = http.get(file["url"], headers={"Range": "bytes=-10"})
    assert (part.status_code, part.content) == (206, wheel.read_bytes()[-10:])
    assert http.head(file["url"]).headers["Content-Length"] == str(wheel.stat().st_size)


@pytest.mark.parametrize(
    "path", ["packages/../secret", "packages/%2e%2e/%2e%2e/secret", "packages//etc/passwd", "ca.pem"]
)
def test_nothing_but_files_is_served(http: httpx.Client, published: tuple[Path, Path], path: str) -> None:
    assert http.get(f"https://files.pythonhosted.org/{path}").status_code == 404


def test_each_host_answers_its_own_only(http: httpx.Client, published: tuple[Path, Path]) -> None:
    (file, _) = http.get(SIMPLE, headers={"Accept": JSON}).json()["files"]
    path = httpx.URL(file["url"]).path
    assert http.get(f"https://pypi.org{path}").status_code == 404
    assert http.get("https://upload.pypi.org/simple/hello-there/").status_code == 404
    assert http.post("https://pypi.org/legacy/").status_code == 404


def test_a_quarantined_project_shows_no_files(http: httpx.Client, published: tuple[Path, Path], index: object) -> None:
    from pypublish.rehearsal.server import Rehearsal

    assert isinstance(index, Rehearsal)
    index.stores["pypi"].set_status("hello-there", "quarantined")
    page = http.get(SIMPLE, headers={"Accept": JSON}).json()
    assert (page["project-status"], page["files"]) == ({"status": "quarantined"}, [])
