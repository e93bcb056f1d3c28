"""Classifiers: which PyPI takes, and whether they say the same as requires-python."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.checks import pythons
from pypublish.checks.subjects import Dist
from pypublish.checks.toml_lines import key_lines
from pypublish.findings import Location
from pypublish.model import Project
from tests.checks.examples import Example, fails, findings, name_of, passes, say
from tests.factories import metadata, wheel

METADATA = "hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/METADATA: "


def having(*classifiers: str, requires_python: str | None = ">=3.11", project: Project | None = None) -> Dist:
    lines = [f"Classifier: {classifier}" for classifier in classifiers]
    return wheel(meta=metadata({"Requires-Python": requires_python}, *lines)).dist(project)


def on(*minors: str) -> tuple[str, ...]:
    return tuple(map(pythons.classifier, minors))


ALL = on(*pythons.MAINTAINED)

EXAMPLES = [
    fails(
        "classifiers-are-known",
        having("Programming Language :: Pyton"),
        METADATA + "PyPI knows no classifier 'Programming Language :: Pyton'",
    ),
    passes("classifiers-are-known", having("Private :: Do Not Upload")),
    fails(
        "project-is-not-private",
        having("Private :: Do Not Upload", "Topic :: Nothing"),
        METADATA + "the classifier 'Private :: Do Not Upload' keeps the project from being published",
    ),
    passes("project-is-not-private", having("Typing :: Typed", "Topic :: Private")),
    fails(
        "classifiers-match-requires-python",
        having(*ALL[:-1]),
        METADATA + "3.15 is allowed by requires-python '>=3.11', but no classifier names it",
    ),
    fails(
        "classifiers-match-requires-python",
        having(*on("3.9", "3.13"), requires_python=None),
        METADATA + "3.11, 3.12, 3.14 and 3.15 are allowed where there is no requires-python, but no classifier names"
        " them",
    ),
    fails(
        "classifiers-match-requires-python",
        having(*on("2.7", "3.12"), requires_python=">=3.12,<3.13"),
        METADATA + "a classifier names Python 2.7, which requires-python '>=3.12,<3.13' does not allow",
    ),
    passes("classifiers-match-requires-python", having(*ALL)),
    passes("classifiers-match-requires-python", having("Programming Language :: Python :: 3")),
    passes("classifiers-match-requires-python", having(*on("3.12"), requires_python="twelve")),
    passes("classifiers-match-requires-python", having(*on("3.12"), requires_python="~=3.12.1")),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_classifiers(example: Example) -> None:
    assert say(example.check, example.subject) == example.says


def test_what_to_do() -> None:
    checks = ("project-is-not-private", "classifiers-match-requires-python")
    dist = having("Private :: No", *on("3.10", "3.12"), requires_python=">=3.11,<3.14")
    assert [(found.message, found.hint) for check in checks for found in findings(check, dist)] == snapshot(
        [
            (
                "the classifier 'Private :: No' keeps the project from being published",
                "If it is meant to be published, remove the classifier; if not, do not release it to PyPI.",
            ),
            (
                "3.11 and 3.13 are allowed by requires-python '>=3.11,<3.14', but no classifier names them",
                'Add "Programming Language :: Python :: 3.11" and its like for the others when you have tried them, or say why not under [tool.pypublish.ignore].',
            ),
            (
                "a classifier names Python 3.10, which requires-python '>=3.11,<3.14' does not allow",
                "Remove the classifier, or allow that Python.",
            ),
        ]
    )


def test_the_line_is_that_of_the_classifier() -> None:
    lines = key_lines(
        '[project]\nclassifiers = [\n  "Typing :: Typed",\n  "Topic :: Nothing",\n  "Private :: No",\n]\n'
    )
    project = Project(
        root=Path(), name="a", version="1", backend="", build_requires=(), metadata={}, tool={}, lines=lines
    )
    dist = having("Typing :: Typed", "Topic :: Nothing", "Private :: No", project=project)
    found = [*findings("classifiers-are-known", dist), *findings("project-is-not-private", dist)]
    assert [one.where for one in found] == [
        Location(file="pyproject.toml", line=4),
        Location(file="pyproject.toml", line=5),
    ]


def test_what_pypi_would_answer_is_known() -> None:
    (found,) = findings("project-is-not-private", having("Private :: No"))
    assert found.answer == (
        "400 'Private :: No' is not a valid classifier. See https://packaging.python.org/specifications/core-metadata"
        " for more information."
    )
