"""An outcome in words for a terminal or a log: plain lines, no control character of anybody's."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pypublish.errors import PypublishError
from pypublish.findings import Finding, Outcome, Severity, by_file, in_reading_order
from pypublish.render.alike import told_once

NAME_WIDTH = 10
INDENT = " " * 5

BEFORE_THE_UPLOAD = frozenset({"validate", "build", "check", "stage", "prepare", "rehearse", "gates"})
"""Stages that end before anything has left the machine, which whoever reads that they failed wants to know."""

ROOMY = 60
"""Columns from which on there is room for labels in columns of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The signs at the beginning of lines."""

    ok: str
    warning: str
    failed: str
    advice: str
    """Before what is to be done about a finding."""


UNICODE = Marks(ok="✓", warning="!", failed="✗", advice="→")
ASCII = Marks(ok="+", warning="!", failed="x", advice=">")


def printable(text: str) -> str:
    """Return `text` with every control character spelled out, so that no name or output can steer a terminal."""
    return "".join(
        char if char == "\n" or (char.isprintable() and not _is_bidi(char)) else char.encode("unicode_escape").decode()
        for char in text.expandtabs(4)
    )


def _is_bidi(char: str) -> bool:
    return "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069"


def mark(outcome: Outcome[object], marks: Marks) -> str:
    """Return the sign for how a stage ended."""
    if not outcome.ok:
        return marks.failed
    found = outcome.all_findings
    if any((f.ignored is None and f.severity is Severity.WARNING) or f.defies for f in found):
        return marks.warning
    return marks.ok


def stage_line(outcome: Outcome[object], *, width: int, marks: Marks = UNICODE) -> str:
    """Return the one line that says how a stage ended, with its seconds at the right edge."""
    seconds = f"{outcome.seconds:.1f} s"
    head = f" {mark(outcome, marks)} {outcome.stage:<{NAME_WIDTH}} "
    summary = printable(outcome.summary).replace("\n", " ")
    room = width - len(head) - len(seconds) - 1
    if len(summary) > room >= NAME_WIDTH:
        return f"{head}{summary}  {seconds}"
    return f"{head}{summary:<{max(room, 0)}} {seconds}"


def stage_lines(outcome: Outcome[object], *, width: int, marks: Marks = UNICODE) -> list[str]:
    """Return the line that says how a stage ended, in several where a terminal has no room for one."""
    line = stage_line(outcome, width=width, marks=marks)
    if len(line) <= width:
        return [line]
    name = outcome.stage if width < ROOMY else f"{outcome.stage:<{NAME_WIDTH}}"
    head = f" {mark(outcome, marks)} {name} "
    indent = " " * (len(head) if width >= ROOMY else len(INDENT))
    words = " ".join(printable(outcome.summary).split())
    first, *rest = textwrap.wrap(f"{head}{words}", width, subsequent_indent=indent, break_on_hyphens=False) or [head]
    *most, last = first, *rest
    seconds = f"{outcome.seconds:.1f} s"
    if len(last) + len(seconds) < width:
        return [*most, f"{last:<{width - len(seconds) - 1}} {seconds}"]
    return [*most, last, seconds.rjust(width)]


def finding_lines(finding: Finding, *, width: int, marks: Marks = UNICODE) -> list[str]:
    """Return a finding: what is wrong and where, by whose word; then what to do."""
    label = "ignored" if finding.ignored is not None else finding.severity.value
    place = f"{printable(str(finding.where))}: " if str(finding.where) else ""
    what = f"{place}{finding.message} [{finding.check}]"
    if width >= ROOMY:
        head = f"{INDENT}{label:<{NAME_WIDTH - 1}}"
        lines = _wrapped(what, " " * len(head), width)
        lines[0] = head + lines[0].lstrip()
    else:
        head = INDENT
        lines = _wrapped(f"{label} {what}", head, width)
    for advice in _advice(finding):
        first, *rest = _wrapped(advice, " " * (len(head) + len(marks.advice) + 1), width)
        lines += [f"{' ' * len(head)}{marks.advice} {first.lstrip()}", *rest]
    return lines


def _advice(finding: Finding) -> list[str]:
    """Say what to do; of a waived finding, why it does not count and what comes of that."""
    if finding.ignored is None:
        return [finding.hint] if finding.hint else []
    answer = [f"PyPI is expected to answer: {finding.answer}"] if finding.defies else []
    return [f"not counted: {finding.ignored}", *answer]


def found_lines(
    findings: Iterable[Finding], *, width: int, marks: Marks = UNICODE
) -> Iterator[tuple[str, Finding | None]]:
    """Yield the lines of findings, file by file; with the first line of each comes the finding itself."""
    groups = by_file(told_once(findings))
    for number, group in enumerate(groups):
        for finding in group:
            first, *rest = finding_lines(finding, width=width, marks=marks)
            yield first, finding
            yield from ((line, None) for line in rest)
        if number < len(groups) - 1:
            yield "", None


def _wrapped(text: str, indent: str, width: int) -> list[str]:
    lines = []
    for line in printable(text).splitlines():
        words = line.lstrip()
        margin = indent + line[: len(line) - len(words)]
        wrapped = textwrap.wrap(words, max(width - len(margin), 20), break_long_words=False, break_on_hyphens=False)
        lines += [f"{margin}{part}".rstrip() for part in wrapped or [""]]
    return lines


def count(outcome: Outcome[object]) -> str:
    """Return how many findings there are of each kind, in words."""
    return _counted(finding for finding in outcome.all_findings if finding.ignored is None)


def _counted(findings: Iterable[Finding]) -> str:
    severities = [finding.severity for finding in findings]
    parts = []
    for severity in (Severity.ERROR, Severity.WARNING):
        number = severities.count(severity)
        if number:
            parts.append(f"{number} {severity.value}{'s' if number > 1 else ''}")
    return " and ".join(parts)


def verdict_lines(outcome: Outcome[object], *, width: int) -> list[str]:
    """Return what the end of a command says: whether it may go on, and what comes next."""
    if not outcome.ok:
        stops = [finding for finding in in_reading_order(outcome.all_findings) if finding.stops(strict=outcome.strict)]
        why = " (strict: warnings count)" if all(finding.severity is not Severity.ERROR for finding in stops) else ""
        unharmed = "; nothing was uploaded" if outcome.stage in BEFORE_THE_UPLOAD else ""
        stopped = f"Stopped by {_counted(stops)}{why}{unharmed}."
        more = f"pypublish explain {stops[0].check} says more about the first."
        return _lines((stopped, more, *defiance(outcome)), width)
    found = count(outcome)
    closing = outcome.closing or ((f"Fine, with {found}." if found else "Fine."),)
    return _lines((*closing, *defiance(outcome)), width)


def _lines(texts: Iterable[str], width: int) -> list[str]:
    return [line for text in texts for line in _wrapped(text, "", width) or [""]]


def defiance(outcome: Outcome[object]) -> list[str]:
    """Say aloud what is waived although PyPI is expected to refuse the upload over it."""
    checks = sorted({finding.check for finding in outcome.all_findings if finding.defies})
    return [f"PyPI is expected to refuse this release over what is waived: {', '.join(checks)}."] if checks else []


def error_lines(error: PypublishError, *, width: int) -> list[str]:
    """Return an error: what happened, and what to do."""
    first, *rest = str(error).splitlines() or [""]
    lines = [f"error: {printable(first)}"]
    lines += [printable(line) for line in rest]
    if error.hint:
        lines += _wrapped(error.hint, "  ", width)
    if error.url:
        lines.append(f"  {printable(error.url)}")
    return lines
