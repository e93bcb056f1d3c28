"""validate, on what pyproject.toml declares: what is found, and what a person reads of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.findings import Severity
from pypublish.model import PYPI, Intent
from pypublish.render.report import as_json
from pypublish.render.text import verdict_lines
from pypublish.settings import Settings
from tests.projects import git
from tests.render.lines import outcome_lines
from tests.stages.judged import DRY, HATCH, STATIC, TAGGED, Judge, commit, names

MISTAKEN = (
    HATCH
    + """\
[project]
name = "hello"
version = "1.2.0"
description = "Says hello."
readme = "README.rst"
license = "Apache 2.0"
license-files = ["LICENCE*"]
requires-python = ">=3.13"
dependencies = [
    "rich>=13",
    "spam @ git+https://github.com/acme/spam",
    "eggs > > 1",
]
classifiers = [
    "Programming Language :: Python 3",
    "Programming Language :: Python :: 3.12",
    "Programming Language :: Python :: 3.13",
    "Programming Language :: Python :: 3.14",
    "Natural Language :: Ukranian",
    "Private :: Do Not Upload",
]
authors = [{ name = "Jo", email = "jo at example.org" }]
[project.scripts]
"say hello" = "hello:main"
[project.urls]
Source = "github.com/acme/hello"
[project.optional-dependencies]
dev = ["ham @ https://example.org/ham-1.0.tar.gz"]
"""
)


@pytest.fixture
def mistaken(project: Path) -> Path:
    (project / "README.rst").write_text("Hello world\n====\n\nIt says hello.\n")
    commit(project, MISTAKEN)
    return project


def test_what_a_person_reads_of_a_project_with_many_mistakes(mistaken: Path, judge: Judge) -> None:
    outcome = judge(mistaken)
    lines = [*outcome_lines(outcome, width=100)[1:], "", *verdict_lines(outcome, width=100)]
    assert "\n".join(lines) == snapshot("""\
     error    README.rst:2: this keeps the readme from rendering on PyPI: Title underline too short.
              [description-renders]
              → Mend the line that is named; or say that the readme is Markdown, if it is.

     error    pyproject.toml:9: 'Apache 2.0' is no licence expression of SPDX [license-is-accepted]
              → Did you mean 'Apache-2.0'? See https://spdx.org/licenses/.
     error    pyproject.toml:14: the dependency 'spam @ git+https://github.com/acme/spam' is an
              address, not a release [dependencies-are-accepted]
              → Publish the dependency, or depend on a release of it; change `dependencies` in
                pyproject.toml.
     error    pyproject.toml:15: the dependency 'eggs > > 1' cannot be read
              [dependencies-are-accepted]
              → Write it as in `name>=1.0`
                (https://packaging.python.org/specifications/dependency-specifiers/).
     error    pyproject.toml:18: PyPI knows no classifier 'Programming Language :: Python 3'
              [classifiers-are-known]
              → Did you mean 'Programming Language :: Python'?
     error    pyproject.toml:22: the classifier 'Natural Language :: Ukranian' is deprecated
              [classifiers-are-known]
              → Write 'Natural Language :: Ukrainian' instead.
     error    pyproject.toml:25: 'jo at example.org' is no e-mail address: an email address must
              have an @-sign [emails-are-valid]
              → Change `email` under `authors` or `maintainers` in pyproject.toml.
     error    pyproject.toml:27: 'say hello' is no name for a script (console_scripts)
              [entry-points-are-readable]
              → Write it with letters, digits, `.`, `_` and `-`, without blanks.
     error    pyproject.toml:29: 'github.com/acme/hello' is no web address [urls-are-valid]
              → Write the whole address, from https:// (or http://) on.
     error    pyproject.toml:31: the dependency 'ham @ https://example.org/ham-1.0.tar.gz ; extra ==
              "dev"' is an address, not a release [dependencies-are-accepted]
              → Publish the dependency, or depend on a release of it; change `dependencies` in
                pyproject.toml.
     warning  pyproject.toml:10: no file of the project fits the licence file 'LICENCE*'
              [license-files-are-there]
              → Name the files as they are spelled, from the folder of pyproject.toml on.
     warning  pyproject.toml:17: 3.15 is allowed by requires-python '>=3.13', but no classifier
              names it [classifiers-match-requires-python]
              → Add "Programming Language :: Python :: 3.15" when you have tried it, or say why not
                under [tool.pypublish.ignore].
     warning  pyproject.toml:19: a classifier names Python 3.12, which requires-python '>=3.13' does
              not allow [classifiers-match-requires-python]
              → Remove the classifier, or allow that Python.
     note     pyproject.toml:23: the classifier 'Private :: Do Not Upload' keeps the project from
              being published [project-is-not-private]
              → If it is meant to be published, remove the classifier; if not, do not release it to
                PyPI.

     note     no workflow in .github/workflows publishes; the template's is assumed
              [release-workflow-exists]
              → Run `pypublish init`, which writes one.

Stopped by 10 errors; nothing was uploaded.
pypublish explain description-renders says more about the first.\
""")


def test_every_mistake_is_said_once(mistaken: Path, judge: Judge) -> None:
    outcome = judge(mistaken)
    places = [(finding.where, finding.message) for finding in outcome.findings]
    assert len(set(places)) == len(places)
    assert "validate-pyproject" not in names(outcome)


def test_what_is_wrong_with_the_tables_alone_is_said_by_the_schema(project: Path, judge: Judge) -> None:
    commit(project, STATIC + 'dependencies = ["a >> 1", 3]\nlicence = "MIT"\n')
    outcome = judge(project)
    found = [(finding.check, finding.message) for finding in outcome.findings if finding.severity is Severity.ERROR]
    assert found == snapshot(
        [
            ("dependencies-are-accepted", "the dependency 'a >> 1' cannot be read"),
            ("validate-pyproject", "project.dependencies = 3: must be string"),
            ("validate-pyproject", "project has no such key: 'licence'"),
        ]
    )


@pytest.mark.parametrize(("intent", "severity"), [(TAGGED, Severity.ERROR), (DRY, Severity.NOTE)])
def test_a_private_project_is_rehearsed_but_not_released(
    project: Path, judge: Judge, intent: Intent, severity: Severity
) -> None:
    commit(project, STATIC + 'classifiers = ["Private :: Do Not Upload"]\n')
    git(project, "tag", "v1.2.0")
    outcome = judge(project, intent)
    assert "project-is-not-private" in names(outcome, severity)
    assert outcome.ok is (severity is Severity.NOTE)


def test_pypis_own_rules_are_notes_for_another_index(project: Path, judge: Judge) -> None:
    commit(project, STATIC + 'classifiers = ["Topic :: Ours"]\nreadme = "NOWHERE.md"\n')
    own = replace(PYPI, name="own")
    outcome = judge(project, replace(DRY, index=own))
    assert "classifiers-are-known" in names(outcome, Severity.NOTE)
    assert names(outcome) == ["readme-is-there"]


def test_an_error_is_waived_with_what_pypi_is_expected_to_answer(project: Path, judge: Judge) -> None:
    commit(project, STATIC + 'classifiers = ["Topic :: Ours"]\n')
    outcome = judge(project, DRY, Settings(ignore={"classifiers-are-known": "we know better"}))
    assert outcome.ok
    (found,) = [finding for finding in outcome.findings if finding.defies]
    assert found.answer == snapshot(
        "400 'Topic :: Ours' is not a valid classifier. See https://packaging.python.org/specifications/core-metadata for more information."
    )
    assert "\n".join(verdict_lines(outcome, width=100)) == snapshot("""\
Fine.
PyPI is expected to refuse this release over what is waived: classifiers-are-known.\
""")
    assert json.loads(as_json(outcome))["findings"][0]["answer"] == found.answer


def test_files_are_looked_for_where_they_may_be(project: Path, judge: Judge) -> None:
    inner = project / "packages" / "inner"
    (inner / "licenses").mkdir(parents=True)
    (inner / "licenses" / "MIT.txt").touch()
    (project / "README.md").write_text("# hello")
    (inner / "README.md").symlink_to("../../README.md")
    (inner / "pyproject.toml").write_text(
        STATIC + 'readme = "README.md"\nlicense-files = ["licenses/*", "**/MIT.txt"]\n'
    )
    assert names(judge(inner)) == names(judge(inner), Severity.WARNING) == []
    (inner / "pyproject.toml").write_text(
        STATIC + 'readme = "nowhere.md"\nlicense-files = ["/etc/passwd", "A*", "["]\n'
    )
    outcome = judge(inner)
    assert names(outcome) == ["readme-is-there"]
    assert [f.message for f in outcome.findings if f.check == "license-files-are-there"] == snapshot(
        [
            "the licence file '/etc/passwd' is outside of the project",
            "no file of the project fits the licence file 'A*'",
            "no file of the project fits the licence file '['",
        ]
    )
