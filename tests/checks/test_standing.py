"""How the index stands to a project before anything is built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.checks.standing import Standing
from pypublish.listing import Released
from pypublish.model import PYPI, TESTPYPI, Index, Intent, Project
from pypublish.pypi.limits import GIBIBYTE
from tests.checks.examples import Example, fails, findings, name_of, passes, say

OWN = Index(name="own", upload_url="https://i.example/up/", simple_url="https://i.example/simple/", oidc_audience="own")
TAGGED = Intent(index=PYPI, dry_run=False, tag="v1", tag_given=True)
THERE = Released(project_exists=True)


def standing(name: str = "hello", released: Released = THERE, *, index: Index = PYPI, binding: bool = True) -> Standing:
    project = Project(
        root=Path(),
        name=name,
        version="1",
        backend="",
        build_requires=(),
        metadata={},
        tool={},
        lines={"project.name": 3},
    )
    intent = replace(TAGGED, index=index) if binding else Intent(index=index, dry_run=True)
    return Standing(project=project, intent=intent, released=released)


NEW = Released(project_exists=False)

EXAMPLES = [
    fails(
        "new-project-may-have-its-name",
        standing("DataClasses", NEW),
        "pyproject.toml:3: 'DataClasses' is a module of Python's standard library; PyPI gives its name to no new"
        " project",
    ),
    fails(
        "new-project-may-have-its-name",
        standing("requirements.txt", NEW, index=TESTPYPI, binding=False),
        "pyproject.toml:3: PyPI gives the name 'requirements.txt' to nobody",
    ),
    passes("new-project-may-have-its-name", standing("dataclasses")),
    passes("new-project-may-have-its-name", standing("dataclasses", NEW, index=OWN)),
    passes("new-project-may-have-its-name", standing("hello", NEW)),
    fails(
        "project-is-active",
        standing(released=replace(THERE, status="archived")),
        ": hello is archived on PyPI",
    ),
    fails(
        "project-is-active",
        standing(released=replace(THERE, status="quarantined"), index=TESTPYPI, binding=False),
        ": hello is quarantined on TestPyPI [note]",
    ),
    passes("project-is-active", standing(released=replace(THERE, status="deprecated"))),
    passes("project-is-active", standing(released=NEW)),
    fails(
        "project-has-room",
        standing(released=replace(THERE, size=10 * GIBIBYTE + 1)),
        ": the files of hello on PyPI have 10.0 GiB; a project may have 10, if it was not granted more",
    ),
    fails(
        "project-has-room",
        standing(released=replace(THERE, size=int(9.3 * GIBIBYTE))),
        ": the files of hello on PyPI have 9.3 GiB; a project may have 10, if it was not granted more [note]",
    ),
    passes("project-has-room", standing(released=replace(THERE, size=GIBIBYTE))),
    passes("project-has-room", standing(released=replace(THERE, size=11 * GIBIBYTE), index=OWN)),
    passes("project-has-room", standing(released=THERE)),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_how_the_index_stands_to_the_project(example: Example) -> None:
    assert say(example.check, example.subject) == example.says


@pytest.mark.parametrize(
    ("check", "subject", "answer"),
    [
        ("new-project-may-have-its-name", standing("abc", NEW), "400 The name 'abc' isn't allowed (conflict with"),
        (
            "project-is-active",
            standing(released=replace(THERE, status="archived")),
            "403 The given token isn't allowed",
        ),
        ("project-is-active", standing(released=replace(THERE, status="archived"), index=OWN), ""),
        ("project-has-room", standing(released=replace(THERE, size=1 << 40)), "400 Project size too large. Limit for"),
    ],
)
def test_what_pypi_would_answer(check: str, subject: Standing, answer: str) -> None:
    (found,) = findings(check, subject)
    assert found.answer.startswith(answer)
    assert bool(found.answer) == bool(answer)
