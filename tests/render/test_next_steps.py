"""What comes next: no step that this version, this index or this failure leaves no room for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pypublish.findings import Outcome, Severity
from pypublish.model import TESTPYPI, Index
from pypublish.render.summary import as_markdown
from tests.render import releases


@pytest.mark.parametrize("outcome", [releases.version_is_taken(), releases.other_files_are_there()])
def test_a_version_that_is_used_up_is_not_tagged_again(outcome: Outcome[object]) -> None:
    markdown = as_markdown(outcome, repository=releases.REPOSITORY)
    assert "none can be replaced" in markdown
    assert "take the next version" in markdown
    assert "git tag" not in markdown


@pytest.mark.parametrize("outcome", [releases.rehearsed(), releases.prepared(dry_run=True)])
def test_no_tag_is_to_be_pushed_for_a_version_that_is_released(outcome: Outcome[object]) -> None:
    assert "push the tag: `git push origin v1.0.0`" in as_markdown(outcome)
    there = replace(releases.ERROR, check="version-is-new", severity=Severity.NOTE)
    markdown = as_markdown(replace(outcome, findings=(*outcome.findings, there)))
    assert "To make another, raise the version, and push the tag of the new one." in markdown
    assert "git push" not in markdown


def test_what_fails_after_the_upload_does_not_say_that_nothing_was_published() -> None:
    failed = replace(releases.verified(), stage="release", findings=(releases.ERROR,))
    assert "published" not in as_markdown(failed)


def test_an_index_of_ones_own_has_no_page_to_yank_on() -> None:
    own = Index(name="own", upload_url="", simple_url="https://own.example/simple/", oidc_audience="")
    markdown = as_markdown(replace(releases.verified(), exhibits=(releases.manifest(()), own)))
    assert "pip install hello==1.0.0` with `--index-url https://own.example/simple/`" in markdown
    assert "yank" not in markdown


def test_testpypi_has_pages_of_its_own() -> None:
    markdown = as_markdown(replace(releases.verified(), exhibits=(releases.manifest(()), TESTPYPI)))
    assert "(https://test.pypi.org/manage/project/hello/release/1.0.0/)" in markdown
