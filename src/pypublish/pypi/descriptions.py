"""Whether PyPI can render the long description of a release (row R1), and what it makes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from typing import Final

from pypublish.pypi.answers import Answer, refuse, with_help
from pypublish.pypi.metadata import Metadata
from pypublish.pypi.metadata_fields import content_type

_REPORT = re.compile(r"<string>:(?P<line>\d*): \(\w+/\d\) (?P<words>[^\n]*)")
"""How docutils reports a mistake."""

_HEADING = re.compile(r"<h(\d)\b.*?</h\1>|</?section[^>]*>", re.DOTALL)

_OURS: Final = {"_disable_config": True}
"""What the user has set for docutils does not hold on PyPI."""


def renders(metadata: Metadata) -> Answer | None:
    """R1: the description renders; only reStructuredText can fail to, and without a type it is taken for that."""
    written_as = metadata.texts.get("description-content-type", "")
    return judge(metadata.texts.get("description", ""), written_as)


def judge(description: str, written_as: str) -> Answer | None:
    """R1, for a description and its content type (empty where none was given)."""
    if not description or (written_as and content_type(written_as)[0] != "text/x-rst"):
        return None
    if _rendered(description)[0]:
        return None
    reason = (
        f"The description failed to render for '{written_as}'."
        if written_as
        else "The description failed to render in the default format of reStructuredText."
    )
    return refuse("R1", with_help(reason, "description-content-type"))


def complaint(description: str) -> tuple[int | None, str]:
    """Return the line, counted from 1, and the words of what keeps a description from rendering."""
    said = _rendered(description)[1]
    report = _REPORT.search(said)
    if report is None:
        return None, " ".join(said.split())
    line, words = report["line"], report["words"].strip()
    return int(line) if line else None, words


TARGET_PREFIX: Final = "user-content-"
"""What PyPI's renderer puts before the names of targets within a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """What the renderer makes of a description before PyPI takes out what it does not allow."""

    html: str
    headings_only: bool
    """Whether the links within the page have their prefix still to come: then they lead to headings alone."""


@lru_cache(maxsize=16)
def render_raw(description: str, written_as: str) -> Raw | None:
    """Render a description without cleaning and colouring it; None where it is plain text, or does not render."""
    kind = _kind(written_as)
    if kind == "text/x-rst":
        html, _ = _docutils(description)
        return Raw(html=html, headings_only=False) if html else None
    if kind != "text/markdown":
        return None
    from readme_renderer import markdown

    return Raw(html=markdown.variants["GFM"](description), headings_only=True)


@lru_cache(maxsize=16)
def render(description: str, written_as: str) -> str | None:
    """Return the HTML that PyPI shows of a description, by its own renderer, `readme-renderer` 46; None for none.

    PyPI goes by the type alone: every Markdown is GitHub's, and an unknown type is plain text.
    """
    from readme_renderer import clean, markdown, txt

    kind = _kind(written_as)
    if kind == "text/x-rst":
        html, _ = _docutils(description)
        return clean.clean(html) if html else None
    return markdown.render(description) if kind == "text/markdown" else txt.render(description)


def _kind(written_as: str) -> str:
    if not written_as:
        return "text/x-rst"
    try:
        return content_type(written_as)[0]
    except (ValueError, IndexError):  # PyPI's metadata rules object to it
        return "text/plain"


def _rendered(text: str) -> tuple[bool, str]:
    """Say whether anything comes of reStructuredText, and what docutils said.

    To the `readme-renderer` 45 that PyPI ran until September 2026, a lone heading was the title, and no content.
    """
    from readme_renderer.clean import clean

    html, said = _docutils(text)
    if html is None:
        return False, said
    if not _HEADING.sub("", html).strip() and not _docutils(text, titles=True)[0]:
        return False, said or "there is nothing in it but a title"
    return clean(html) is not None, said


@lru_cache(maxsize=16)
def _docutils(text: str, *, titles: bool = False) -> tuple[str | None, str]:
    """Let docutils write HTML as it does for PyPI, once what is asked for twice; return also what it said.

    None where it gave up. With `titles`, a lone heading becomes the title.
    """
    from docutils.core import publish_parts
    from docutils.utils import SystemMessage
    from docutils.writers.html5_polyglot import Writer
    from readme_renderer.rst import SETTINGS, ReadMeHTMLTranslator

    heard = StringIO()
    writer = Writer()
    writer.translator_class = ReadMeHTMLTranslator
    settings = SETTINGS | _OURS | ({"doctitle_xform": True, "sectsubtitle_xform": True} if titles else {})
    try:
        parts = publish_parts(text, writer=writer, settings_overrides=settings | {"warning_stream": heard})
    except SystemMessage:
        return None, heard.getvalue()
    return parts.get("docinfo", "") + parts.get("fragment", ""), heard.getvalue()
