"""An outcome as JSON: the report that other programs read; its schema stands in docs/."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pypublish import codec
from pypublish.findings import Finding, Outcome

REPORT_SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the stages that a stage conducted."""

    stage: str
    ok: bool
    summary: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a command found and made."""

    schema: int
    stage: str
    ok: bool
    summary: str
    seconds: float
    findings: tuple[Finding, ...]
    """All of them, the parts' included, in the order of the stages."""
    outputs: Mapping[str, str]
    """What later jobs read, named like the action's outputs."""
    parts: tuple[Part, ...]


def report(outcome: Outcome[object]) -> Report:
    """Return the report of an outcome."""
    return Report(
        schema=REPORT_SCHEMA,
        stage=outcome.stage,
        ok=outcome.ok,
        summary=outcome.summary,
        seconds=round(outcome.seconds, 3),
        findings=outcome.all_findings,
        outputs=outcome.outputs,
        parts=tuple(
            Part(stage=part.stage, ok=part.ok, summary=part.summary, seconds=round(part.seconds, 3))
            for part in outcome.parts
        ),
    )


def as_json(outcome: Outcome[object]) -> str:
    """Return an outcome as JSON text."""
    return codec.dumps(report(outcome))


def error_as_json(stage: str, message: str, hint: str, exit_code: int) -> str:
    """Return what a command prints where pypublish could not do its job."""
    body = {
        "schema": REPORT_SCHEMA,
        "stage": stage,
        "ok": False,
        "error": message,
        "hint": hint,
        "exit_code": exit_code,
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"
