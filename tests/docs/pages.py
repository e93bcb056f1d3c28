"""The pages that users read, and what stands in them: blocks of code, words in backticks, links, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = re.compile(r"https://github\.com/org/pypublish-action/(?:blob|tree)/(?:HEAD|main)/")
"""Our own pages, as PyPI's readers get at them."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"(?m)^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL)
_SPAN = re.compile(r"(?<!`)(`{1,2})(?!`)(?P<code>[^`]+?)(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"\]\((?P<to>[^()\s]+)\)|^\[[^\]]+\]: (?P<reference>\S+)$", re.MULTILINE)
_HEADING = re.compile(r"(?m)^#+ (?P<title>.+?)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of code."""

    language: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page as Markdown; `path` is from the root of the repository."""

    path: str
    text: str

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of code, without their indentation."""
        found = _FENCE.finditer(_COMMENT.sub("", self.text))
        return tuple(
            Block(language=one["language"], text=re.sub(rf"(?m)^{one['indent']}", "", one["text"])) for one in found
        )

    @cached_property
    def prose(self) -> str:
        """The page without its blocks and comments."""
        return _FENCE.sub("", _COMMENT.sub("", self.text))

    @cached_property
    def spans(self) -> tuple[str, ...]:
        """What stands in backticks, each on one line."""
        return tuple(" ".join(one["code"].split()) for one in _SPAN.finditer(self.prose))

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Where the links lead to; our own pages as paths from the root, with a slash before them."""
        text = _SPAN.sub("", self.prose)
        return tuple(HOME.sub("/", one["to"] or one["reference"]) for one in _LINK.finditer(text))

    @cached_property
    def anchors(self) -> frozenset[str]:
        """What GitHub lets the headings be called by."""
        titles = (one["title"].lower() for one in _HEADING.finditer(self.prose))
        return frozenset(re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles)


def _paths() -> Iterator[Path]:
    yield from (ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"))
    yield ROOT / "examples" / "README.md"
    yield from sorted((ROOT / "docs").glob("*.md"))


@cache
def pages() -> tuple[Page, ...]:
    """Return every page of the repository that is for users."""
    return tuple(Page(path=path.relative_to(ROOT).as_posix(), text=path.read_text("utf-8")) for path in _paths())


def page(path: str) -> Page:
    """Return one of them."""
    return next(one for one in pages() if one.path == path)
