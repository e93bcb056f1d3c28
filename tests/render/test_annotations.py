from __future__ import annotations

import pytest

from pypublish.findings import Finding, Location, Severity, note
from pypublish.render.annotations import PER_LEVEL, Annotation, annotate


def finding(severity: Severity, where: Location, *, check: str = "c", ignored: str | None = None) -> Finding:
    return Finding(check=check, severity=severity, message="m", hint="h", where=where, ignored=ignored)


@pytest.mark.parametrize(
    ("project", "where", "file", "line", "message"),
    [
        (".", Location(file="pyproject.toml", line=9), "pyproject.toml", 9, "m\nh"),
        ("packages/a", Location(file="pyproject.toml", line=9), "packages/a/pyproject.toml", 9, "m\nh"),
        ("packages/a", Location(file="../../.github/workflows/r.yml"), ".github/workflows/r.yml", None, "m\nh"),
        ("./packages/a/", Location(file="x\\y.py"), "packages/a/x/y.py", None, "m\nh"),
        (".", Location(file="../elsewhere.py", line=1), "", None, "../elsewhere.py:1: m\nh"),
        (".", Location(file="/etc/passwd", line=1), "", None, "/etc/passwd:1: m\nh"),
        (".", Location(file="a-1-py3-none-any.whl", line=2), "", None, "a-1-py3-none-any.whl:2: m\nh"),
        (".", Location(file="a-1.tar.gz", member="a-1/PKG-INFO"), "", None, "a-1.tar.gz::a-1/PKG-INFO: m\nh"),
        (".", Location(), "", None, "m\nh"),
    ],
)
def test_only_files_of_the_repository_have_lines_on_github(
    project: str, where: Location, file: str, line: int | None, message: str
) -> None:
    shown = annotate([finding(Severity.ERROR, where)], project=project).shown
    assert shown == (Annotation(level="error", title="c", message=message, file=file, line=line),)


def test_what_does_not_have_to_change_is_not_annotated() -> None:
    found = annotate([note("n", "m"), finding(Severity.ERROR, Location(), ignored="it is meant so")])
    assert found.shown == found.beyond == ()


def test_what_pypi_is_expected_to_refuse_is_annotated_though_it_is_waived() -> None:
    waived = Finding(check="c", severity=Severity.ERROR, message="m", hint="h", ignored="so be it", answer="400 No.")
    (shown,) = annotate([waived]).shown
    assert shown == Annotation(
        level="warning", title="c", message="m\nWaived: so be it\nPyPI is expected to answer: 400 No."
    )


@pytest.mark.parametrize(("strict", "level"), [(False, "warning"), (True, "error")])
def test_warnings_are_errors_where_they_stop_the_release(strict: bool, level: str) -> None:
    (shown,) = annotate([finding(Severity.WARNING, Location())], strict=strict).shown
    assert shown.level == level


def test_the_weightiest_are_shown_and_nothing_is_lost() -> None:
    warnings = [finding(Severity.WARNING, Location(line=n)) for n in range(PER_LEVEL + 3)]
    errors = [finding(Severity.ERROR, Location(line=n)) for n in range(PER_LEVEL + 2)]
    found = annotate([*warnings, *errors])
    assert [a.level for a in found.shown] == ["error"] * PER_LEVEL + ["warning"] * PER_LEVEL
    assert [a.level for a in found.beyond] == ["error"] * 2 + ["warning"] * 3
