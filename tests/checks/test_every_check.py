"""The whole catalogue: every check has an example that it finds and one that it lets pass, and words of its own."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

from pypublish import checks
from pypublish.checks import all as every
from pypublish.checks.catalog import Rule, unknown_ignores
from pypublish.findings import Severity
from pypublish.pypi.rows import named
from pypublish.render.catalogue import explanation, page
from tests.checks import (
    test_classifiers,
    test_declared,
    test_dists,
    test_files,
    test_growth,
    test_handover,
    test_installed,
    test_metadata,
    test_names,
    test_readme_links,
    test_sdist,
    test_source,
    test_wheel,
)
from tests.checks.examples import Example, findings

TABLES = (
    test_names,
    test_files,
    test_metadata,
    test_classifiers,
    test_declared,
    test_readme_links,
    test_sdist,
    test_source,
    test_wheel,
    test_dists,
    test_growth,
    test_handover,
    test_installed,
)
TOPICS_OF_FILES = ("Any file", "Metadata", "sdists", "Wheels", "All files of a release", "Installed and used")
EXAMPLES: list[Example] = [example for table in TABLES for example in table.EXAMPLES]
OF_FILES = [rule for topic in TOPICS_OF_FILES for rule in every.rules(*every.TOPICS[topic])]

TOPICS_WITH_EXAMPLES = ("The project", "The version", "Any file", "Metadata", "sdists", "Wheels")
WITH_EXAMPLES = [rule for topic in TOPICS_WITH_EXAMPLES for rule in every.rules(*every.TOPICS[topic])]


@pytest.mark.parametrize("rule", OF_FILES, ids=lambda rule: rule.id)
def test_every_check_of_files_has_an_example_that_fails_and_one_that_passes(rule: Rule) -> None:
    said = [example.says for example in EXAMPLES if example.check == rule.id]
    assert any(said)
    assert not all(said)


REFUSED = [
    example
    for example in EXAMPLES
    if example.says and any(row.status >= 400 for row in named(every.CATALOGUE[example.check].rows))
]
UNSURE = "files-are-of-one-project"
"""What PyPI says to it depends on whether the other project exists, and whose it is."""


@pytest.mark.parametrize("example", REFUSED, ids=lambda example: example.check)
def test_what_pypi_refuses_is_found_with_its_answer(example: Example) -> None:
    for finding in findings(example.check, example.subject):
        if finding.severity is Severity.ERROR and finding.check != UNSURE:
            assert re.match(r"(400|403|409|500) ", finding.answer)


@pytest.mark.parametrize("rule", every.CATALOGUE.values(), ids=lambda rule: rule.id)
def test_every_rule_is_worded(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9-]+(:[A-Za-z0-9-]+)?", rule.id)
    assert rule.title.endswith((".", "?"))
    assert rule.reason.endswith((".", ")"))
    assert rule.fix.endswith((".", ")"))


@pytest.mark.parametrize("rule", every.CATALOGUE.values(), ids=lambda rule: rule.id)
def test_every_rule_is_explained_and_listed(rule: Rule) -> None:
    words = " ".join(explanation(rule).split())
    assert rule.title in words
    assert rule.fix in words
    assert f"| `{rule.id}` |" in page({title: every.rules(*modules) for title, modules in every.TOPICS.items()})


@pytest.mark.parametrize(
    "rule", [rule for rule in WITH_EXAMPLES if rule.severity is Severity.ERROR], ids=lambda r: r.id
)
def test_an_error_is_shown_by_an_example(rule: Rule) -> None:
    assert rule.example
    assert rule.example in explanation(rule).replace("\n    ", "\n")


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(checks.__path__)])
def test_every_module_with_rules_is_in_the_catalogue(name: str) -> None:
    module = importlib.import_module(f"pypublish.checks.{name}")
    assert {rule.id for rule in every.rules(module)} <= every.CATALOGUE.keys()


def test_no_two_rules_have_one_name() -> None:
    found = [rule for modules in every.TOPICS.values() for rule in every.rules(*modules)]
    assert len({rule.id for rule in found}) == len(found)


def test_a_waived_check_that_does_not_exist_is_found() -> None:
    (found,) = unknown_ignores({"record-digest-match": "why", "metadata-agree": "so"}, every.CATALOGUE)
    assert found.message == "[tool.pypublish.ignore] names 'record-digest-match', but there is no such check"
    assert found.hint == "Did you mean 'record-digests-match'?"
