"""Findings that say the same of several files, told once: a hundred wheels mostly have the same mistake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pypublish.checks.words import some
from pypublish.findings import Finding


def told_once(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, those that differ in their file alone as one, which names some of the files."""
    alike: dict[tuple[Finding, bool], dict[str, None]] = {}
    for finding in findings:
        file = finding.where.file
        files = alike.setdefault((_without_file(finding), file is None), {})
        if file is not None:
            files[file] = None
    return [
        replace(finding, where=replace(finding.where, file=some(files) if files else None))
        for (finding, _), files in alike.items()
    ]


def _without_file(finding: Finding) -> Finding:
    return replace(finding, where=replace(finding.where, file=None))
