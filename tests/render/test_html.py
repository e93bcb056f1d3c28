"""The preview page as HTML: everything of somebody else's is escaped, and every flaw has its number."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.checks.preview import preview_of
from pypublish.checks.readme_flaws import find
from pypublish.findings import Severity
from pypublish.listing import IndexFile
from pypublish.pypi.descriptions import render
from pypublish.pypi.metadata import Metadata, from_file
from pypublish.pypi.project_page import ListedFile
from pypublish.pypi.release_history import history_of
from pypublish.render.html import page
from pypublish.render.html_description import marked
from pypublish.render.html_style import policy
from tests.factories import metadata


def html(description: str = "# hello\n", *more: str, live: bool = False, **changes: str | None) -> str:
    fields = {field.replace("_", "-").title(): value for field, value in changes.items()}
    return page(preview_of(from_file(metadata(fields, *more, description=description).encode())), live=live)


def words(document: str) -> str:
    """Return what a reader reads of the page below its head."""
    body = document.partition("<body>")[2].partition("<script>")[0]
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"<[^>]*>", " ", re.sub(r"</(p|h\d|li|dd|section)>", "\n", body))).strip()


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


def test_what_a_reader_reads() -> None:
    text = html("See [this](docs/a.md).\n", "Project-URL: Source, https://example.org", Keywords="a,b")
    assert words(text) == snapshot("""\
Skip to the description
A preview by pypublish: what PyPI will show, in another look. Nothing is published.
hello  1.0.0
Says hello.
pip install hello
1 thing will not work on PyPI
readme, line 1: The link to &#x27;docs/a.md&#x27; is relative: on PyPI it leads nowhere.  Show  problem 1    Give an address that begins with https://, such as its page in the repository.
Project description
Project details
Release history
Project description
See  this   problem  1 .
Release history
1.0.0   not published yet, this version
Unverified details
Project links
Source
Meta
Licence:  MIT
Requires:  Python &gt;=3.8
Author:  Jo
Tags
a
b\
""")


def test_a_description_that_does_not_render_is_shown_with_the_reason() -> None:
    text = html("Hello\n====\n\n<b>", Description_Content_Type="text/x-rst")
    assert "PyPI refuses this release: its description does not render." in text
    assert "The readme, line 2: Title underline too short." in text
    assert "Hello\n====\n\n&lt;b&gt;</pre>" in text


def test_no_description() -> None:
    assert "PyPI will say that you have not given one." in html("")


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1.0rc1", "This is a pre-release: installers take it only where it is asked for. They take 0.9."),
        ("0.8", "A newer version is out: 0.9."),
        ("0.9", "This version is on PyPI already"),
        ("0.7", "This release is yanked: installers pass it over. The reason given: &lt;broken&gt;"),
    ],
)
def test_the_banner(version: str, said: str) -> None:
    files = [
        IndexFile(filename=f"hello-{number}.tar.gz", url="", sha256=None, yanked=yanked)
        for number, yanked in (("0.9", None), ("0.7", "<broken>"))
    ]
    meta = from_file(metadata(version=version).encode())
    assert said in page(preview_of(meta, history=history_of(files, version)), live=False)


def test_the_files() -> None:
    file = ListedFile(
        filename="hello-1.0.0-py3-none-any.whl",
        is_sdist=False,
        size=1234,
        sha256="a" * 64,
        blake2b_256="b" * 64,
        tags=("py3", "none", "any"),
    )
    text = words(page(preview_of(from_file(metadata().encode()), files=[file]), live=False))
    for said in ("hello-1.0.0-py3-none-any.whl", "1.2 kB", "py3, none, any", "a" * 64, "b" * 64, "not yet"):
        assert said in text


def test_flaws_are_numbered_and_linked_both_ways() -> None:
    tags = Tags(html("![a](a.png) [b](b.md) [![c](c.png)](https://example.org) ![d](data:image/png;base64,AA)\n"))
    ids = {str(attributes["id"]) for _, attributes in tags.seen if "id" in attributes}
    links = {str(attributes["href"])[1:] for attributes in tags.of("a") if str(attributes.get("href")).startswith("#")}
    assert links <= ids
    assert {f"pypublish-{kind}-{number}" for kind in ("flaw", "at") for number in (1, 2, 3, 4)} <= ids
    assert tags.of("img") == []
    assert not any("md" in str(attributes.get("href")) for attributes in tags.of("a"))


def test_an_image_by_http_is_not_loaded_and_is_no_flaw() -> None:
    text = html("![a](http://example.org/a.png)")
    assert Tags(text).of("img") == []
    assert "not shown here" in text
    assert "will not work" not in text


def test_an_image_without_a_scheme_comes_by_https_as_on_pypi() -> None:
    assert [attributes["src"] for attributes in Tags(html("![a](//example.org/a.png)")).of("img")] == [
        "https://example.org/a.png"
    ]


def test_what_is_not_marked_is_copied_as_it_is() -> None:
    rendered = render(
        "# a\n\n&amp; &lt; [b](https://example.org?a=1&b=2) ![c](https://example.org/c.png 't')\n\n- [ ] d",
        "text/markdown",
    )
    assert rendered is not None
    assert marked(rendered, ()) == (rendered, frozenset())


@pytest.mark.parametrize("live", [True, False])
def test_the_policy_lets_through_what_the_page_has_and_nothing_else(live: bool) -> None:
    tags = Tags(html(live=live))
    assert [attributes["content"] for attributes in tags.of("meta") if "http-equiv" in attributes] == [
        policy(live=live)
    ]
    assert "unsafe" not in policy(live=live)
    assert len(tags.of("style")) == 1
    assert len(tags.of("script")) == int(live)
    assert not any(name == "style" or name.startswith("on") for _, attributes in tags.seen for name in attributes)


FOREIGN = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "\"><img src=x onerror='alert(1)'>",
            "javascript:alert(1)",
            "](javascript:alert(1))",
            "</pre></style></title>",
            "\x1b[31m\u202e",
        ]
    ),
)


@given(FOREIGN, FOREIGN, FOREIGN, st.sampled_from(["text/markdown", "text/x-rst", "text/plain"]))
def test_nothing_foreign_becomes_markup_of_ours(one: str, other: str, text: str, written_as: str) -> None:
    meta = Metadata(
        texts={
            **dict.fromkeys(("name", "summary", "license", "keywords", "author", "author-email"), one),
            **dict.fromkeys(("version", "requires-python", "home-page"), other),
            "description": text,
            "description-content-type": written_as,
        },
        lists={"classifier": (one, f"{one} :: {other}"), "provides-extra": (other,)},
        urls={one: other},
    )
    tags = Tags(page(preview_of(meta, remarks=[(Severity.NOTE, one)]), live=False))
    assert len(tags.of("style")) == 1
    assert tags.of("script") == tags.of("iframe") == []
    for _, attributes in tags.seen:
        assert not any(name.startswith("on") for name in attributes)
        assert not str(attributes.get("href")).strip().lower().startswith("javascript:")


@given(st.text(alphabet="<>[]()!#/a\"'&;:` \n", max_size=40))
def test_whatever_is_marked_keeps_its_text(text: str) -> None:
    rendered = render(text, "text/markdown")
    if rendered is not None:
        flaws = find(text, "text/markdown", home=None, readme="")
        assert marked(rendered, flaws)[0].count("<p>") == rendered.count("<p>")
