"""The timeline: when each stage and its steps took place, and a chart that no name can break."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.findings import Finding, Outcome, Severity, Step
from pypublish.render.timeline import STEPS, Span, gantt, plain, spans
from tests.render.releases import prepared

TASK = re.compile(r"    [^:;#%\n]+ :(active|done|crit), 2000-01-\d\d \d\d:\d\d:\d\d\.\d{3}, \d+ms")
SECTION = re.compile(r"    section [^:;#%\n]+")


def test_what_was_begun_first_is_the_beginning() -> None:
    assert spans(prepared())[:5] == (
        Span(stage="validate", what="", begin=0.0, seconds=0.4),
        Span(stage="validate", what="asking PyPI", begin=0.1, seconds=0.2),
        Span(stage="build", what="", begin=0.1, seconds=1.3),
        Span(stage="build", what="installing the build requirements", begin=0.0, seconds=0.4),
        Span(stage="build", what="making the sdist", begin=0.5, seconds=0.5),
    )


def test_a_stage_alone_has_its_steps() -> None:
    steps = (Step(stage="verify", what="waiting for PyPI", began=5.0, seconds=2.0),)
    outcome: Outcome[object] = Outcome(stage="verify", began=5.0, seconds=3.0, steps=steps)
    assert [(span.what, span.begin, span.seconds) for span in spans(outcome)] == [
        ("", 0.0, 3.0),
        ("waiting for PyPI", 0.0, 2.0),
    ]


def test_what_a_part_conducted_is_a_step_of_it() -> None:
    inner: Outcome[object] = Outcome(stage="tests", began=2.0, seconds=1.0)
    outcome: Outcome[object] = Outcome(
        stage="prepare", parts=(Outcome(stage="gates", began=1.0, seconds=3.0, parts=(inner,)),)
    )
    assert [(span.stage, span.what, span.begin) for span in spans(outcome)] == [
        ("gates", "", 0.0),
        ("gates", "tests", 1.0),
    ]


def test_nothing_is_drawn_of_what_took_no_known_time() -> None:
    assert spans(Outcome(stage="doctor", seconds=1.0)) == ()
    assert gantt(()) == ""
    assert gantt([Span(stage="doctor", what="", begin=0.0, seconds=1.0)]) == ""


def test_a_stage_that_failed_stands_out() -> None:
    found = (Finding(check="a", severity=Severity.ERROR, message="no"),)
    parts: tuple[Outcome[object], ...] = (
        Outcome(stage="validate", began=0.0, seconds=1.0),
        Outcome(stage="check", began=1.0, seconds=1.0, findings=found),
    )
    chart = gantt(spans(Outcome(stage="prepare", parts=parts)))
    assert chart.count(":crit,") == 1
    assert chart.index("section check") < chart.index(":crit,")


def test_a_hundred_steps_leave_the_chart_readable() -> None:
    steps = tuple(Step(stage="verify", what=f"step {one}", began=one, seconds=1 + one % 7) for one in range(100))
    chart = gantt(spans(Outcome(stage="verify", began=0.0, seconds=107.0, steps=steps)))
    assert chart.count(":done,") == STEPS


@pytest.mark.parametrize(
    ("seconds", "axis", "tick"),
    [
        (0.8, "%-S.%L s", "100millisecond"),
        (5.0, "%-S.%L s", "500millisecond"),
        (11.0, "%-S s", "1second"),
        (40.0, "%-S s", "5second"),
        (100.0, "%M:%S", "15second"),
        (1800.0, "%M:%S", "5minute"),
        (9000.0, "%H:%M", "15minute"),
        (400_000.0, "%H:%M", "1day"),
    ],
)
def test_the_axis_fits_the_time(seconds: float, axis: str, tick: str) -> None:
    chart = gantt([Span(stage=stage, what="", begin=0.0, seconds=seconds) for stage in ("a", "b")])
    assert f"    axisFormat {axis}\n    tickInterval {tick}\n" in chart


@given(
    st.text()
    | st.sampled_from(
        ["section x", "title", "%%{init: {}}%%", "a:b;c#d", "```", "click a href", "call x", "2026-01-01"]
    )
)
def test_no_name_breaks_the_chart(name: str) -> None:
    found = [
        Span(stage=name, what="", begin=0.0, seconds=1.0),
        Span(stage=name, what=f"{name}.", begin=0.0, seconds=0.5),
    ]
    lines = gantt(found).split("\n")
    assert (lines[0], lines[2], lines[-1]) == ("```mermaid", "gantt", "```")
    section, *tasks = lines[7:-1]
    assert SECTION.fullmatch(section)
    assert len(tasks) == 2
    assert all(map(TASK.fullmatch, tasks))


@given(st.text())
def test_a_plain_name_begins_with_no_keyword(name: str) -> None:
    assert not re.match(
        r"(section|title|click|call|href|gantt|dateformat|excludes|todaymarker|2026-01-01)\b",
        plain(name),
        re.IGNORECASE,
    )
    assert plain(name).strip()
