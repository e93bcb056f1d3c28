"""What of a readme will not work on PyPI: judged by what PyPI's own renderer makes of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from math import inf
from urllib.parse import unquote

from pypublish.checks.readme_addresses import meant_address, raw_address, split
from pypublish.checks.readme_elements import EMBEDDED, elements, turned_into_text
from pypublish.checks.readme_home import Home, home_of
from pypublish.pypi.descriptions import TARGET_PREFIX, Raw, render_raw
from pypublish.pypi.metadata import Metadata

SCHEMES = frozenset({"http", "https", "mailto"})
"""Addresses that PyPI leaves in a description."""

GO_TO_THE_TOP = frozenset({"", "#", "#top"})
"""What every browser takes for the beginning of the page."""

FOOTNOTES = ("fn-", "fnref-")
"""How the names of footnotes begin, which the renderer leaves as they are."""

DIAGRAMS = frozenset({"geojson", "math", "mermaid", "stl", "topojson"})
"""Blocks of code that GitHub draws."""


class Kind(StrEnum):
    """In what way something does not work."""

    LINK = "link"
    IMAGE = "image"
    ANCHOR = "anchor"
    LEFT_OUT = "left out"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that readers on PyPI will stumble over."""

    kind: Kind
    target: str
    """The address as the page has it, or the name of the tag or language."""
    message: str
    hint: str
    line: int | None
    """The first line of the description that has it, counted from 1; None where that cannot be told."""


def flaws_of(metadata: Metadata, *, readme: str = "") -> tuple[Flaw, ...]:
    """Return what will not work of a description, each thing once, by the lines of the text.

    `readme` is the description's file, seen from the project, where that is known: relative addresses begin there.
    """
    urls = (*metadata.urls.items(), ("homepage", metadata.texts.get("home-page", "")))
    return find(
        metadata.texts.get("description", ""),
        metadata.texts.get("description-content-type", ""),
        home=home_of((label, url) for label, url in urls),
        readme=readme,
    )


@lru_cache(maxsize=16)
def find(description: str, written_as: str, *, home: Home | None, readme: str) -> tuple[Flaw, ...]:
    """Return the flaws of a description; one that does not render at all has none, since that is said elsewhere."""
    raw = render_raw(description, written_as) if description.strip() else None
    if raw is None:
        return ()
    once: dict[tuple[Kind, str], Flaw] = {}
    for flaw in _Search(raw, description, home, readme).flaws():
        once.setdefault((flaw.kind, flaw.target), flaw)
    return tuple(sorted(once.values(), key=lambda flaw: inf if flaw.line is None else flaw.line))


