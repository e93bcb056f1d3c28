"""What PyPI's page of a project shows: links, people, classifiers, history."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.listing import IndexFile
from pypublish.pypi.metadata import from_file
from pypublish.pypi.project_links import is_verified
from pypublish.pypi.project_page import Person, page_of
from pypublish.pypi.release_history import PastRelease, history_of
from tests.factories import metadata

ACME = ("Acme", "hello")


@pytest.mark.parametrize(
    ("url", "verified"),
    [
        ("https://github.com/acme/hello", True),
        ("https://github.com/ACME/Hello/issues", True),
        ("https://github.com/acme/hello.git", True),
        ("https://acme.github.io/hello/guide", True),
        ("https://pypi.org/project/hello/", True),
        ("http://github.com/acme/hello", False),
        ("https://github.com/acme/hello-2", False),
        ("https://github.com/acme", False),
        ("https://acme.github.io/", False),
        ("https://hello.readthedocs.io", False),
        ("https://github.com.example/acme/hello", False),
        ("https://[broken", False),
    ],
)
def test_links_within_the_trusted_repository_are_verified(url: str, verified: bool) -> None:
    assert is_verified(url, name="hello", repository=ACME) is verified


def test_without_a_trusted_repository_only_the_projects_own_page_is() -> None:
    assert not is_verified("https://github.com/acme/hello", name="hello", repository=None)
    assert is_verified("https://pypi.org/project/hello", name="hello", repository=None)


def test_the_pages_of_an_owner_are_a_repository_of_that_name() -> None:
    assert is_verified("https://acme.github.io/blog", name="hello", repository=("acme", "acme.github.io"))


def test_the_links_come_in_pypis_order() -> None:
    meta = metadata(
        {"Home-Page": "https://a.example", "Download-URL": "https://c.example"}, "Project-URL: B, https://b"
    )
    assert [(link.label, link.url) for link in page_of(from_file(meta.encode())).links] == snapshot(
        [("Homepage", "https://a.example"), ("B", "https://b"), ("Download", "https://c.example")]
    )


@pytest.mark.parametrize(
    ("fields", "people"),
    [
        ({"Author": "Jo"}, [("Jo", "")]),
        ({"Author": "Jo", "Author-Email": "jo@example.org"}, [("Jo", "jo@example.org")]),
        ({"Author": None, "Author-Email": "Jo <jo@example.org>, b@example.org"}, [("Jo", "jo@example.org"), ("", "b@example.org")]),
        ({"Author": "Ada, Jo", "Author-Email": "Jo <jo@example.org>"}, [("Ada, Jo", ""), ("Jo", "jo@example.org")]),
        ({"Author": "UNKNOWN"}, []),
    ],
)  # fmt: skip
def test_the_people(fields: dict[str, str | None], people: list[tuple[str, str]]) -> None:
    found = page_of(from_file(metadata(fields).encode())).people
    assert found == tuple(Person(role="author", name=name, email=email) for name, email in people)


def test_a_page() -> None:
    shown = page_of(
        from_file(
            metadata(
                {"Keywords": "a, b c", "License-Expression": None, "License": "Long\n        licence"},
                *("Provides-Extra: x", "Classifier: B :: 2", "Classifier: A", "Classifier: B :: 1 :: 0"),
                version="2.0rc1",
            ).encode()
        )
    )
    assert (shown.install, shown.is_prerelease) == ("pip install hello==2.0rc1", True)
    assert (shown.keywords, shown.extras, shown.license) == (("a", "b c"), ("x",), "Long …")
    assert shown.classifiers == {"A": ("A",), "B": ("1 :: 0", "2")}


FILES = tuple(
    IndexFile(filename=name, url="", sha256=None, upload_time=time, yanked=yanked)
    for name, time, yanked in (
        ("hello-1.0.tar.gz", "2026-01-02T00:00:00Z", None),
        ("hello-1.0-py3-none-any.whl", "2026-01-01T00:00:00Z", None),
        ("hello-1.1.tar.gz", "2026-02-01T00:00:00Z", "broken"),
        ("hello-1.10rc1.tar.gz", "2026-03-01T00:00:00Z", None),
        ("hello.zip", "2026-03-01T00:00:00Z", None),
    )
)


def test_the_history() -> None:
    assert history_of(FILES, "1.2") == (
        PastRelease(version="1.10rc1", uploaded="2026-03-01T00:00:00Z", is_prerelease=True),
        PastRelease(version="1.2", is_this=True, is_published=False),
        PastRelease(version="1.1", uploaded="2026-02-01T00:00:00Z", yanked="broken"),
        PastRelease(version="1.0", uploaded="2026-01-01T00:00:00Z"),
    )
    assert history_of(FILES, "") == ()


def test_what_the_history_says_of_this_release() -> None:
    def of(version: str) -> tuple[bool, str | None, str]:
        shown = page_of(from_file(metadata(version=version).encode()), history=history_of(FILES, version))
        return shown.is_published, shown.yanked, shown.newest

    assert of("1.2") == (False, None, "")
    assert of("1.1") == (True, "broken", "1.0")
    assert of("1.0.0") == (True, None, "")
    assert of("0.9") == (False, None, "1.0")


@given(st.binary(max_size=200))
def test_whatever_metadata_say_there_is_a_page(content: bytes) -> None:
    page_of(from_file(b"Name: x\nAuthor-Email: " + content), repository=ACME)
