"""An outcome as Markdown: the job summary, and what `--format markdown` prints."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pypublish.findings import Finding, Location, Outcome, Severity, by_file
from pypublish.render.text import printable

_MARKUP = re.compile(r"[\\`*_\[\]#|~$@&^]|:(?=\S)|(?<=www)\.|^[-+>]", re.IGNORECASE)
_NUMBER_OF_A_LIST = re.compile(r"^(\d+)([.)])(?=\s|$)")
_BACKTICKS = re.compile(r"`+")
_SIGNS = {Severity.ERROR: "❌ error", Severity.WARNING: "⚠️ warning", Severity.NOTE: "💬 note"}


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


def as_markdown(outcome: Outcome[object]) -> str:
    """Return an outcome as a document: the verdict, its parts, the files, and everything that was found."""
    sections = [
        f"## {'✅' if outcome.ok else '❌'} {escape(_headline(outcome))}",
        escape(outcome.summary),
        "  \n".join(map(escape, outcome.closing if outcome.ok else ())),
        _parts(outcome),
        _files(outcome.outputs.get("checksums", "")),
        _findings(outcome.all_findings),
    ]
    return "\n\n".join(filter(None, sections)) + "\n"


def error_as_markdown(message: str, hint: str) -> str:
    """Return the document of a command that could not do its job."""
    sections = ["## ❌ pypublish could not do its job", block(message), escape(hint)]
    return "\n\n".join(filter(None, sections)) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of cells that are Markdown already."""
    head = tuple(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _headline(outcome: Outcome[object]) -> str:
    name, version = outcome.outputs.get("package-name"), outcome.outputs.get("package-version")
    return f"{outcome.stage}: {name} {version}" if name and version else outcome.stage


def _parts(outcome: Outcome[object]) -> str:
    if not outcome.parts:
        return ""
    rows = (
        ("✅" if part.ok else "❌", escape(part.stage), escape(part.summary), f"{part.seconds:.1f} s")
        for part in outcome.parts
    )
    return table(("", "stage", "", "time"), rows)


def _files(checksums: str) -> str:
    files = [line.partition("  ")[::2] for line in checksums.splitlines() if line]
    if not files:
        return ""
    return table(("file", "sha256"), ((code(name), code(digest)) for digest, name in files))


def _findings(found: Iterable[Finding]) -> str:
    findings = tuple(found)
    counted = [finding for finding in findings if finding.ignored is None]
    weighty = [finding for finding in counted if finding.severity is not Severity.NOTE]
    notes = [finding for finding in counted if finding.severity is Severity.NOTE]
    defying = [finding for finding in findings if finding.defies]
    waived = [finding for finding in findings if finding.ignored is not None and not finding.defies]
    sections = (
        _by_file(weighty),
        f"### ⚠️ Waived, and PyPI is expected to refuse it\n\n{_by_file(defying)}" if defying else "",
        _folded("note", notes),
        _folded("waived finding", waived),
    )
    return "\n\n".join(filter(None, sections))


def _by_file(findings: Iterable[Finding]) -> str:
    """Return a table for each file, under its name."""
    tables = []
    for group in by_file(findings):
        file = group[0].where.file
        rows = table(("", "where", "what is wrong, and what to do", "check"), map(_row, group))
        tables.append(f"**{code(file)}**\n\n{rows}" if file else rows)
    return "\n\n".join(tables)


def _row(finding: Finding) -> tuple[str, ...]:
    where = Location(member=finding.where.member, line=finding.where.line)
    place = f"line {where.line}" if where.line is not None and where.member is None else str(where)
    words = "<br>".join(escape(part) for part in (finding.message, *_advice(finding)) if part)
    return (_SIGNS[finding.severity], code(place), words, code(finding.check))


def _advice(finding: Finding) -> tuple[str, ...]:
    if finding.ignored is None:
        return (finding.hint,)
    answer = (f"PyPI is expected to answer: {finding.answer}",) if finding.defies else ()
    return (f"Not counted: {finding.ignored}", *answer)


def _folded(title: str, findings: list[Finding]) -> str:
    if not findings:
        return ""
    plural = "s" if len(findings) > 1 else ""
    return f"<details><summary>{len(findings)} {title}{plural}</summary>\n\n{_by_file(findings)}\n\n</details>"
