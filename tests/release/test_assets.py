"""Releases on GitHub and their files: made once, whole, and with a token that goes nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypublish.edges import github_releases
from pypublish.edges.github_api import GitHubRefusedError, GitHubUnavailableError
from pypublish.edges.github_writing import uploads_origin
from pypublish.edges.world import World
from pypublish.hosting import Asset
from tests.faulty_server import always, reply
from tests.github_answers import as_json
from tests.github_api import TOKEN, GitHubApi
from tests.github_releases_api import Fault, Hosted
from tests.release.deeds import asking, draft, file, said


def test_a_release_from_draft_to_published(api: GitHubApi, patient: World, tmp_path: Path) -> None:
    with asking(api.url, patient) as github:
        made = draft(github)
        assert made.draft
        attached = github_releases.attach(github, made, file(tmp_path))
        published = github_releases.change(github, made, "publish it", draft=False, make_latest="true")
        (listed,) = github_releases.list_releases(github)
    assert listed == published
    assert listed.assets == (attached,)
    assert listed.url == "https://github.com/acme/hello/releases/tag/v1.2.0"
    (hosted,) = api.releases.hosted
    assert (hosted.files, hosted.make_latest, hosted.draft) == ({"hello-1.2.0.tar.gz": b"the sdist"}, "true", False)


def test_drafts_are_found_in_the_list_and_only_by_who_may_write(api: GitHubApi, patient: World) -> None:
    api.releases.hosted = [Hosted(id=number, tag_name=f"v0.{number}") for number in range(1, 251)]
    api.releases.hosted[0].draft = True
    with asking(api.url, patient) as github:
        assert len(github_releases.list_releases(github)) == 250
    assert len(api.asked) == 3
    with asking(api.url, patient, token="") as github:
        assert len(github_releases.list_releases(github)) == 249


@pytest.mark.parametrize("annotated", [False, True])
def test_the_commit_of_a_tag(api: GitHubApi, patient: World, annotated: bool) -> None:
    api.releases.annotated = {"v1.2.0"} if annotated else set()
    with asking(api.url, patient) as github:
        assert github_releases.commit_of_tag(github, "v1.2.0") == "c" * 40
        assert github_releases.commit_of_tag(github, "v1.2.1") is None
        assert github_releases.commit_of_tag(github, "hello/v1 2?#%") is None


def test_an_upload_that_broke_off_is_deleted_and_sent_again(api: GitHubApi, patient: World, tmp_path: Path) -> None:
    api.releases.faults = [Fault(method="POST", path="/assets", stub=True) for _ in range(2)]
    with asking(api.url, patient) as github:
        github_releases.attach(github, draft(github), file(tmp_path))
    assert api.releases.deeds == [
        "create v1.2.0 as a draft",
        "delete hello-1.2.0.tar.gz",
        "delete hello-1.2.0.tar.gz",
        "attach hello-1.2.0.tar.gz",
    ]


def test_another_file_that_came_in_between_makes_way(api: GitHubApi, patient: World, tmp_path: Path) -> None:
    with asking(api.url, patient) as github:
        made = draft(github)
        github_releases.attach(github, made, file(tmp_path, content=b"another"))
        github_releases.attach(github, made, file(tmp_path))
    assert api.releases.hosted[0].files == {"hello-1.2.0.tar.gz": b"the sdist"}


def test_what_did_not_arrive_whole_is_sent_again(api: GitHubApi, patient: World, tmp_path: Path) -> None:
    wrong = {"id": 9, "name": "hello-1.2.0.tar.gz", "state": "uploaded", "size": 3, "digest": f"sha256:{'0' * 64}"}
    api.releases.faults = [Fault(method="POST", path="/assets", answer=as_json(wrong, 201))]
    with asking(api.url, patient) as github:
        github_releases.attach(github, draft(github), file(tmp_path))
    assert api.releases.hosted[0].files == {"hello-1.2.0.tar.gz": b"the sdist"}


def test_a_name_that_github_changes_is_found_again(api: GitHubApi, patient: World, tmp_path: Path) -> None:
    wanted = file(tmp_path, "hello-1!2.0.tar.gz")
    with asking(api.url, patient) as github:
        made = draft(github)
        asset = github_releases.attach(github, made, wanted)
        assert (asset.name, asset.label) == ("hello-1.2.0.tar.gz", "hello-1!2.0.tar.gz")
        assert github_releases.attach(github, made, wanted) == asset


def test_a_github_that_says_no_digests(api: GitHubApi, patient: World, tmp_path: Path) -> None:
    api.releases.says_digests = False
    with asking(api.url, patient) as github:
        asset = github_releases.attach(github, draft(github), file(tmp_path))
    assert asset == Asset(id=asset.id, name="hello-1.2.0.tar.gz", label="", size=9, sha256="", whole=True)


def test_the_token_goes_to_githubs_own_host_for_uploads_alone(api: GitHubApi, patient: World, tmp_path: Path) -> None:
    with always(reply(b"{}")) as thief, asking(api.url, patient) as github:
        api.releases.upload_url = f"{thief.url}/releases/1/assets{{?name,label}}"
        with pytest.raises(GitHubUnavailableError) as raised:
            github_releases.attach(github, draft(github), file(tmp_path))
        assert thief.requests == []
    assert "which is no host of this GitHub\nThe token is not sent there." in said(raised.value)


@pytest.mark.parametrize(
    ("api_url", "origin"),
    [
        ("https://api.github.com", "https://uploads.github.com"),
        ("https://api.acme.ghe.com", "https://uploads.acme.ghe.com"),
        ("https://github.acme.org/api/v3", "https://github.acme.org"),
        ("https://api.github.com.example.org", "https://api.github.com.example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_where_uploads_go(api_url: str, origin: str) -> None:
    assert uploads_origin(api_url) == origin


@pytest.mark.parametrize("may_write", [True, False])
def test_without_the_right_to_write(api: GitHubApi, patient: World, may_write: bool) -> None:
    api.releases.may_write = may_write
    with asking(api.url, patient, token=TOKEN if not may_write else "") as github:
        assert github_releases.list_releases(github) == ()
        with pytest.raises(GitHubRefusedError) as raised:
            draft(github)
    assert raised.value.status == (401 if may_write else 403)


def test_a_list_without_end(patient: World) -> None:
    page = as_json([{"id": 1, "tag_name": "v1", "html_url": "", "upload_url": "", "assets": []}] * 100)
    with (
        always(reply(page[2], content_type="application/json")) as server,
        asking(server.url, patient) as github,
        pytest.raises(GitHubUnavailableError, match="the list does not end"),
    ):
        github_releases.list_releases(github)
