"""An outcome in words for a terminal or a log: plain lines, no control character of anybody's."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pypublish.errors import PypublishError
from pypublish.findings import Finding, Outcome, Severity, by_file, in_reading_order

NAME_WIDTH = 10
INDENT = " " * 5


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


def finding_lines(finding: Finding, *, width: int, marks: Marks = UNICODE) -> list[str]:
    """Return a finding: what is wrong and where, by whose word; then what to do."""
    label = "ignored" if finding.ignored is not None else finding.severity.value
    place = f"{printable(str(finding.where))}: " if str(finding.where) else ""
    head = f"{INDENT}{label:<{NAME_WIDTH - 1}}"
    what = f"{place}{finding.message} [{finding.check}]"
    lines = _wrapped(what, " " * len(head), width)
    lines[0] = head + lines[0].lstrip()
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
    groups = by_file(findings)
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
        wrapped = textwrap.wrap(line, max(width - len(indent), 30), break_long_words=False, break_on_hyphens=False)
        lines += [f"{indent}{part}" for part in wrapped or [""]]
    return lines


def outcome_lines(outcome: Outcome[object], *, width: int, marks: Marks = UNICODE) -> list[str]:
    """Return a stage's line and its own findings below it, file by file."""
    found = found_lines(outcome.findings, width=width, marks=marks)
    return [stage_line(outcome, width=width, marks=marks), *(line for line, _ in found)]


def count(outcome: Outcome[object]) -> str:
    """Return how many findings there are of each kind, in words."""
    counted = [finding for finding in outcome.all_findings if finding.ignored is None]
    parts = []
    for severity in (Severity.ERROR, Severity.WARNING):
        number = sum(finding.severity is severity for finding in counted)
        if number:
            parts.append(f"{number} {severity.value}{'s' if number > 1 else ''}")
    return " and ".join(parts)


def verdict_lines(outcome: Outcome[object], *, width: int) -> list[str]:
    """Return what the end of a command says: whether it may go on, and what comes next."""
    found = count(outcome)
    if not outcome.ok:
        only_strict = not any(f.severity is Severity.ERROR and f.ignored is None for f in outcome.all_findings)
        why = " (strict: warnings count)" if only_strict else ""
        first = next(f.check for f in in_reading_order(outcome.all_findings))
        return [
            f"Stopped by {found}{why}. pypublish explain {first} says more about the first.",
            *_lines(defiance(outcome), width),
        ]
    closing = outcome.closing or ((f"Fine, with {found}." if found else "Fine."),)
    return _lines((*closing, *defiance(outcome)), width)


def _lines(texts: Iterable[str], width: int) -> list[str]:
    return [line for text in texts for line in _wrapped(text, "", width)]


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
