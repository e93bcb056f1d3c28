"""Findings: what is said twice, and in what order they are read."""

from __future__ import annotations

import pytest

from pypublish.findings import Finding, Location, Severity, in_reading_order, unsaid

AT_9 = Location(file="pyproject.toml", line=9)


def finding(check: str, message: str, where: Location = AT_9, **more: object) -> Finding:
    return Finding(check=check, message=message, where=where, **{"severity": Severity.ERROR, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("new", "is_new"),
    [
        (finding("a", "m"), False),
        (finding("a", "other words of the same line"), False),
        (finding("a", "m", Location(file="a.whl", member="METADATA")), False),
        (finding("a", "m", ignored="so be it"), False),
        (finding("b", "m"), True),
        (finding("a", "n", Location(file="pyproject.toml", line=10)), True),
        (finding("a", "n", Location(file="pyproject.toml")), True),
    ],
)
def test_what_the_same_check_said_is_not_said_again(new: Finding, is_new: bool) -> None:
    before = [finding("a", "m"), finding("a", "of the whole file", Location(file="pyproject.toml"))]
    assert unsaid([new], before) == ((new,) if is_new else ())


def test_errors_come_first_by_file_and_waived_ones_last() -> None:
    found = [
        finding("1", "", Location(file="b"), ignored="so be it"),
        finding("2", "", Location(file="a"), severity=Severity.WARNING),
        finding("3", "", Location(file="b", line=7)),
        finding("4", "", Location(file="b"), severity=Severity.NOTE),
        finding("5", "", Location(file="b", line=3)),
    ]
    assert [one.check for one in in_reading_order(found)] == ["5", "3", "4", "2", "1"]
