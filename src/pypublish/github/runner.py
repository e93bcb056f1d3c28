"""The surface that shows a release on a GitHub runner: folded log, annotations, outputs, job summary."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Mapping
from typing import TextIO

from pypublish.edges.steps import Activity
from pypublish.errors import PypublishError
from pypublish.findings import Outcome, Severity
from pypublish.gates import Log
from pypublish.github import commands, context, files
from pypublish.render import summary, text
from pypublish.render.annotations import Annotation, annotate

LOG_WIDTH = 120

_ID_TOKEN_IN_REACH = Annotation(
    level="warning",
    title="id-token-in-reach",
    message=(
        "This job holds `id-token: write`, so whatever it builds or runs could publish in this project's name.\n"
        "Give it to the job of the publishing action alone, and let that job run nothing else."
    ),
)


class Runner:
    """Shows stages on the runner; `foreign` may be called from any thread, the others from one at a time."""

    def __init__(self, environ: Mapping[str, str], log: TextIO | None = None) -> None:
        """Show on `log`, the step's output, what happens to the project that PYPUBLISH_PATH names."""
        self._run = context.read(environ)
        self._project = environ.get("PYPUBLISH_PATH") or "."
        self._log = _as_the_runner_reads(log or sys.stdout)
        self._lock = threading.Lock()
        self._fence_end: str | None = None
        self._folded = False

    def foreign(self, line: str) -> None:
        """Show a line that somebody else's program printed; whatever it says, the runner does not obey."""
        with self._lock:
            if self._fence_end is None:
                begin, self._fence_end = commands.open_fence()
                self._write(begin)
            self._write(*commands.plain(line))

    def started(self, stage: str) -> None:
        """Fold what follows under the name of the stage."""
        self._unfold()  # the runner knows no group within a group
        self._folded = True
        self._say(commands.command("group", stage))

    def doing(self, activity: Activity | None) -> None:
        """Show nothing: a log keeps what is written, and the next moment it would be old."""

    def close(self) -> None:
        """End fence and fold: within a fence the runner hears nothing, not even the error that ends the command."""
        self._unfold()
        self._say()

    def done(self, outcome: Outcome[object]) -> None:
        """Unfold, and say how the stage ended and what it noted; what has to change is annotated at the end."""
        for line in (line for shown in outcome.exhibits if isinstance(shown, Log) for line in shown.lines):
            self.foreign(line)
        self._unfold()
        self._tell(text.stage_line(outcome, width=LOG_WIDTH))
        told = [one for one in outcome.findings if one.severity is Severity.NOTE or one.ignored is not None]
        self._tell(*(line for line, _ in text.found_lines(told, width=LOG_WIDTH)))

    def finish(self, outcome: Outcome[object]) -> None:
        """Annotate what has to change, say what came of it, write the summary and the outputs."""
        if not outcome.parts:
            self.done(outcome)
        self._unfold()
        found = annotate(outcome.all_findings, strict=outcome.strict, project=self._project)
        self._say(*(commands.annotation(annotation) for annotation in found.shown))
        for annotation in found.beyond:
            self._tell(f"{annotation.level}: {annotation.title}: {annotation.message}")
        if self._run.holds_id_token:
            self._say(commands.annotation(_ID_TOKEN_IN_REACH))
        self._tell(*text.verdict_lines(outcome, width=LOG_WIDTH))
        if self._run.summary is not None:
            files.write_summary(self._run.summary, summary.as_markdown(outcome, repository=self._run.repository_url))
        # A release that must not go on leaves nothing that a later job could go on with.
        if self._run.outputs is not None and outcome.ok:
            files.write_outputs(self._run.outputs, outcome.outputs)

    def error(self, error: PypublishError) -> None:
        """Say that pypublish could not do its job, and what to do about it."""
        self._unfold()
        message = "\n".join(filter(None, (str(error), error.hint, error.url)))
        self._say(commands.annotation(Annotation(level="error", title="pypublish", message=message)))
        if self._run.summary is not None:
            files.write_summary(self._run.summary, summary.error_as_markdown(error))

    def _unfold(self) -> None:
        if self._folded:
            self._folded = False
            self._say(commands.command("endgroup"))

    def _tell(self, *words: str) -> None:
        self._say(*(line for word in words for line in commands.plain(word)))

    def _say(self, *lines: str) -> None:
        with self._lock:
            if self._fence_end is not None:
                self._write(self._fence_end)
                self._fence_end = None
            self._write(*lines)

    def _write(self, *lines: str) -> None:
        for line in lines:
            self._log.write(f"{line}\n")
        self._log.flush()


def _as_the_runner_reads(log: TextIO) -> TextIO:
    # A pipe on Windows would get the code page's bytes; the runner reads UTF-8 everywhere.
    if isinstance(log, io.TextIOWrapper):
        log.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    return log
