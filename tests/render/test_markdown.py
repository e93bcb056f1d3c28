from __future__ import annotations

import html
import re

import comrak
from hypothesis import given
from hypothesis import strategies as st

from pypublish.render.markdown import block, code, escape, folded, link
from pypublish.render.text import printable

MARKUP = st.lists(
    st.sampled_from(
        [*"`*_[]()<>#|\\!~$&:;^=+\n\r\t -", "a", "http://x.y", "www.x.y", "a@b.cd", "<b>", "&lt;", "1.", "[^1]"]
    )
).map("".join)


def rendered(markdown: str) -> str:
    """Render as GitHub does, everything that GitHub understands switched on."""
    extensions = comrak.ExtensionOptions()
    for name in ("alerts", "autolink", "footnotes", "math_dollars", "shortcodes", "strikethrough", "table", "tasklist"):
        setattr(extensions, name, True)
    options = comrak.RenderOptions()
    options.unsafe_ = True
    return comrak.render_markdown(markdown, extension_options=extensions, render_options=options)


def tags_in(markup: str) -> set[str]:
    return set(re.findall(r"<(\w+)", markup))


def words_in(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())


@given(MARKUP | st.text())
def test_escaped_text_shows_just_its_characters(text: str) -> None:
    for before in ("", "x "):
        shown = rendered(before + escape(text))
        assert tags_in(shown) <= {"p"}
        assert words_in(shown) == " ".join((before + printable(text)).split())


@given(MARKUP | st.text())
def test_escaped_text_is_one_cell(text: str) -> None:
    shown = rendered(f"| a |\n| --- |\n| x {escape(text)} |")
    assert tags_in(shown) == {"table", "thead", "tbody", "tr", "th", "td"}
    assert shown.count("<td") == 1


@given(MARKUP)
def test_code_cannot_be_left(text: str) -> None:
    shown = rendered(f"| a |\n| --- |\n| {code(text)} |")
    assert tags_in(shown) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}
    assert shown.count("<td") == 1
    assert words_in(shown) == " ".join(["a", *printable(text).split()])


@given(MARKUP | st.text())
def test_the_title_of_a_fold_shows_just_its_characters(text: str) -> None:
    shown = rendered(folded(text, "below"))
    assert tags_in(shown) == {"details", "summary", "p"}
    assert words_in(shown) == " ".join([*printable(text).split(), "below"])


@given(st.text())
def test_a_link_leads_where_it_is_meant_to(text: str) -> None:
    shown = rendered(link(text or "x", "https://pypi.org/project", text, "1.0"))
    addresses = re.findall('href="([^"]*)"', shown)
    assert len(addresses) == 1
    assert addresses[0].startswith("https://pypi.org/project/")
    assert addresses[0].count("/") == 5


@given(MARKUP)
def test_a_block_cannot_be_left(text: str) -> None:
    assert tags_in(rendered(block(text))) <= {"pre", "code"}
