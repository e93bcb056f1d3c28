"""What is in a rendered readme: its links, images, targets and blocks of code, in their order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

EMBEDDED = frozenset(
    {"audio", "canvas", "embed", "form", "iframe", "math", "object", "script", "style", "svg", "video"}
)
"""Elements whose loss a reader misses. Others that PyPI takes out, such as `<center>`, leave their content behind."""

_ESCAPED = re.compile(r"&lt;(?P<tag>iframe|script|style|textarea|title|xmp)\b[^<>]*>", re.IGNORECASE)
"""How the renderer leaves a tag that it turns into text: in code, the second bracket would be escaped as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One start tag with its attributes; an attribute without a value is empty."""

    tag: str
    attributes: Mapping[str, str]


@dataclass(slots=True)
class _Reader(HTMLParser):
    found: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.found.append(Element(tag=tag, attributes={name: value or "" for name, value in attrs}))


def elements(html: str) -> tuple[Element, ...]:
    """Return the elements of HTML in the order of their start tags."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(reader.found)


def turned_into_text(html: str) -> tuple[str, ...]:
    """Return the names of the tags that readers will see as text, each once."""
    return tuple(dict.fromkeys(found["tag"].lower() for found in _ESCAPED.finditer(html)))
