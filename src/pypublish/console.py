"""The console: how a release is shown to a person, on a terminal or in a pipe."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Mapping
from typing import TextIO

import click

from pypublish.errors import PypublishError, ToolError
from pypublish.findings import Outcome, Severity
from pypublish.render import text

KEPT_LINES = 40
"""How much of the tools' output is shown when a stage fails."""

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


class Console:
    """Shows the stages as lines, the findings below them, and the verdict at the end."""

    def __init__(self, stream: TextIO, environ: Mapping[str, str], *, verbose: bool) -> None:
        self._stream = stream
        self._verbose = verbose
        self._colour = _wants_colour(stream, environ)
        self._width = min(shutil.get_terminal_size((100, 24)).columns, 120)
        self._marks = text.UNICODE if _can_print(stream, text.UNICODE.ok) else text.ASCII
        self._output: deque[str] = deque(maxlen=KEPT_LINES)

    def foreign(self, line: str) -> None:
        """Keep a line of a tool's output for the case that it fails; with --verbose, show it."""
        self._output.append(line)
        if self._verbose:
            self._print(f"     | {text.printable(line)}", dim=True)

    def started(self, stage: str) -> None:
        """Begin a stage: its tools' output is its own."""
        _ = stage
        self._output.clear()

    def done(self, outcome: Outcome[object]) -> None:
        """Show a stage's line and its findings."""
        colour = "red" if not outcome.ok else None
        self._print(text.stage_line(outcome, width=self._width, marks=self._marks), colour)
        for line, finding in text.found_lines(outcome.findings, width=self._width, marks=self._marks):
            counts = finding is not None and (finding.ignored is None or finding.defies)
            self._print(line, COLOURS[finding.severity] if finding is not None and counts else None)

    def finish(self, outcome: Outcome[object]) -> None:
        """Show the verdict, and what to do next."""
        if not outcome.parts:
            self.done(outcome)
        self._print("")
        for line in text.verdict_lines(outcome, width=self._width):
            self._print(line, None if outcome.ok else "red")

    def error(self, error: PypublishError) -> None:
        """Show why pypublish could not do its job, the last of what a tool said included."""
        for line in text.error_lines(error, width=self._width):
            self._print(line, "red" if line.startswith("error") else None)
        said = error.output.splitlines()[-KEPT_LINES:] if isinstance(error, ToolError) else []
        for line in said:
            self._print(f"     | {text.printable(line)}", dim=True)

    def _print(self, line: str, colour: str | None = None, *, dim: bool = False) -> None:
        encoding = self._stream.encoding or "utf-8"
        safe = line.encode(encoding, "backslashreplace").decode(encoding)
        styled = click.style(safe, fg=colour, dim=dim or None) if self._colour and (colour or dim) else safe
        click.echo(styled, file=self._stream, color=self._colour)


def _wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    if environ.get("NO_COLOR"):
        return False
    return bool(environ.get("FORCE_COLOR")) or (stream.isatty() and environ.get("TERM") != "dumb")


def _can_print(stream: TextIO, sign: str) -> bool:
    try:
        sign.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
