"""release: what is made of a sealed release on GitHub, from whatever was there before, and when nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges.github_api import GitHubUnavailableError
from pypublish.hosting import FILES_MARKER
from tests import factories
from tests.github_releases_api import Fault, Hosted, HostedAsset
from tests.release.scene import FILES, NAMES, TAG, WHEEL, Place, assets, is_right, publish, seal, sealed_manifest, words


def test_a_new_release(at: Place) -> None:
    outcome = at()
    assert outcome.ok
    is_right(at)
    assert at.releases.deeds == [
        "create v1.2.0 as a draft",
        *(f"attach {name}" for name in NAMES),
        "change v1.2.0: tag_name, name, body, prerelease, make_latest, draft",
    ]
    (hosted,) = at.releases.hosted
    assert (hosted.name, hosted.prerelease, hosted.make_latest) == ("hello 1.2.0", False, "true")
    assert hosted.body.startswith(
        "### Added\n\n- Says hello in a language of your choice ([#7]).\n\n"
        "[#7]: https://github.com/acme/hello/pull/7\n\n<!-- pypublish: files -->\n### Files\n"
    )
    assert words(outcome) == snapshot(["v1.2.0 of acme/hello is published, notes from CHANGELOG.md, line 5"])
    assert outcome.outputs == {
        "package-name": "hello",
        "package-version": "1.2.0",
        "tag": "v1.2.0",
        "is-prerelease": "false",
        "release-notes": hosted.body,
        "release-url": "https://github.com/acme/hello/releases/tag/v1.2.0",
    }


def test_once_more_changes_nothing(at: Place) -> None:
    at()
    at.api.asked.clear()
    before = list(at.releases.deeds)
    outcome = at()
    assert outcome.ok
    assert at.releases.deeds == before
    assert len(at.api.asked) == 2
    assert words(outcome) == snapshot(["v1.2.0 of acme/hello was there already, and nothing was changed"])
    assert outcome.outputs["release-notes"] == at.releases.hosted[0].body


@pytest.mark.parametrize("where", ["POST /releases$", "PATCH /releases/", *(f"POST /assets.*{name}" for name in NAMES)])
@pytest.mark.parametrize("did", [False, True], ids=["undone", "done"])
def test_wherever_it_ends_the_next_run_completes_it(at: Place, where: str, *, did: bool) -> None:
    method, _, path = where.partition(" ")
    at.releases.faults = [Fault(method=method, path=path, did=did) for _ in range(4)]
    if not did or method == "PATCH":
        with pytest.raises(GitHubUnavailableError, match="is in trouble"):
            at()
    else:
        at()
    at.releases.faults = []
    assert at().ok
    is_right(at)


def test_a_draft_that_lacks_files_is_completed(at: Place) -> None:
    at.releases.hosted = [Hosted(id=7, tag_name=TAG, draft=True, assets=assets(WHEEL, at=at))]
    assert at().ok
    is_right(at)
    assert f"attach {WHEEL}" not in at.releases.deeds


def test_in_a_draft_another_file_makes_way(at: Place) -> None:
    at.releases.hosted = [
        Hosted(
            id=7,
            tag_name=TAG,
            draft=True,
            assets=[
                HostedAsset(id=1, name=WHEEL, content=FILES[1].content[::-1]),
                HostedAsset(id=2, name="SHA256SUMS", content=b"", state="starter"),
                HostedAsset(id=3, name=FILES[0].filename, content=FILES[0].content, says_digest=False),
            ],
        )
    ]
    assert at().ok
    is_right(at)
    deleted = {FILES[0].filename, WHEEL, "SHA256SUMS"}
    assert {deed.removeprefix("delete ") for deed in at.releases.deeds if deed.startswith("delete")} == deleted


def test_what_somebody_wrote_into_a_draft_stays(at: Place) -> None:
    at.releases.hosted = [Hosted(id=7, tag_name=TAG, draft=True, name="The big one", body="By hand,\nby me.")]
    assert at().ok
    is_right(at)
    (hosted,) = at.releases.hosted
    assert hosted.name == "The big one"
    assert hosted.body.startswith(f"By hand, by me.\n\n{FILES_MARKER}\n### Files")
    assert at.releases.notes_asked == []


def test_a_release_that_was_published_by_hand_gets_its_files(at: Place) -> None:
    at.releases.hosted = [Hosted(id=7, tag_name=TAG, name="1.2", body="By hand.")]
    outcome = at()
    assert outcome.ok
    is_right(at)
    assert (at.releases.hosted[0].name, at.releases.hosted[0].body) == ("1.2", "By hand.")
    assert words(outcome) == snapshot(["v1.2.0 of acme/hello is published, with the notes that it had"])


def test_a_release_that_was_published_without_words_gets_them(at: Place) -> None:
    at.releases.hosted = [Hosted(id=7, tag_name=TAG, assets=assets(*NAMES, at=at))]
    assert at().ok
    assert at.releases.deeds == ["change v1.2.0: body"]
    assert at.releases.hosted[0].body.startswith("### Added")


@pytest.mark.parametrize(
    ("version", "others", "prerelease", "latest"),
    [
        ("1.2.0", ["v1.1.0"], False, "true"),
        ("1.2.0", ["v2.0.0"], False, "false"),
        ("1.2.0", ["v2.0.0rc1"], False, "true"),
        ("1.2.0rc1", ["v1.1.0"], True, "false"),
        ("1.2.0.dev3", [], True, "false"),
        ("1.2.0.post1", ["v1.2.0"], False, "true"),
        ("1!0.1", ["v9.0.0"], False, "true"),
        ("1.2.0", ["other-v9.0.0", "nightly"], False, "true"),
    ],
)
def test_what_the_version_says(
    at: Place, tmp_path: Path, *, version: str, others: list[str], prerelease: bool, latest: str
) -> None:
    tag = f"v{version}"
    files = (factories.sdist(version=version), factories.wheel(version=version))
    publish(at.index, tmp_path / "more", files)
    commit = at.releases.tags[TAG]
    at.releases.tags[tag] = commit
    at.releases.hosted = [Hosted(id=number, tag_name=other) for number, other in enumerate(others)]
    at.releases.hosted.append(Hosted(id=99, tag_name="v99.0", draft=True))
    at.manifest = sealed_manifest(commit, tag=tag, version=version, files=files)
    at.seal = seal(tmp_path / "again", at.manifest, files)
    outcome = at()
    assert outcome.ok
    made = at.releases.hosted[-1]
    assert (made.tag_name, made.prerelease, made.make_latest) == (tag, prerelease, latest)
    assert outcome.outputs["is-prerelease"] == str(prerelease).lower()


@pytest.mark.parametrize("immutable", [False, True])
def test_immutable_releases_are_published_with_all_their_files(at: Place, immutable: bool) -> None:
    at.releases.immutable_releases = immutable
    assert at().ok
    is_right(at)
    assert at.releases.hosted[0].immutable is immutable
    assert at().ok
