"""GitHub's API over real sockets: what it is asked, what it refuses, and that the token goes nowhere else."""

from __future__ import annotations

import json

import pytest
from inline_snapshot import snapshot

from pypublish.edges import github_runs
from pypublish.edges.github_api import Account, GitHubRefusedError, GitHubUnavailableError, ask, connect
from pypublish.edges.world import World
from pypublish.errors import ExitCode, UsageError
from tests.edges.asking import asking
from tests.faulty_server import FaultyServer, always, reply
from tests.github_api import REPOSITORY, TOKEN, GitHubApi


@pytest.mark.parametrize(
    ("prepare", "shown"),
    [
        pytest.param(
            lambda api: setattr(api, "token", "another"),
            snapshot(
                (
                    "GitHub does not accept the token (Bad credentials)",
                    "A job's own token ends with the job, a personal one expires: set PYPUBLISH_GITHUB_TOKEN to a valid one.",
                )
            ),
            id="token",
        ),
        pytest.param(
            lambda api: setattr(api, "may_read_actions", False),
            snapshot(
                (
                    "GitHub does not show run 7 of acme/hello to this token (Resource not accessible by integration)",
                    "Give the job `actions: read`; on a laptop, use a token that may read the repository's Actions.",
                )
            ),
            id="permission",
        ),
        pytest.param(
            lambda api: api.runs.clear(),
            snapshot(
                (
                    "GitHub does not have run 7 of acme/hello, or does not show it to this token",
                    "Check the number; of a private repository, GitHub shows nothing to a token that may not read it.",
                )
            ),
            id="run",
        ),
        pytest.param(
            lambda api: setattr(api, "repository", "acme/other"),
            snapshot(
                (
                    "GitHub does not have run 7 of acme/hello, or does not show it to this token",
                    "Check the number; of a private repository, GitHub shows nothing to a token that may not read it.",
                )
            ),
            id="repository",
        ),
    ],
)
def test_what_github_refuses(api: GitHubApi, patient: World, prepare: object, shown: tuple[str, str]) -> None:
    assert callable(prepare)
    prepare(api)
    with asking(api.url, patient) as github, pytest.raises(GitHubRefusedError) as caught:
        github_runs.read_run(github, 7)
    assert (str(caught.value), caught.value.hint) == shown
    assert caught.value.exit_code is ExitCode.USAGE
    assert TOKEN not in str(caught.value) + caught.value.hint


def test_without_a_token_it_is_said(api: GitHubApi, patient: World) -> None:
    api.private = True
    with (
        asking(api.url, patient, token="") as github,
        pytest.raises(GitHubRefusedError, match="to those without a token"),
    ):
        github_runs.read_run(github, 7)


SECONDARY = json.dumps({"message": "You have exceeded a secondary rate limit."}).encode()
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("answer", "waits"),
    [
        ((403, JSON | {"Retry-After": "7"}, b"{}"), [7.0]),
        ((429, JSON | {"Retry-After": "7"}, b"{}"), [7.0]),
        ((403, JSON | {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1800000033"}, b"{}"), [33.0]),
        ((403, JSON | {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000000"}, b"{}"), [1.0]),
        ((403, JSON, SECONDARY), [60.0]),
        ((503, JSON | {"Retry-After": "3"}, b""), [3.0]),
    ],
)
def test_github_is_given_the_time_it_asks_for(
    api: GitHubApi, patient: World, slept: list[float], answer: tuple[int, dict[str, str], bytes], waits: list[float]
) -> None:
    api.next_answers = [answer]
    with asking(api.url, patient) as github:
        assert github_runs.read_run(github, 7).attempts == 2
    assert slept == waits


@pytest.mark.parametrize(
    "headers",
    [
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1800003000"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9" * 11},
        {"Retry-After": "3000"},
    ],
)
def test_a_limit_by_the_hour_is_said(api: GitHubApi, patient: World, headers: dict[str, str]) -> None:
    api.next_answers = [(403, JSON | headers, b"{}")]
    with asking(api.url, patient) as github, pytest.raises(GitHubUnavailableError) as caught:
        github_runs.read_run(github, 7)
    assert str(caught.value).startswith("GitHub answers no more requests until ")
    assert caught.value.exit_code is ExitCode.INDEX


LOGIN_PAGE = reply(b"<html>log in</html>", content_type="text/html")


@pytest.mark.parametrize(
    "answer",
    [
        LOGIN_PAGE,
        reply(b"[]", content_type="application/json"),
        reply(b"{", content_type="application/json"),
        reply(b"[" * 100_000, content_type="application/json"),
        reply(b"{}", content_type="application/json"),
        reply(b'{"event": 1, "run_attempt": true, "html_url": null}', content_type="application/json"),
        reply(status=500),
        reply(status=302, headers={"Location": "https://login.example.org/"}),
        [None],
    ],
)
def test_what_is_not_github_is_no_answer(patient: World, answer: list[bytes | float | None]) -> None:
    with (
        always(answer) as server,
        asking(server.url, patient) as github,
        pytest.raises(GitHubUnavailableError) as caught,
    ):
        github_runs.read_run(github, 7)
    assert caught.value.hint
    assert TOKEN not in str(caught.value) + caught.value.hint


def test_nobody_answers(patient: World) -> None:
    with asking("http://127.0.0.1:9", patient) as github, pytest.raises(GitHubUnavailableError) as caught:
        github_runs.read_run(github, 7)
    assert "githubstatus" in caught.value.hint


@pytest.mark.parametrize("token", ["ghs_one\nmore", "ghs one", "ghs_\N{SNOWMAN}", "a\r\nX-Evil: 1"])
def test_a_token_that_is_none_is_refused_unseen(patient: World, token: str) -> None:
    with pytest.raises(UsageError) as caught, asking("https://api.github.com", patient, token):
        pass
    assert token not in str(caught.value) + caught.value.hint
    assert "ghs" not in str(caught.value)


@pytest.mark.parametrize("repository", ["", "hello", "acme/hello/more", "acme/../x", "a b/c", "acme/hello?x=1"])
def test_a_repository_is_owner_and_name(patient: World, repository: str) -> None:
    with pytest.raises(UsageError), connect(Account(repository=repository), patient):
        pass


def test_an_api_without_encryption_is_refused(patient: World) -> None:
    with pytest.raises(UsageError, match="GITHUB_API_URL"), asking("http://api.github.com", patient):
        pass


def test_the_token_is_in_no_representation() -> None:
    assert TOKEN not in repr(Account(repository=REPOSITORY, token=TOKEN))


def test_a_redirect_within_the_api_is_followed(patient: World) -> None:
    def moved(request: object) -> list[bytes | float | None]:
        path = getattr(request, "path", "")
        if path.startswith("/repos/"):
            return reply(status=301, headers={"Location": "/repositories/42"})
        return reply(b'{"private": false, "default_branch": "main"}', content_type="application/json")

    with FaultyServer(behaviour=moved) as server, asking(server.url, patient) as github:
        assert ask(github, "", what="the repository")["default_branch"] == "main"
    assert [request.headers["authorization"] for request in server.requests] == [f"Bearer {TOKEN}"] * 2
