"""A wheel for this very machine is no file of a release; the sdist is, without it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.checks.subjects import artifact
from pypublish.findings import Finding, Location, Outcome, Severity
from pypublish.stages.check import Checked
from pypublish.stages.portable import NOT_ACCEPTED, leave_out_wheels_of_this_machine
from tests import factories

NATIVE, SDIST = "hello-1.0.0-cp313-cp313-linux_x86_64.whl", "hello-1.0.0.tar.gz"
REFUSED = Finding(
    check=NOT_ACCEPTED, severity=Severity.ERROR, message="PyPI takes no such wheels", where=Location(file=NATIVE)
)


def checked(*names: str, findings: tuple[Finding, ...] = (REFUSED,)) -> Outcome[Checked]:
    made = (factories.sdist(filename=n) if n == SDIST else factories.wheel(filename=n) for n in names)
    value = Checked(
        name="hello", version="1.0.0", artifacts=tuple(artifact(one.dist()) for one in made), installation=None
    )
    return Outcome(stage="check", value=value, findings=findings)


def files(*names: str) -> tuple[Path, ...]:
    return tuple(map(Path, names))


def test_the_sdist_is_released_without_it() -> None:
    portable = leave_out_wheels_of_this_machine(checked(SDIST, NATIVE), files(SDIST, NATIVE))
    assert portable.files == files(SDIST)
    assert [artifact.filename for artifact in portable.artifacts] == [SDIST]
    assert portable.checked.ok
    assert "left out of the release" in portable.checked.findings[0].message


def test_a_release_of_nothing_else_is_stopped() -> None:
    portable = leave_out_wheels_of_this_machine(checked(NATIVE), files(NATIVE))
    assert portable.files == files(NATIVE)
    assert not portable.checked.ok


@pytest.mark.parametrize(
    "findings", [(), (replace(REFUSED, severity=Severity.NOTE),), (replace(REFUSED, ignored="ours"),)]
)
def test_what_an_index_takes_stays(findings: tuple[Finding, ...]) -> None:
    portable = leave_out_wheels_of_this_machine(checked(SDIST, NATIVE, findings=findings), files(SDIST, NATIVE))
    assert portable.files == files(SDIST, NATIVE)
    assert portable.checked.findings == findings


def test_where_a_workflow_has_wheels_built_for_each_platform_it_is_only_noted() -> None:
    workflow = ".github/workflows/release.yml"
    chosen = leave_out_wheels_of_this_machine(checked(SDIST, NATIVE), files(SDIST, NATIVE), built_in=workflow)
    assert chosen.files == files(SDIST)
    (said,) = chosen.checked.findings
    assert said.severity is Severity.NOTE
    assert said.hint.startswith(f"{workflow} has cibuildwheel build those of the release.")
