"""Findings as annotations: what GitHub shows on the line that has to change."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pypublish.findings import Finding, Location, in_reading_order

PER_LEVEL = 10
"""GitHub keeps ten annotations of each level for a step and drops the others without a word."""

Level = Literal["error", "warning"]

_ARCHIVES = (".whl", ".tar.gz", ".zip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A message on a line of a file of the repository, or on the run where `file` is empty."""

    level: Level
    title: str
    message: str
    file: str = ""
    """From the repository's root, with slashes."""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """What is annotated, and what is left for the log because GitHub would drop it."""

    shown: tuple[Annotation, ...]
    beyond: tuple[Annotation, ...]


def annotate(findings: Iterable[Finding], *, strict: bool = False, project: str = ".") -> Annotations:
    """Turn what has to change into annotations, the weightiest first; notes are none.

    Waived findings are none either, unless PyPI is expected to refuse the release over them: that is said aloud.

    `project` is the project's folder, seen from the repository's root: findings name files as seen from there.
    """
    made = [
        _annotation(finding, strict=strict, project=project)
        for finding in in_reading_order(findings)
        if (finding.ignored is None and finding.severity != "note") or finding.defies
    ]
    made.sort(key=lambda annotation: annotation.level)  # with `strict`, warnings are errors too
    shown: list[Annotation] = []
    beyond: list[Annotation] = []
    for annotation in made:
        of_its_level = sum(other.level == annotation.level for other in shown)
        (shown if of_its_level < PER_LEVEL else beyond).append(annotation)
    return Annotations(shown=tuple(shown), beyond=tuple(beyond))


def _annotation(finding: Finding, *, strict: bool, project: str) -> Annotation:
    file = _in_repository(finding.where, project)
    place = "" if file else str(finding.where)
    advice = (
        f"Waived: {finding.ignored}\nPyPI is expected to answer: {finding.answer}" if finding.defies else finding.hint
    )
    return Annotation(
        level="error" if finding.stops(strict=strict) else "warning",
        title=finding.check,
        message="\n".join(filter(None, (f"{place}: {finding.message}" if place else finding.message, advice))),
        file=file,
        line=finding.where.line if file else None,
    )


def _in_repository(where: Location, project: str) -> str:
    """Return the path of a file that the repository has; empty for what is built of it."""
    if where.file is None or where.member is not None or where.file.endswith(_ARCHIVES):
        return ""
    path = posixpath.normpath(posixpath.join(project, where.file.replace("\\", "/")))
    return "" if path.startswith(("../", "/")) else path
