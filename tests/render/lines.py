"""What a person reads of one stage on a terminal."""

from __future__ import annotations

from pypublish.findings import Outcome
from pypublish.render.text import found_lines, stage_line


def outcome_lines(outcome: Outcome[object], *, width: int = 100) -> list[str]:
    """Return a stage's line and its own findings below it, file by file."""
    return [stage_line(outcome, width=width), *(line for line, _ in found_lines(outcome.findings, width=width))]
