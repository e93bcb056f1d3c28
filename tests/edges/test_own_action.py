"""The commit of our own action: asked of GitHub, bounded; and what can go wrong with that."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import pypublish
from pypublish import REPOSITORY, __version__
from pypublish.edges import own_action
from pypublish.edges.github_api import GitHubRefusedError, GitHubUnavailableError
from pypublish.edges.own_action import asking, commit_of_checkout, commit_of_version
from pypublish.edges.world import Clock, World
from pypublish.errors import PypublishError, UsageError
from tests import projects
from tests.faulty_server import always
from tests.github_answers import Answer
from tests.github_api import GitHubApi

COMMIT, TAG_OBJECT = "a" * 40, "b" * 40
JSON = {"content-type": "application/json; charset=utf-8"}


def answer(kind: str, sha: str) -> tuple[int, dict[str, str], bytes]:
    return 200, JSON, json.dumps({"object": {"type": kind, "sha": sha}}).encode()


@pytest.fixture
def api() -> Iterator[GitHubApi]:
    with GitHubApi(repository=REPOSITORY) as running:
        yield running


@pytest.fixture
def reached(world: World, api: GitHubApi) -> World:
    return replace(world, environ={**world.environ, "GITHUB_API_URL": api.url})


def test_a_tag_that_names_a_commit(api: GitHubApi, reached: World) -> None:
    api.next_answers = [answer("commit", COMMIT)]
    assert commit_of_version(reached) == COMMIT
    assert api.asked == [f"/repos/{REPOSITORY}/git/ref/tags/v{__version__}"]


def test_an_annotated_tag_is_followed_to_its_commit(api: GitHubApi, reached: World) -> None:
    api.next_answers = [answer("tag", TAG_OBJECT), answer("commit", COMMIT)]
    assert commit_of_version(reached) == COMMIT
    assert api.asked[1:] == [f"/repos/{REPOSITORY}/git/tags/{TAG_OBJECT}"]


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([], GitHubRefusedError),
        (
            [(403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999", **JSON}, b"{}")],
            GitHubUnavailableError,
        ),
        ([(429, {"retry-after": "60", **JSON}, b"{}")], GitHubUnavailableError),
        ([(422, JSON, b"{}")], GitHubUnavailableError),
        ([(503, JSON, b"{}")], GitHubUnavailableError),
        ([(200, {"content-type": "text/html"}, b"<html>Log in</html>")], GitHubUnavailableError),
        ([(200, JSON, b"[]")], GitHubUnavailableError),
        ([(200, JSON, b'{"object": 1}')], GitHubUnavailableError),
        ([answer("commit", "v1; rm -rf /")], GitHubUnavailableError),
        ([answer("tree", COMMIT)], GitHubUnavailableError),
        ([answer("tag", TAG_OBJECT), answer("tag", TAG_OBJECT)], GitHubUnavailableError),
    ],
)
def test_what_is_no_answer_is_said_at_once(
    answers: list[Answer], error: type[PypublishError], api: GitHubApi, reached: World
) -> None:
    api.private = True
    api.next_answers = [*answers]

    def never(_: float) -> None:
        raise AssertionError

    with pytest.raises(error):
        commit_of_version(replace(reached, clock=Clock(sleep=never)))


def test_a_github_that_cannot_be_reached(world: World) -> None:
    with pytest.raises(GitHubUnavailableError):
        commit_of_version(replace(world, environ={**world.environ, "GITHUB_API_URL": "http://127.0.0.1:9"}))


def test_an_address_that_is_none(world: World) -> None:
    with pytest.raises(UsageError, match="GITHUB_API_URL cannot be used"):
        commit_of_version(replace(world, environ={**world.environ, "GITHUB_API_URL": "x"}))


def test_it_is_asked_while_something_else_is_done(api: GitHubApi, reached: World) -> None:
    api.next_answers = [answer("commit", COMMIT)]
    with asking(reached) as asked:
        assert asked.result(timeout=own_action.WITHIN + 10) == COMMIT


def test_what_is_not_waited_for_holds_nobody_up(world: World) -> None:
    with always([60.0]) as silent:
        began = time.monotonic()
        with asking(replace(world, environ={**world.environ, "GITHUB_API_URL": silent.url})) as asked:
            pass
        assert time.monotonic() - began < own_action.WITHIN
        with pytest.raises(GitHubUnavailableError):
            asked.result(timeout=60)


def test_a_checkout_of_ours_is_its_commit(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    root = projects.write(
        tmp_path / "checkout", {"src/pypublish/__init__.py": "", "workflows-templates/release.yml": ""}
    )
    commit = projects.commit(root)
    monkeypatch.setattr(pypublish, "__file__", str(root / "src" / "pypublish" / "__init__.py"))
    assert commit_of_checkout(world) == (commit, False)
    projects.git(root, "tag", own_action.TAG)
    assert commit_of_checkout(world) == (commit, True)


def test_what_is_installed_in_somebody_elses_checkout_has_none(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = projects.write(tmp_path / "theirs", {"lib/site-packages/pypublish/__init__.py": ""})
    projects.commit(root)
    monkeypatch.setattr(pypublish, "__file__", str(root / "lib/site-packages/pypublish/__init__.py"))
    assert commit_of_checkout(world) is None
