"""A hundred wheels with the same mistake: it is told once, with some of their names."""

from __future__ import annotations

from inline_snapshot import snapshot

from pypublish.findings import Finding, Location, Outcome, Severity
from pypublish.render import text
from pypublish.render.alike import told_once
from pypublish.render.summary import as_markdown
from tests.render.lines import outcome_lines


def missing(file: str | None, *, member: str | None = None, hint: str = "run the publishing job again") -> Finding:
    return Finding(
        check="every-file-is-published",
        severity=Severity.ERROR,
        message="PyPI does not have it",
        hint=hint,
        where=Location(file=file, member=member),
    )


HUNDRED = tuple(missing(f"hello-1.0-cp3{number}-none-any.whl") for number in range(100))


def test_on_the_console() -> None:
    outcome: Outcome[object] = Outcome(stage="verify", summary="hello 1.0", findings=HUNDRED)
    assert "\n".join(outcome_lines(outcome, width=100)) == snapshot("""\
 ✗ verify     hello 1.0                                                                        0.0 s
     error    hello-1.0-cp30-none-any.whl, hello-1.0-cp31-none-any.whl, hello-1.0-cp32-none-any.whl
              and 97 more: PyPI does not have it [every-file-is-published]
              → run the publishing job again\
""")
    assert text.verdict_lines(outcome, width=100) == snapshot(
        ["Stopped by 100 errors.", "pypublish explain every-file-is-published says more about the first."]
    )


def test_in_the_summary() -> None:
    assert as_markdown(Outcome(stage="verify", findings=HUNDRED)) == snapshot("""\
## ❌ verify: stopped by 100 errors

100 errors

**`hello-1.0-cp30-none-any.whl, hello-1.0-cp31-none-any.whl, hello-1.0-cp32-none-any.whl and 97 more`**

|  | where | what is wrong, and what to do | check |
| --- | --- | --- | --- |
| ❌&nbsp;error |  | PyPI does not have it<br>→ run the publishing job again | `every-file-is-published` |
""")


def test_what_differs_in_anything_else_is_told_apart() -> None:
    found = [missing("a"), missing("a", member="b"), missing("b", hint="wait"), missing(None)]
    assert told_once(found) == found


def test_nothing_is_told_anew() -> None:
    assert told_once([missing("a"), missing("a")]) == [missing("a")]
    assert told_once([]) == []
