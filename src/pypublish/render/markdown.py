"""Markdown as GitHub shows it, of texts that may be anybody's: none can become markup, leave its place or link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape as escape_html
from urllib.parse import quote

from pypublish.render.text import printable

_MARKUP = re.compile(r"[\\`*_\[\]#|~$@&^]|:(?=\S)|(?<=www)\.|^[-+>]", re.IGNORECASE)
_NUMBER_OF_A_LIST = re.compile(r"^(\d+)([.)])(?=\s|$)")
_BACKTICKS = re.compile(r"`+")


def escape(text: str) -> str:
    """Return `text` as Markdown that shows just these characters: no markup, no link, no HTML, on one line."""
    line = _MARKUP.sub(r"\\\g<0>", " ".join(printable(text).split())).replace("<", "&lt;")
    return _NUMBER_OF_A_LIST.sub(r"\1\\\2", line)


def code(text: str) -> str:
    """Return `text` in a code span that it cannot end, fit for a cell of a table."""
    line = " ".join(printable(text).split())
    if not line or "|" in line:  # a table takes a bar for its own, even within a code span
        return escape(line)
    ticks = "`" * (1 + max(map(len, _BACKTICKS.findall(line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def block(text: str) -> str:
    """Return `text` in a code block that it cannot end."""
    shown = printable(text).strip("\n")
    ticks = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(shown)), default=0))
    return f"{ticks}text\n{shown}\n{ticks}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of cells that are Markdown already."""
    head = tuple(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def unbroken(text: str) -> str:
    """Return a few words of ours that a narrow column does not break."""
    return text.replace(" ", "&nbsp;")


def html(text: str) -> str:
    """Return `text` as HTML that shows just these characters, on one line."""
    return escape_html(" ".join(printable(text).split()))


def link(text: str, *parts: str) -> str:
    """Return a link: the first of `parts` is an address of ours, the others are added to it as segments of its path."""
    base, *segments = parts
    return f"[{escape(text)}]({'/'.join([base, *(quote(segment, safe='') for segment in segments)])})"


def folded(title: str, markdown: str) -> str:
    """Return a section that shows its title, plain text, and the rest when it is opened."""
    return f"<details><summary>{html(title)}</summary>\n\n{markdown}\n\n</details>"
