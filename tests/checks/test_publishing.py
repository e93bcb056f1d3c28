"""Whether a tag starts the release, by workflows that people have."""

from __future__ import annotations

import pytest

from pypublish.checks import catalog, publishing
from pypublish.checks.publishing import Publishing
from pypublish.edges.github_yaml import parse
from pypublish.findings import Severity
from pypublish.workflows import Workflows

TAGGED = """\
on:
  push:
    tags: {tags}
jobs:
  publish:
    environment: pypi
    permissions: {{id-token: write}}
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
"""
BY_HAND = """\
on: workflow_dispatch
jobs:
  publish:
    environment: pypi
    permissions: {id-token: write}
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
  tag:
    steps:
      - run: git push origin tag "$VERSION"
"""
TAGS_ALONE = "on: workflow_dispatch\njobs: {tag: {steps: [{run: git push --tags}]}}\n"


def found(*texts: str, is_set: bool = True) -> list[tuple[str, Severity, str]]:
    files = tuple(parse(text, f".github/workflows/{number}.yml") for number, text in enumerate(texts))
    subject = Publishing(
        workflows=Workflows(workflows=files), tag_format="v{version}", name="hello", tag_format_is_set=is_set
    )
    findings = catalog.run(catalog.collect(publishing, Publishing), subject, ignore={})
    return [(one.check, one.severity, one.hint) for one in findings]


@pytest.mark.parametrize(
    ("tags", "is_set", "severity", "other"),
    [
        ('["[0-9]+.[0-9]+.[0-9]+"]', False, Severity.NOTE, '"{version}"'),
        ('["[0-9]+.[0-9]+.[0-9]+"]', True, Severity.ERROR, '["v*"]'),
        ('["hello-*"]', False, Severity.NOTE, '"{name}-v{version}"'),
        ('["nightly"]', False, Severity.ERROR, '["v*"]'),
    ],
)
def test_a_filter_for_other_tags_is_wrong_only_where_the_tags_are_known(
    tags: str, severity: Severity, other: str, *, is_set: bool
) -> None:
    ((check, weight, hint),) = found(TAGGED.format(tags=tags), is_set=is_set)
    assert (check, weight) == ("tag-filter-matches-the-tags", severity)
    assert other in hint


def test_a_tag_that_comes_after_the_release_has_nothing_to_start() -> None:
    assert found(BY_HAND) == []
    assert [check for check, *_ in found(TAGGED.format(tags='["v*"]'), TAGS_ALONE)] == [
        "tag-is-not-pushed-by-the-jobs-token"
    ]
