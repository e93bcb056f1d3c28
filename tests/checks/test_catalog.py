"""A check is a function with a docstring; the rest follows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pypublish.checks.catalog import check, run
from pypublish.findings import Finding, Location, Problem, Severity


@check(Severity.ERROR, pypi="N3")
def the_name_is_short(subject: str) -> Iterator[Problem]:
    """The name is short.

    Long names do not fit
    on the page.

    Fix: take a shorter
    one.
    """
    if len(subject) > 3:
        yield Problem(message=f"{subject} is long", where=Location(file="a"))
    if subject == "odd":
        yield Problem(message="odd", hint="Take an even one.", severity=Severity.NOTE)


def test_everything_follows_from_the_function() -> None:
    found = the_name_is_short
    assert (found.id, found.severity, found.pypi) == ("the-name-is-short", Severity.ERROR, "N3")
    assert (found.title, found.reason) == ("The name is short.", "Long names do not fit on the page.")
    assert found.fix == "Take a shorter one."


def test_a_problem_becomes_a_finding() -> None:
    assert run([the_name_is_short], "long", ignore={}) == (
        Finding(
            check="the-name-is-short",
            severity=Severity.ERROR,
            message="long is long",
            hint="Take a shorter one.",
            where=Location(file="a"),
        ),
    )


def test_a_problem_may_weigh_less_and_have_a_remedy_of_its_own() -> None:
    (finding,) = run([the_name_is_short], "odd", ignore={})
    assert (finding.severity, finding.hint) == (Severity.NOTE, "Take an even one.")


def test_a_waived_finding_stays_with_its_reason() -> None:
    (finding,) = run([the_name_is_short], "long", ignore={"the-name-is-short": "it is a brand"})
    assert finding.ignored == "it is a brand"
    assert not finding.stops(strict=True)


@pytest.mark.parametrize("doc", [None, "Title.", "Title.\n\nReason.", "Fix: it"])
def test_a_check_without_words_is_none(doc: str | None) -> None:
    def judge(_: str) -> Iterator[Problem]:
        yield from ()

    judge.__doc__ = doc
    with pytest.raises(TypeError, match="needs a title, a reason and a line that begins with 'Fix: '"):
        check(Severity.ERROR)(judge)
