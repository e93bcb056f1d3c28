"""Markdown for GitHub's comments: links made whole, lines joined, nothing left open or too long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.render.comment_markdown import cut, unwrapped, with_whole_links

BASE = "https://github.com/acme/hello/blob/v1.2.0"

BASE = "https://github.com/acme/hello/blob/v1.2.0"


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("[a](docs/a.md)", f"[a]({BASE}/docs/a.md)"),
        ("![a](../img/a.png)", f"![a]({BASE}/img/a.png)"),
        ("[a](./a.md#b)", f"[a]({BASE}/docs/a.md#b)"),
        ("[a](#b)", "[a](#b)"),
        ("[a](/b)", "[a](/b)"),
        ("[a](https://example.org/b)", "[a](https://example.org/b)"),
        ("[a](mailto:a@example.org)", "[a](mailto:a@example.org)"),
        ("[a](../../outside)", "[a](../../outside)"),
        ("[![b](b.svg)](c.md)", f"[![b]({BASE}/docs/b.svg)]({BASE}/docs/c.md)"),
        ("`[a](a.md)`", "`[a](a.md)`"),
        ("[a]: a.md", f"[a]: {BASE}/docs/a.md"),
    ],
)
def test_links_are_made_whole(link: str, whole: str) -> None:
    folder = "docs" if "docs/a.md)" not in link else ""
    assert with_whole_links(link, BASE, folder) == whole


@given(st.text(alphabet="`#-* \nab"))
def test_to_join_lines_twice_is_to_join_them_once(text: str) -> None:
    assert unwrapped(unwrapped(text)) == unwrapped(text)


def test_what_is_short_is_not_cut() -> None:
    assert cut("a\nb", 3, "note") == "a\nb"
