"""An outcome as JSON: the report that other programs read; its schema stands in docs/."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pypublish import codec
from pypublish.checks.changes import Changes
from pypublish.errors import PypublishError
from pypublish.findings import Finding, Outcome
from pypublish.listing import PublishPlan, Verification
from pypublish.render.changes import changes_of
from pypublish.render.contents import FileContents, contents
from pypublish.render.timeline import Span, spans

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
    """What a command found and made, or why it could not do its job."""

    schema: int
    stage: str
    ok: bool
    summary: str = ""
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    """All of them, the parts' included, in the order of the stages."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """What later jobs read, named like the action's outputs."""
    parts: tuple[Part, ...] = ()
    plan: PublishPlan | None = None
    """How the index stands to the release; of `plan`."""
    verification: Verification | None = None
    """What was seen and tried; of `verify`."""
    timeline: tuple[Span, ...] = ()
    """When each stage and each of its steps took place."""
    contents: tuple[FileContents, ...] = ()
    """What is in the files that were judged."""
    changes: Changes | None = None
    """What has changed since the release before; None where it was not looked at."""
    error: str = ""
    """Why pypublish could not do its job; then there are no findings."""
    hint: str = ""
    """What to do about the error."""


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
            for part in _all(outcome.parts)
        ),
        plan=outcome.value if isinstance(outcome.value, PublishPlan) else None,
        verification=outcome.value if isinstance(outcome.value, Verification) else None,
        timeline=spans(outcome),
        contents=contents(outcome),
        changes=changes_of(outcome),
    )


def _all(parts: Iterable[Outcome[object]]) -> Iterator[Outcome[object]]:
    for part in parts:
        yield from _all(part.parts)
        yield part


def as_json(outcome: Outcome[object]) -> str:
    """Return an outcome as JSON text."""
    return codec.dumps(report(outcome))


def error_as_json(stage: str, error: PypublishError) -> str:
    """Return as JSON text why a command could not do its job."""
    return codec.dumps(Report(schema=REPORT_SCHEMA, stage=stage, ok=False, error=str(error), hint=error.hint))
