"""check installs a wheel and uses it: which one, with which dependencies, and what the user's command says."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.errors import IndexUnavailableError
from pypublish.settings import Settings
from tests.factories import metadata, sdist, wheel
from tests.stages.bench import Bench, project, said


@pytest.mark.parametrize(
    ("tag", "requires", "note"),
    [
        (
            "cp313-cp313-win32",
            ">=3.8",
            r"(none is for this platform and Python): hello-1.0.0-cp313-cp313-win32.whl",
        ),
        ("py3-none-any", ">=4", r"(it asks for Python >=4): hello-1.0.0-py3-none-any.whl"),
    ],
    ids=["platform", "python"],
)
def test_a_wheel_that_does_not_fit_is_not_installed(bench: Bench, tag: str, requires: str, note: str) -> None:
    if os.name == "nt":
        pytest.skip("it fits there")
    found = bench(wheel(tag=tag, meta=metadata({"Requires-Python": requires})), smoke=True)
    (line,) = [line for line in found if "smoke-install" in line]
    assert line.startswith("note smoke-install-is-tried : no wheel was installed on Python 3.x ")
    assert line.endswith(note)


def test_of_several_wheels_the_best_is_installed(bench: Bench) -> None:
    import sys

    here = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    tags = ["cp30-cp30-win32", f"{here}-none-any", f"py{sys.version_info[0]}.py2-none-any", "py2-none-any"]
    made = [wheel({"hello.py": f"x = {tag!r}"}, tag=tag) for tag in tags]
    outcome = bench.outcome(made[0], made[1], made[3])
    assert outcome.value is not None
    assert outcome.value.installation is not None
    assert outcome.value.installation.artifact == made[1].filename


def test_what_only_the_sdist_depends_on_does_not_help_the_wheel(bench: Bench) -> None:
    """The environment was prepared by the sdist's word; the wheel, which says otherwise, gets a new one."""
    there = metadata({}, "Requires-Dist: world; python_version < '3'")
    outcome = bench.outcome(sdist(meta=there), wheel({"hello.py": ""}))
    assert [line.split()[1] for line in said(outcome)] == ["metadata-agree"]
    assert outcome.value is not None
    assert outcome.value.installation is not None


@pytest.mark.parametrize(
    "static", ["world; python_version < '3'", "moon; python_version < '3'"], ids=["right", "wrong"]
)
def test_what_is_known_before_the_build_is_installed_before_the_build(
    bench: Bench, tmp_path: Path, static: str
) -> None:
    """And where the wheel depends on something else, nothing of it is left to help."""
    known = replace(project(tmp_path), metadata={"name": "hello", "dependencies": [static]})
    meta = metadata({}, "Requires-Dist: world; python_version < '3'")
    made = sdist({"src/hello/__init__.py": ""}, meta=meta), wheel(meta=meta)
    outcome = bench.outcome(*made, project=known)
    assert said(outcome) == []
    assert outcome.value is not None
    assert outcome.value.installation is not None
    assert outcome.value.installation.version == "1.0.0"


def test_an_index_that_does_not_answer_is_an_error_of_its_own(bench: Bench) -> None:
    lonely = metadata({}, "Requires-Dist: world-that-nobody-has-in-a-cache")
    with pytest.raises(IndexUnavailableError):
        bench.outcome(sdist(meta=lonely), wheel(meta=lonely))


def test_but_it_does_not_hide_what_else_is_wrong(bench: Bench) -> None:
    lonely = metadata({"Summary": "hello " * 99}, "Requires-Dist: world-that-nobody-has-in-a-cache")
    found = bench(wheel(meta=lonely), smoke=True)
    assert [line.split()[:2] for line in found] == [
        ["error", "summary-fits"],
        ["warning", "release-has-an-sdist"],
        ["error", "smoke-install-is-tried"],
    ]


def test_a_smoke_command_that_fails_is_told(bench: Bench) -> None:
    outcome = bench.outcome(sdist(), wheel(), settings=Settings(smoke_command="python -c 'raise SystemExit(3)'"))
    (line,) = said(outcome)
    assert line.startswith("error smoke-command-succeeds hello-1.0.0-py3-none-any.whl: the smoke command failed on")
