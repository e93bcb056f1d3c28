"""What is found on GitHub or the index and stands in the way of a release, and what a dry run says of it all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges.github_api import Account
from pypublish.edges.world import Transport
from pypublish.errors import SealError, UsageError
from tests import factories
from tests.github_api import REPOSITORY
from tests.github_releases_api import Hosted, HostedAsset
from tests.release.scene import FILES, NAMES, TAG, WHEEL, Place, assets, is_right, seal, sealed_manifest, words


def other_wheel(at: Place) -> list[Hosted]:
    found = assets(*NAMES, at=at)
    found[1].content = b"another"
    return [Hosted(id=7, tag_name=TAG, body="x", assets=found)]


def other_manifest(at: Place) -> list[Hosted]:
    found = assets(*NAMES, at=at)
    found[3].content = b"{}"
    return [Hosted(id=7, tag_name=TAG, body="x", assets=found)]


def one_more_wheel(at: Place) -> list[Hosted]:
    more = HostedAsset(id=1, name="hello-1.2.0-py2-none-any.whl", content=b"x")
    sbom = HostedAsset(id=2, name="sbom.json", content=b"x")
    return [Hosted(id=7, tag_name=TAG, body="x", assets=[*assets(*NAMES, at=at), more, sbom])]


def immutable_and_empty(_: Place) -> list[Hosted]:
    return [Hosted(id=7, tag_name=TAG, body="x", immutable=True)]


def several_drafts(at: Place) -> list[Hosted]:
    return [
        Hosted(id=7, tag_name=TAG, draft=True),
        Hosted(id=8, tag_name=TAG, draft=True, assets=assets(WHEEL, at=at)),
        Hosted(id=9, tag_name="v1.1.0", draft=True),
    ]


FOUND = {
    "another wheel": (
        other_wheel,
        snapshot(
            [
                "no release v1.2.0 on acme/hello is made or changed",
                "error: hello-1.2.0-py3-none-any.whl: the release has another file of this name: sha256 (another one), … bytes; sealed was (the sealed one), … bytes",
            ]
        ),
    ),
    "another manifest": (
        other_manifest,
        snapshot(
            [
                "v1.2.0 of acme/hello was there already, and nothing was changed",
                "warning: manifest.json: the release has another file of this name: sha256 (another one), … bytes; sealed was (the sealed one), … bytes",
            ]
        ),
    ),
    "one more wheel": (
        one_more_wheel,
        snapshot(
            [
                "v1.2.0 of acme/hello was there already, and nothing was changed",
                "warning: hello-1.2.0-py2-none-any.whl: the release v1.2.0 has it, the manifest does not",
            ]
        ),
    ),
    "immutable and empty": (
        immutable_and_empty,
        snapshot(
            [
                "no release v1.2.0 on acme/hello is made or changed",
                "error: v1.2.0 is published and immutable, without hello-1.2.0.tar.gz, hello-1.2.0-py3-none-any.whl, SHA256SUMS and 1 more",
            ]
        ),
    ),
    "several drafts": (
        several_drafts,
        snapshot(
            [
                "v1.2.0 of acme/hello is published, notes from CHANGELOG.md, line 5",
                "warning: GitHub has 2 releases of v1.2.0; this goes on with the draft 8 and leaves 7 alone",
            ]
        ),
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_found_on_github(at: Place, name: str) -> None:
    make, says = FOUND[name]
    at.releases.hosted = make(at)
    before = [(one.id, one.files, one.body) for one in at.releases.hosted if not one.draft]
    outcome = at()
    sealed = [hashlib.sha256(one.content).hexdigest() for one in assets(*NAMES, at=at)]
    assert words(outcome, *sealed) == says
    if not outcome.ok:
        assert at.releases.sent == []
        assert outcome.outputs == {}
    assert [(one.id, one.files, one.body) for one in at.releases.hosted if one.id == 7 and not one.draft] == before


def tag_moved(at: Place) -> None:
    at.releases.tags[TAG] = "d" * 40


def no_tag(at: Place) -> None:
    del at.releases.tags[TAG]


def not_on_the_index(at: Place) -> None:
    at.index.stores["pypi"]._projects.clear()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (tag_moved, "the tag v1.2.0 names commit ddddddd on GitHub, but the files were built of "),
        (no_tag, "GitHub has no tag v1.2.0"),
        (not_on_the_index, "PyPI does not show hello-1.2.0-py3-none-any.whl, hello-1.2.0.tar.gz of hello 1.2.0"),
    ],
)
def test_what_stands_in_its_way(at: Place, spoil: Callable[[Place], None], says: str) -> None:
    spoil(at)
    outcome = at()
    assert not outcome.ok
    (found,) = outcome.findings
    assert found.message.startswith(says)
    assert at.releases.sent == []


def test_an_index_that_does_not_answer_is_noted(at: Place) -> None:
    at.world = replace(at.world, transport=Transport(proxy="http://127.0.0.1:9", ca_file=at.index.ca_file))
    outcome = at()
    assert outcome.ok
    is_right(at)
    (found,) = outcome.findings
    assert (found.check, found.severity.value) == ("release-is-on-the-index", "note")
    assert found.message.startswith("PyPI was not asked: ")


def test_files_that_are_not_the_sealed_ones(at: Place) -> None:
    (at.seal.parent / "dist" / WHEEL).write_bytes(FILES[1].content[::-1])
    with pytest.raises(SealError, match=WHEEL):
        at()
    assert at.api.asked == []


def test_without_a_token(at: Place) -> None:
    account = Account(repository=REPOSITORY, api_url=at.api.url)
    with pytest.raises(UsageError, match="without a token"):
        at(account=account)
    outcome = at(account=account, dry_run=True)
    assert outcome.ok
    assert outcome.closing[-2:] == (
        "Without a token, GitHub shows no drafts: there may be one.",
        "Nothing was changed.",
    )


@pytest.mark.parametrize("name", ["new", "draft", "done"])
def test_a_dry_run_changes_nothing(at: Place, name: str) -> None:
    if name == "draft":
        wrong = HostedAsset(id=1, name=WHEEL, content=b"another")
        at.releases.hosted = [Hosted(id=7, tag_name=TAG, draft=True, assets=[wrong])]
    elif name == "done":
        at.releases.hosted = [Hosted(id=7, tag_name=TAG, body="x", assets=assets(*NAMES, at=at))]
    outcome = at(dry_run=True, webhook="http://127.0.0.1:9/never")
    assert at.releases.sent == []
    assert list(outcome.closing) == DRY[name]
    assert outcome.outputs["release-url"] == (
        "" if name != "done" else "https://github.com/acme/hello/releases/tag/v1.2.0"
    )


DRY = {
    "new": snapshot(
        [
            "This would make the release 'hello 1.2.0' for the tag v1.2.0, as a draft first.",
            "It would attach hello-1.2.0.tar.gz, hello-1.2.0-py3-none-any.whl, SHA256SUMS, manifest.json.",
            "It would publish it as the latest release.",
            "Nothing was changed.",
        ]
    ),
    "draft": snapshot(
        [
            "This would complete the draft 7 of v1.2.0.",
            "It would delete hello-1.2.0-py3-none-any.whl, and attach it anew.",
            "It would attach hello-1.2.0.tar.gz, hello-1.2.0-py3-none-any.whl, SHA256SUMS, manifest.json.",
            "It would publish it as the latest release.",
            "Nothing was changed.",
        ]
    ),
    "done": snapshot(
        [
            "The release is there already, with the same files: https://github.com/acme/hello/releases/tag/v1.2.0",
            "Nothing was changed.",
        ]
    ),
}


def test_other_files_on_the_index_stop_it(at: Place, tmp_path: Path) -> None:
    other = (FILES[0], factories.wheel({"hello/__init__.py": "x = 1"}, version="1.2.0"))
    at.manifest = sealed_manifest(at.releases.tags[TAG], files=other)
    at.seal = seal(tmp_path / "again", at.manifest, other)
    outcome = at()
    assert not outcome.ok
    assert [one.check for one in outcome.findings] == ["published-files-are-the-sealed-ones"]
    assert at.releases.sent == []
