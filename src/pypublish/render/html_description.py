"""A rendered readme with its flaws marked: what PyPI shows, and where it will not work."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser

from pypublish.checks.readme_flaws import Flaw, Kind, marks

_HAS_SOURCE = re.compile(r"https?:|(?![a-z][a-z0-9+.-]*:)", re.IGNORECASE)
"""The addresses that PyPI leaves in an image: of the web, and relative ones."""

PLAIN_HTTP = "not shown here: it comes by plain http, and PyPI fetches such images for its readers"


class _Marker(HTMLParser):
    """Copies HTML as it is, but for the elements that have a flaw."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        super().__init__(convert_charrefs=False)
        self._without_source = (
            number
            for number, flaw in enumerate(flaws, 1)
            if flaw.kind is Kind.IMAGE and not _HAS_SOURCE.match(flaw.target)
        )
        self._marks: Mapping[tuple[str, str], int] = marks(flaws)
        self.placed: set[int] = set()
        self._links: list[int | None] = []
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Copy a start tag, or what stands for it."""
        given = {name: value or "" for name, value in attrs}
        number = self._marks.get((tag, given.get({"a": "href", "img": "src", "pre": "lang"}.get(tag, ""), "")))
        if tag == "a":
            self._links.append(number)
        text = self.get_starttag_text() or ""
        if tag == "img":
            text = self._image(text, given, number)
        elif tag == "a" and number is not None:
            # Without its address: a click would lead as far as on PyPI, nowhere.
            text = '<a class="pp-broken">'
        elif tag == "pre" and number is not None:
            text = f"{self._sign(number)}{text}"
        self.parts.append(text)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Copy a tag that is its own end."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Copy an end tag; after a link that leads nowhere comes its number."""
        self.parts.append(f"</{tag}>")
        if tag == "a" and self._links and (number := self._links.pop()) is not None:
            self.parts.append(self._sign(number))

    def handle_data(self, data: str) -> None:
        """Copy text."""
        self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        """Copy a character by name."""
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Copy a character by number."""
        self.parts.append(f"&#{name};")

    def _image(self, text: str, given: Mapping[str, str], number: int | None) -> str:
        source = given.get("src", "")
        if number is None and not source:
            number = next(self._without_source, None)
        if number is None and not source.lower().startswith("http://"):
            # PyPI's page comes by https, and so does what has no scheme of its own.
            return text.replace('src="//', 'src="https://', 1)
        words = escape(given.get("alt", "").strip() or "an image without a description")
        if number is None:
            return f'<span class="pp-gap pp-elsewhere">{words} <small>({PLAIN_HTTP})</small></span>'
        return f'<span class="pp-gap">{words} {self._sign(number)}</span>'

    def _sign(self, number: int) -> str:
        where = "" if number in self.placed else f' id="pypublish-at-{number}"'
        self.placed.add(number)
        label = f'<span class="pp-unseen">problem </span>{number}'
        if any(open_link is None for open_link in self._links):  # a link in a link is none
            return f'<span class="pp-flaw"{where}>{label}</span>'
        return f'<a class="pp-flaw"{where} href="#pypublish-flaw-{number}">{label}</a>'


def marked(html: str, flaws: Sequence[Flaw]) -> tuple[str, frozenset[int]]:
    """Return the description with a number where each flaw is, and the numbers that have a place there."""
    marker = _Marker(flaws)
    marker.feed(html)
    marker.close()
    return "".join(marker.parts), frozenset(marker.placed)
