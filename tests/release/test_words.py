"""Where the words of a release come from when there is no changelog."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.hosting import FILES_MARKER
from tests.github_releases_api import Fault, Hosted
from tests.release.scene import Place, words


def without_changelog(at: Place) -> None:
    (at.root / "CHANGELOG.md").unlink()


def test_without_a_changelog_github_writes_the_notes(at: Place) -> None:
    without_changelog(at)
    at.releases.hosted = [Hosted(id=1, tag_name="v0.9"), Hosted(id=2, tag_name="v2.0")]
    outcome = at()
    assert words(outcome) == snapshot(
        ["v1.2.0 of acme/hello is published, notes by GitHub, from what was merged since v1.1.0"]
    )
    assert at.releases.notes_asked == [{"tag_name": "v1.2.0", "previous_tag_name": "v1.1.0"}]
    assert at.releases.hosted[-1].body.startswith("## What's Changed\n* Say hello by @jo in https://github.com/")


@pytest.mark.parametrize("why", ["404", "422", "no list"])
def test_where_github_writes_none_the_commits_are_named(at: Place, why: str) -> None:
    without_changelog(at)
    if why == "404":
        at.releases.faults = [Fault(method="POST", path="generate-notes", answer=(404, {}, b"")) for _ in range(4)]
    elif why == "422":
        at.releases.tags.pop("v1.1.0")
    else:
        at.releases.notes = "**Full Changelog**: https://github.com/acme/hello/compare/v1.1.0...v1.2.0"
    outcome = at()
    assert outcome.ok
    assert at.releases.hosted[-1].body.splitlines()[0] == "- Say hello to @&#8203;jo (#8)"


def test_a_shallow_checkout_has_no_commits_to_name(at: Place, tmp_path: Path) -> None:
    without_changelog(at)
    at.releases.notes = ""
    at.root = tmp_path / "nothing"
    at.root.mkdir()
    outcome = at()
    assert outcome.ok
    assert words(outcome) == snapshot(
        ["v1.2.0 of acme/hello is published, without notes: there is neither changelog nor history"]
    )
    assert at.releases.hosted[-1].body.startswith(FILES_MARKER)
