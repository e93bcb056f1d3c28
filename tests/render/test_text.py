"""What a person reads in a terminal or a log."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.errors import SettingsError
from pypublish.findings import Finding, Location, Outcome, Severity, note
from pypublish.render import text
from tests.render.lines import outcome_lines

WARNING = Finding(
    check="requires-python-has-no-classifier",
    severity=Severity.WARNING,
    message='3.14 is allowed by requires-python ">=3.11", but no classifier names it',
    hint='Add "Programming Language :: Python :: 3.14", or say why not under [tool.pypublish.ignore].',
    where=Location(file="pyproject.toml", line=9),
)
ERROR = Finding(
    check="record-is-right",
    severity=Severity.ERROR,
    message="RECORD names another digest",
    where=Location(file="a-1.whl", member="a/b.py"),
)
WAIVED = Finding(
    check="description-is-given", severity=Severity.WARNING, message="no description", ignored="on our site"
)


def shown(outcome: Outcome[object], *, width: int = 100) -> str:
    return "\n".join(outcome_lines(outcome, width=width))


def test_a_stage_that_went_well() -> None:
    outcome: Outcome[object] = Outcome(
        stage="validate", summary="hello 1.2.0 = tag v1.2.0, commit 3fd21c0", seconds=0.12
    )
    assert shown(outcome) == snapshot(
        " ✓ validate   hello 1.2.0 = tag v1.2.0, commit 3fd21c0                                         0.1 s"
    )


def test_a_stage_with_findings() -> None:
    outcome: Outcome[object] = Outcome(
        stage="check",
        summary="71 checks",
        findings=(WAIVED, note("built", "in the tree"), WARNING, ERROR),
        seconds=12,
    )
    assert shown(outcome) == snapshot("""\
 ✗ check      71 checks                                                                       12.0 s
     error    a-1.whl::a/b.py: RECORD names another digest [record-is-right]

     warning  pyproject.toml:9: 3.14 is allowed by requires-python ">=3.11", but no classifier names
              it [requires-python-has-no-classifier]
              → Add "Programming Language :: Python :: 3.14", or say why not under
                [tool.pypublish.ignore].

     note     in the tree [built]

     ignored  no description [description-is-given]
              → not counted: on our site\
""")
    assert text.verdict_lines(outcome, width=100) == snapshot(
        ["Stopped by 1 error; nothing was uploaded.", "pypublish explain record-is-right says more about the first."]
    )


DEFYING = Finding(
    check="sdist-filename-is-canonical",
    severity=Severity.ERROR,
    message="Hello-1.tar.gz has to be named hello-1.tar.gz",
    hint="Use a current build backend.",
    where=Location(file="Hello-1.tar.gz"),
    ignored="we know better at 2 a.m.",
    answer="400 Filename 'Hello-1.tar.gz' is invalid, should be 'hello-1.tar.gz'.",
)


def test_what_is_waived_against_pypis_rules_is_said_aloud() -> None:
    outcome: Outcome[object] = Outcome(stage="check", summary="71 checks", findings=(DEFYING, WAIVED))
    assert shown(outcome) == snapshot("""\
 ! check      71 checks                                                                        0.0 s
     ignored  Hello-1.tar.gz: Hello-1.tar.gz has to be named hello-1.tar.gz
              [sdist-filename-is-canonical]
              → not counted: we know better at 2 a.m.
              → PyPI is expected to answer: 400 Filename 'Hello-1.tar.gz' is invalid, should be
                'hello-1.tar.gz'.

     ignored  no description [description-is-given]
              → not counted: on our site\
""")
    assert text.verdict_lines(outcome, width=100) == snapshot(
        ["Fine.", "PyPI is expected to refuse this release over what is waived: sdist-filename-is-canonical."]
    )


def test_findings_are_together_by_file_and_the_weightiest_file_comes_first() -> None:
    def finding(severity: Severity, file: str | None, line: int | None = None, member: str | None = None) -> Finding:
        return Finding(
            check="c", severity=severity, message="m", hint="h", where=Location(file=file, line=line, member=member)
        )

    outcome: Outcome[object] = Outcome(
        stage="check",
        findings=(
            note("c", "m"),
            finding(Severity.WARNING, "a.whl", member="b"),
            finding(Severity.WARNING, "pyproject.toml", 20),
            finding(Severity.ERROR, "pyproject.toml", 30),
            finding(Severity.NOTE, "a.whl", member="a"),
            finding(Severity.WARNING, "a.whl", member="a"),
            finding(Severity.ERROR, "pyproject.toml", 4),
        ),
    )
    assert shown(outcome) == snapshot("""\
 ✗ check                                                                                       0.0 s
     error    pyproject.toml:4: m [c]
              → h
     error    pyproject.toml:30: m [c]
              → h
     warning  pyproject.toml:20: m [c]
              → h

     warning  a.whl::a: m [c]
              → h
     warning  a.whl::b: m [c]
              → h
     note     a.whl::a: m [c]
              → h

     note     m [c]\
""")


def test_a_narrow_terminal() -> None:
    outcome: Outcome[object] = Outcome(
        stage="check", summary="a-1.0.tar.gz, a-1.0-py3-none-any.whl", findings=(WARNING,)
    )
    assert shown(outcome, width=40) == snapshot("""\
 ! check      a-1.0.tar.gz, a-1.0-py3-none-any.whl  0.0 s
     warning pyproject.toml:9: 3.14 is
     allowed by requires-python
     ">=3.11", but no classifier names
     it
     [requires-python-has-no-classifier]
     → Add "Programming Language ::
       Python :: 3.14", or say why not
       under [tool.pypublish.ignore].\
""")


def test_warnings_count_when_strict() -> None:
    outcome: Outcome[object] = Outcome(stage="check", findings=(WARNING,), strict=True)
    assert text.verdict_lines(outcome, width=100) == snapshot(
        [
            "Stopped by 1 warning (strict: warnings count); nothing was uploaded.",
            "pypublish explain requires-python-has-no-classifier says more about the first.",
        ]
    )


def test_an_error() -> None:
    error = SettingsError("[tool.pypublish] does not read", mistakes=("a: no such key",), hint="See docs/settings.md.")
    assert "\n".join(text.error_lines(error, width=100)) == snapshot("""\
error: [tool.pypublish] does not read
  a: no such key
  See docs/settings.md.\
""")


@given(st.text())
def test_nothing_printed_steers_a_terminal(name: str) -> None:
    shown = text.printable(name)
    assert all(char == "\n" or char.isprintable() for char in shown)


def test_signs_that_turn_the_reading_direction_are_spelled_out() -> None:
    assert text.printable("a\u202eb\x1b[31m\r\u2066") == "a\\u202eb\\x1b[31m\\r\\u2066"


@given(st.text(max_size=40), st.text(max_size=200), st.integers(10, 120))
def test_a_stage_is_one_line_whatever_it_says(stage: str, summary: str, width: int) -> None:
    line = text.stage_line(Outcome(stage=text.printable(stage).replace("\n", ""), summary=summary), width=width)
    assert "\n" not in line