class _Search:
    """The search through one description."""

    def __init__(self, raw: Raw, description: str, home: Home | None, readme: str) -> None:
        self._raw, self._home, self._readme = raw, home, readme
        self._text = description
        # The links in it are for what their titles say, and lead nowhere on GitHub either.
        self._thanks = "ALL-CONTRIBUTORS-LIST:START" in description
        self._elements = elements(raw.html)
        self._targets = frozenset(element.attributes.get("id", "") for element in self._elements)

    def flaws(self) -> Iterator[Flaw]:
        """Yield each flaw as often as it is there."""
        for element in self._elements:
            if element.tag == "a" and not (self._thanks and "title" in element.attributes):
                yield from self._of_link(element.attributes.get("href", ""))
            elif element.tag == "img":
                yield from self._of_image(element.attributes.get("src", ""))
            elif element.tag == "code":
                language = element.attributes.get("class", "").removeprefix("language-").lower()
                if language in DIAGRAMS:
                    yield self._drawn_by_github(language)
        yield from self._left_out()

    def _of_link(self, address: str) -> Iterator[Flaw]:
        parts = split(address)
        if parts is None or parts.scheme or parts.netloc or address in GO_TO_THE_TOP:
            return
        if address.startswith("#"):
            yield from self._of_anchor(address)
            return
        yield Flaw(
            kind=Kind.LINK,
            target=address,
            message=f"the link to {unquote(address)!r} is relative: on PyPI it leads nowhere",
            hint=self._advice(address, image=False),
            line=self._line(address),
        )

    def _of_anchor(self, address: str) -> Iterator[Flaw]:
        name = address.removeprefix("#")
        if self._raw.headings_only and not name.startswith(FOOTNOTES):
            name = f"{TARGET_PREFIX}{name}"
        if self._targets & {name, unquote(name)}:
            return
        written = unquote(name).removeprefix(TARGET_PREFIX)
        yield Flaw(
            kind=Kind.ANCHOR,
            target=f"#{name}",
            message=f"the link to '#{written}' leads nowhere on PyPI: its page has no such target",
            hint=self._advice_on_target(written),
            line=self._line(f"#{written}", address),
        )

    def _advice_on_target(self, written: str) -> str:
        known = sorted(one.removeprefix(TARGET_PREFIX) for one in self._targets if one.startswith(TARGET_PREFIX))
        if not self._raw.headings_only:
            return "Refer to the heading by its words, as `Getting started`_: PyPI renames such references with it."
        near = get_close_matches(written.lower(), known, n=1, cutoff=0.7)
        if near:
            return f"The nearest that is there is #{near[0]}."
        return (
            "Link to a heading: its words in lower case, with hyphens for blanks. PyPI finds no other target, such as"
            f' <a id="{written}">.'
        )

    def _of_image(self, address: str) -> Iterator[Flaw]:
        parts = split(address)
        if parts is None or not address:
            return
        if not parts.scheme and not parts.netloc:
            message = f"the image {unquote(address)!r} has a relative address: PyPI will not show it"
            hint = self._advice(address, image=True)
        elif (raw := raw_address(parts)) is not None:
            message = f"the image {address!r} is the address of a page about it: PyPI will not show it"
            hint = f"Give the address of the file itself: {raw}."
        else:
            return
        yield Flaw(kind=Kind.IMAGE, target=address, message=message, hint=hint, line=self._line(address))

    def _drawn_by_github(self, language: str) -> Flaw:
        return Flaw(
            kind=Kind.SOURCE,
            target=language,
            message=f"PyPI shows the source of the {language} block, where GitHub draws it",
            hint="Where readers need the drawing, put an image of it there, by its https address.",
            line=self._line(f"```{language}", f"~~~{language}", f"``` {language}", f":: {language}"),
        )

    def _left_out(self) -> Iterator[Flaw]:
        for element in self._elements:
            address = element.attributes.get("src" if element.tag == "img" else "href", "")
            parts = split(address)
            if element.tag in EMBEDDED:
                yield self._not_shown(element.tag)
            elif element.tag not in {"a", "img"} or parts is None or not parts.scheme:
                continue
            elif parts.scheme.lower() not in SCHEMES:
                yield self._scheme_is_not_allowed(element.tag, address, parts.scheme)
        for tag in turned_into_text(self._raw.html):
            yield Flaw(
                kind=Kind.LEFT_OUT,
                target=tag,
                message=f"PyPI shows the tag <{tag}> as text",
                hint="Take it out, or link to what it would show.",
                line=self._line(f"<{tag}"),
            )

    def _not_shown(self, tag: str) -> Flaw:
        return Flaw(
            kind=Kind.LEFT_OUT,
            target=tag,
            message=f"PyPI leaves out <{tag}>",
            hint="Link to it instead; an image may stand for it.",
            line=self._line(f"<{tag}"),
        )

    def _scheme_is_not_allowed(self, tag: str, address: str, scheme: str) -> Flaw:
        image = tag == "img"
        what = "image" if image else "link"
        shown = address if len(address) <= 60 else f"{address[:60]}…"  # noqa: PLR2004 - a line's worth
        return Flaw(
            kind=Kind.IMAGE if image else Kind.LINK,
            target=address,
            message=f"PyPI takes {scheme}: addresses out, so the {what} {shown!r} does not work",
            hint="Give an https address.",
            line=self._line(address),
        )

    def _advice(self, address: str, *, image: bool) -> str:
        if meant := meant_address(address):
            return f"Write {meant}."
        found = self._home.address(address, readme=self._readme, image=image) if self._home is not None else None
        if found is not None:
            return f"Write {found}."
        place = "the file's raw address" if image else "its page in the repository"
        return f"Give an address that begins with https://, such as {place}."

    def _line(self, *written: str) -> int | None:
        """Return the first line that has the address, in one of these spellings and not as a part of a longer one."""
        spellings = dict.fromkeys((*written, *map(unquote, written)))
        for words in spellings:
            whole = re.compile(re.escape(words) + r"(?![\w/.%-])", re.IGNORECASE)
            if (found := whole.search(self._text)) is not None:
                return self._text.count("\n", 0, found.start()) + 1
        return None


def of_kind(flaws: Iterable[Flaw], kinds: Collection[Kind]) -> tuple[Flaw, ...]:
    """Return the flaws of some kinds."""
    return tuple(flaw for flaw in flaws if flaw.kind in kinds)


def marks(flaws: Iterable[Flaw]) -> Mapping[tuple[str, str], int]:
    """Return the number, from 1, of the flaw that an element has: by its tag, and its address or language."""
    tags = {Kind.LINK: "a", Kind.ANCHOR: "a", Kind.IMAGE: "img", Kind.SOURCE: "pre"}
    return {(tags[flaw.kind], flaw.target): number for number, flaw in enumerate(flaws, 1) if flaw.kind in tags}
