"""diagnose: explain how the index answered when a publishing job asked for its upload token."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pypublish.checks import mint
from pypublish.checks.tool_output import ToolOutput, take_apart
from pypublish.edges.excerpt import read_end
from pypublish.edges.world import World
from pypublish.findings import Finding, Outcome, note
from pypublish.stages.observer import Observer

LIMIT: Final = 128 << 10
"""Bytes of the output that are read, its last ones: a tool says at the end how it ended."""


def diagnose(path: Path, world: World, observer: Observer) -> Outcome[ToolOutput]:
    """Explain what a tool printed into the file at `path` when it exchanged the job's identity for an upload token.

    What the file says is foreign: it is shown fenced, and tokens in it are taken out.

    Raises:
        UsageError: there is no such file.
        IndexUnavailableError: the index, or who gives the identity, did not answer the tool.
        ToolError: the tool did not get so far, or its output is not understood.

    """
    began = world.clock.monotonic()
    text, whole = read_end(path, limit=LIMIT)
    output = take_apart(text)
    before: Outcome[object] = Outcome(stage="exchange", summary=mint.IT_WAS_REAL)
    observer.done(before)
    observer.started("answer")
    for line in output.text.splitlines():
        world.sink(line.rstrip())
    found: list[Finding] = [] if whole else [_only_the_end(path)]
    found += mint.findings(output)
    given = not any(finding.check == mint.IDENTITY_IS_EXCHANGED.id for finding in found)
    title = mint.index_title(output)
    answer: Outcome[ToolOutput] = Outcome(
        stage="answer",
        value=output,
        summary=f"{title} knows the job, and gave it an upload token" if given else f"{title} gave no upload token",
        findings=tuple(found),
    ).taking(world.clock.monotonic() - began)
    observer.done(answer)
    return Outcome(
        stage="diagnose",
        value=output,
        summary=answer.summary,
        parts=(before, answer),
        closing=_closing(title),
    ).taking(world.clock.monotonic() - began)


def _only_the_end(path: Path) -> Finding:
    return note(mint.OUTPUT_IS_SHORT.id, f"{path.name} is long; its last {LIMIT >> 10} KiB were read")


def _closing(index: str) -> tuple[str, ...]:
    return (
        f"{index} would let this job publish; nothing was uploaded, and the token is gone in 15 minutes.",
        "For which project is not known from that, and attestations were not tried: the first release tries both.",
    )
