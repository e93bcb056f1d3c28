"""What was found, as tables of Markdown: file by file, notes and waived findings folded."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pypublish.findings import Finding, Location, Severity, by_file
from pypublish.render.alike import told_once
from pypublish.render.markdown import code, escape, folded, table, unbroken
from pypublish.sizes import plural

_SIGNS = {Severity.ERROR: "❌ error", Severity.WARNING: "⚠️ warning", Severity.NOTE: "💬 note"}

MOST = 300
"""Findings that a summary shows; the log has them all."""


def findings_section(found: Iterable[Finding]) -> str:
    """Return what was found: what weighs something at once, notes and what is waived when they are opened."""
    findings = tuple(told_once(found))
    counted = [finding for finding in findings if finding.ignored is None]
    weighty = [finding for finding in counted if finding.severity is not Severity.NOTE]
    notes = [finding for finding in counted if finding.severity is Severity.NOTE]
    defying = [finding for finding in findings if finding.defies]
    waived = [finding for finding in findings if finding.ignored is not None and not finding.defies]
    sections = (
        _tables(weighty),
        f"### ⚠️ Waived, and PyPI is expected to refuse it\n\n{_tables(defying)}" if defying else "",
        _folded("note", notes),
        _folded("waived finding", waived),
    )
    return "\n\n".join(filter(None, sections))


def _tables(findings: Collection[Finding]) -> str:
    """Return a table for each file, under its name; the weightiest where there are too many."""
    tables = []
    shown = sorted(findings, key=lambda finding: finding.severity.rank)[:MOST]
    for group in by_file(shown):
        file = group[0].where.file
        rows = table(("", "where", "what is wrong, and what to do", "check"), map(_row, group))
        tables.append(f"**{code(file)}**\n\n{rows}" if file else rows)
    if len(findings) > len(shown):
        tables.append(f"… and {len(findings) - len(shown):,} more: the log has them all.")
    return "\n\n".join(tables)


def _row(finding: Finding) -> tuple[str, ...]:
    where = Location(member=finding.where.member, line=finding.where.line)
    place = unbroken(f"line {where.line}") if where.line is not None and where.member is None else code(str(where))
    advice = (f"→ {escape(part)}" for part in _advice(finding) if part)
    return (
        unbroken(_SIGNS[finding.severity]),
        place,
        "<br>".join([escape(finding.message), *advice]),
        code(finding.check),
    )


def _advice(finding: Finding) -> tuple[str, ...]:
    if finding.ignored is None:
        return (finding.hint,)
    answer = (f"PyPI is expected to answer: {finding.answer}",) if finding.defies else ()
    return (f"Not counted: {finding.ignored}", *answer)


def _folded(noun: str, findings: Collection[Finding]) -> str:
    return folded(plural(len(findings), noun), _tables(findings)) if findings else ""
