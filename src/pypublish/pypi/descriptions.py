"""Whether PyPI can render the long description of a release (row R1)."""

from __future__ import annotations

import re
from functools import lru_cache
from io import StringIO
from typing import Final

from pypublish.pypi.answers import Answer, refuse, with_help
from pypublish.pypi.metadata import Metadata
from pypublish.pypi.metadata_fields import content_type

_REPORT = re.compile(r"<string>:(?P<line>\d*): \(\w+/\d\) (?P<words>[^\n]*)")
"""How docutils reports a mistake."""

_OURS: Final = {
    "doctitle_xform": True,
    "sectsubtitle_xform": True,
    "initial_header_level": 2,
    "_disable_config": True,  # what the user has set for docutils does not hold on PyPI
}


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


@lru_cache(maxsize=16)
def _rendered(text: str) -> tuple[bool, str]:
    """Render once what is asked for twice; say whether anything came of it, and what docutils said.

    As the `readme-renderer` 45 that PyPI runs: a lone heading becomes the title, and is no content.
    """
    from docutils.core import publish_parts
    from docutils.utils import SystemMessage
    from docutils.writers.html5_polyglot import Writer
    from readme_renderer.clean import clean
    from readme_renderer.rst import SETTINGS, ReadMeHTMLTranslator

    heard = StringIO()
    writer = Writer()
    writer.translator_class = ReadMeHTMLTranslator
    try:
        parts = publish_parts(text, writer=writer, settings_overrides=SETTINGS | _OURS | {"warning_stream": heard})
    except SystemMessage:
        return False, heard.getvalue()
    html = parts.get("docinfo", "") + parts.get("fragment", "")
    if not html:
        return False, heard.getvalue() or "there is nothing in it but a title"
    return clean(html) is not None, heard.getvalue()
