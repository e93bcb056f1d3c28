"""The surface for people, where nothing is drawn: what a log gets."""

from __future__ import annotations

import io

import pytest

from pypublish.console import Console
from pypublish.errors import ToolError
from pypublish.findings import Outcome


@pytest.mark.parametrize("line", ["INFO     taken   ", "", "   "])
def test_no_line_of_a_tool_ends_in_blanks(line: str) -> None:
    stream = io.StringIO()
    console = Console(stream, {}, verbose=True)
    console.started("publish")
    console.foreign(line)
    console.done(Outcome(stage="publish", summary="done"))
    console.error(ToolError("twine failed", output=f"first\n{line}\nlast"))
    shown = [found for found in stream.getvalue().splitlines() if found.startswith("     |")]
    relayed = f"     | {line}".rstrip()
    assert shown == [relayed, "     | first", relayed, "     | last"]
