"""The console: how a release is shown to a person, on a terminal or in a pipe."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Mapping
from contextlib import nullcontext
from typing import TextIO

import click

from pypublish.edges.steps import Activity
from pypublish.errors import PypublishError, ToolError
from pypublish.findings import Outcome, Severity
from pypublish.gates import Log
from pypublish.live import LiveLine, columns_of, wants_live_line
from pypublish.render import text
from pypublish.render.live import FRAMES

KEPT_LINES = 40
"""How much of the tools' output is shown when a stage fails."""

WIDEST = 120
"""Columns of what is written; longer lines are hard to read."""

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


class Console:
    """Shows the stages as lines, the findings below them, and the verdict at the end; on a terminal, what goes on."""

    def __init__(self, stream: TextIO, environ: Mapping[str, str], *, verbose: bool) -> None:
        self._stream = stream
        self._verbose = verbose
        self._colour = _wants_colour(stream, environ)
        unicode = _can_print(stream, text.UNICODE.ok + FRAMES)
        self._marks = text.UNICODE if unicode else text.ASCII
        self._live = LiveLine(stream, unicode=unicode) if wants_live_line(stream, environ) else None
        self._output: deque[str] = deque(maxlen=KEPT_LINES)

    def foreign(self, line: str) -> None:
        """Keep a line of a tool's output for the case that it fails; with --verbose, show it."""
        self._output.append(line)
        if self._verbose:
            self._relay(line)

    def started(self, stage: str) -> None:
        """Begin a stage: its tools' output is its own."""
        self._output.clear()
        if self._live is not None:
            self._live.begin(stage)

    def doing(self, activity: Activity | None) -> None:
        """Show what is being done, on a terminal."""
        if self._live is not None:
            self._live.tell(activity)

    def done(self, outcome: Outcome[object]) -> None:
        """Show a stage's line and its findings."""
        if self._live is not None:
            self._live.done(outcome.stage)
        colour = "red" if not outcome.ok else None
        # A line of a log is one line, whatever its length: it is searched, not read on a screen.
        lines = text.stage_lines if columns_of(self._stream) is not None else _one_line
        for line in lines(outcome, width=self._width, marks=self._marks):
            self._print(line, colour)
        if self._verbose or not outcome.ok:
            for line in (line for shown in outcome.exhibits if isinstance(shown, Log) for line in shown.lines):
                self._relay(line)
        for line, finding in text.found_lines(outcome.findings, width=self._width, marks=self._marks):
            counts = finding is not None and (finding.ignored is None or finding.defies)
            self._print(line, COLOURS[finding.severity] if finding is not None and counts else None)

    def finish(self, outcome: Outcome[object]) -> None:
        """Show the verdict, and what to do next."""
        self.close()
        if not outcome.parts:
            self.done(outcome)
        self._print("")
        for line in text.verdict_lines(outcome, width=self._width):
            self._print(line, None if outcome.ok else "red")

    def error(self, error: PypublishError) -> None:
        """Show why pypublish could not do its job, the last of what a tool said included."""
        self.close()
        for line in text.error_lines(error, width=self._width):
            self._print(line, "red" if line.startswith("error") else None)
        said = error.output.splitlines()[-KEPT_LINES:] if isinstance(error, ToolError) else []
        for line in said:
            self._relay(line)

    def close(self) -> None:
        """Leave the terminal as it was, for whoever writes next."""
        if self._live is not None:
            self._live.end()

    @property
    def _width(self) -> int:
        return min(columns_of(self._stream) or shutil.get_terminal_size((100, 24)).columns, WIDEST)

    def _relay(self, line: str) -> None:
        self._print(f"     | {text.printable(line)}".rstrip(), dim=True)

    def _print(self, line: str, colour: str | None = None, *, dim: bool = False) -> None:
        encoding = self._stream.encoding or "utf-8"
        safe = line.encode(encoding, "backslashreplace").decode(encoding)
        styled = click.style(safe, fg=colour, dim=dim or None) if self._colour and (colour or dim) else safe
        with self._live.paused() if self._live is not None else nullcontext():
            click.echo(styled, file=self._stream, color=self._colour)


def _one_line(outcome: Outcome[object], *, width: int, marks: text.Marks) -> list[str]:
    return [text.stage_line(outcome, width=width, marks=marks)]


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
