"""When each stage and each of its steps took place: as typed spans, and as a Gantt chart in Mermaid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pypublish.findings import Outcome, Step

STEPS = 5
"""Steps of a stage that a chart shows, the longest of them."""

SHOWN_FROM = 0.03
"""The part of the whole time that a step has to take to be seen in a chart."""

NEARLY_ALL = 0.8
"""The part of its stage from which on a step that is alone says nothing by a bar of its own."""

LONGEST_NAME = 60
TICKS = 12
"""How many ticks the axis of a chart has room for."""

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0

TICK_UNITS = (
    (0.1, "100millisecond"),
    (0.5, "500millisecond"),
    (1.0, "1second"),
    (5.0, "5second"),
    (15.0, "15second"),
    (MINUTE, "1minute"),
    (300.0, "5minute"),
    (900.0, "15minute"),
    (HOUR, "1hour"),
)

# A day without a change of clocks anywhere: a chart is drawn in the reader's own time.
_DAY = datetime(2000, 1, 1, tzinfo=UTC)

_PLAIN = frozenset(" ._-+/()")
"""What a name keeps in a chart, besides letters and digits."""

_KEYWORDS = re.compile(
    r"acc(title|descr)|axisformat|call\b|click\b|dateformat|excludes|gantt|href\b|includes|inclusiveenddates|section\b"
    r"|tickinterval|title\b|todaymarker|topaxis|weekday\b|weekend\b|\d{4}-\d\d-\d\d",
    re.IGNORECASE,
)
"""What a line of a chart must not begin with, for it is Mermaid's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When a stage, or a step of one, took place. Times in seconds, from the beginning of the command."""

    stage: str
    what: str
    """What was done; empty for the stage as a whole."""
    begin: float
    seconds: float
    ok: bool = True
    """Whether the stage let the release go on."""


def spans(outcome: Outcome[object]) -> tuple[Span, ...]:
    """Return when each stage took place, and after it what it did; nothing where that is not known."""
    parts = [part for part in (outcome.parts or (outcome,)) if part.began is not None]
    steps = {
        part.stage: [step for step in outcome.steps if step.stage == part.stage] or _conducted(part) for part in parts
    }
    # What was begun ahead of its stage counts too.
    times = [part.began or 0.0 for part in parts] + [step.began for own in steps.values() for step in own]
    zero = min(times, default=0.0)

    def span(step: Step, *, ok: bool) -> Span:
        begin, seconds = round(step.began - zero, 3), round(step.seconds, 3)
        return Span(stage=step.stage, what=step.what, begin=begin, seconds=seconds, ok=ok)

    found = []
    for part in parts:
        whole = Step(stage=part.stage, what="", began=part.began or 0.0, seconds=part.seconds)
        found += [span(step, ok=part.ok) for step in (whole, *steps[part.stage])]
    return tuple(found)


def _conducted(part: Outcome[object]) -> list[Step]:
    """Return the parts of a part as steps of it."""
    return [
        Step(stage=part.stage, what=inner.stage, began=inner.began, seconds=inner.seconds)
        for inner in part.parts
        if inner.began is not None
    ]


def gantt(found: Iterable[Span]) -> str:
    """Return a chart in a fenced block, as GitHub draws it; empty where there is nothing to compare."""
    found = tuple(found)
    total = max((span.begin + span.seconds for span in found), default=0.0)
    shown = _worth_showing(found, total)
    if len(shown) < 2 or total <= 0:  # noqa: PLR2004 - a single bar says nothing
        return ""
    tick, unit = next(((tick, unit) for tick, unit in TICK_UNITS if total / tick <= TICKS), (DAY, "1day"))
    lines = [
        "```mermaid",
        '%%{init: {"gantt": {"barHeight": 16, "barGap": 3}}}%%',
        "gantt",
        "    dateFormat YYYY-MM-DD HH:mm:ss.SSS",
        f"    axisFormat {_axis(total, tick)}",
        f"    tickInterval {unit}",
        "    todayMarker off",
        *_tasks(shown),
        "```",
    ]
    return "\n".join(lines)


def _axis(total: float, tick: float) -> str:
    """Return how the times below the axis are written."""
    if total < MINUTE:
        return "%-S.%L s" if tick < 1 else "%-S s"
    return "%M:%S" if total < HOUR else "%H:%M"


def _worth_showing(found: Iterable[Span], total: float) -> tuple[Span, ...]:
    found = tuple(found)
    kept = {id(span) for span in found if not span.what}
    for stage in {span.stage for span in found}:
        steps = [s for s in found if s.stage == stage and s.what and s.seconds >= SHOWN_FROM * total]
        whole = sum(span.seconds for span in found if span.stage == stage and not span.what)
        if len(steps) == 1 and steps[0].seconds > NEARLY_ALL * whole:
            continue
        kept |= {id(span) for span in sorted(steps, key=lambda span: span.seconds, reverse=True)[:STEPS]}
    return tuple(span for span in found if id(span) in kept)


def _tasks(shown: Iterable[Span]) -> Iterator[str]:
    section = None
    for span in shown:
        if span.stage != section:
            section = span.stage
            yield f"    section {plain(section)}"
        # Whole stages stand out from their steps; what failed stands out from everything.
        tag = ("crit" if not span.ok else "active") if not span.what else "done"
        name = plain(" ".join(filter(None, (span.what, _seconds(span.seconds)))))
        begin = (_DAY + timedelta(seconds=span.begin)).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        yield f"    {name} :{tag}, {begin}, {max(round(span.seconds * 1000), 1)}ms"


def _seconds(seconds: float) -> str:
    if seconds < MINUTE:
        return f"{seconds:.1f} s" if seconds >= 0.1 else f"{seconds * 1000:.0f} ms"  # noqa: PLR2004
    return f"{seconds // MINUTE:.0f} min {seconds % MINUTE:.0f} s"


def plain(text: str) -> str:
    """Return a name that no chart takes for anything else: `:`, `;`, `#`, `%`, `<` and their like become `_`."""
    kept = "".join(char if char.isalnum() or char in _PLAIN else "_" for char in " ".join(text.split()))
    kept = kept if len(kept) <= LONGEST_NAME else f"{kept[: LONGEST_NAME - 3]}..."
    return f"_{kept}" if _KEYWORDS.match(kept) or not kept[:1].isalnum() else kept
