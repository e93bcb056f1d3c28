"""The commands that the pages show, as a reader would type them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.docs.pages import Block, Page

PROGRAMS = ("pypublish", "uvx", "python3", "git", "gh", "twine", "pip", "uv", "sha256sum", ".ci/run")
"""What a line of a block begins with that is a command."""
OURS = ("pypublish ", "uvx pypublish-action ", "python3 bootstrap.py ", "git tag ", "git push ", "gh ")
"""What words in backticks begin with that are a command."""

_VARIABLES = r"(?:[A-Z_]+=(?:\$\([^)]*\)|\S+) )*"
_PROGRAM = re.compile(rf"{_VARIABLES}(?:{'|'.join(map(re.escape, PROGRAMS))})(?: |$)")


def commands(page: Page) -> Iterator[str]:
    """Return the commands of a page, without what stands behind them as a comment."""
    for block in page.blocks:
        yield from map(_without_comment, _lines(block))
    yield from (span for span in page.spans if span.startswith(OURS))


def _lines(block: Block) -> Iterator[str]:
    lines = block.text.splitlines()
    typed = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    if typed or block.language == "console":
        yield from typed
    elif block.language in {"sh", "bash", "shell"}:
        yield from filter(None, lines)
    elif not block.language:
        yield from (line for line in lines if _PROGRAM.match(line))


def _without_comment(line: str) -> str:
    return re.sub(r"\s+# .*", "", line).strip()
