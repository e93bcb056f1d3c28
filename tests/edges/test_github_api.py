"""GitHub's API over real sockets: what it is asked, what it refuses, and that the token goes nowhere else."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.edges import github_repository, github_runs
from pypublish.edges.github_api import (
    Account,
    GitHub,
    GitHubRefusedError,
    GitHubUnavailableError,
    ask,
    connect,
)
from pypublish.edges.github_runs import WorkflowRun
from pypublish.edges.world import Clock, World
from pypublish.errors import ExitCode, UsageError
from tests.faulty_server import FaultyServer, always, reply
from tests.github_api import REPOSITORY, TOKEN, Artifact, Environment, GitHubApi, Job, Run

CONTENT = b"PK" + bytes(range(256)) * 500


@pytest.fixture
def api() -> Iterator[GitHubApi]:
    with GitHubApi(runs=[Run(id=7, attempts=2)]) as running:
        yield running


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def patient(world: World, slept: list[float]) -> World:
    """A world in which time passes by waiting alone, and waiting takes none."""
    return replace(world, clock=Clock(now=lambda: 1_800_000_000.0 + sum(slept), sleep=slept.append))


@contextmanager
def asking(api_url: str, world: World, token: str = TOKEN) -> Iterator[GitHub]:
    with connect(Account(repository=REPOSITORY, token=token, api_url=api_url), world) as github:
        yield github


def test_a_run_its_jobs_and_its_artifacts(api: GitHubApi, patient: World) -> None:
    api.jobs = [
        Job(id=11, run=7, attempt=1, name="Prepare", runner="GitHub Actions 4"),
        Job(id=12, run=7, attempt=2, name="Prepare", status="in_progress", runner="GitHub Actions 9"),
    ]
    one = api.add(run=7, name="release-1", content=CONTENT)
    api.add(run=7, name="coverage", content=b"")
    with asking(api.url, patient) as github:
        assert github_runs.read_run(github, 7) == WorkflowRun(
            id=7,
            attempts=2,
            event="push",
            head_repository="acme/hello",
            url="https://github.com/acme/hello/actions/runs/7",
        )
        assert github_runs.jobs_of_attempt(github, 7, 2) == (
            github_runs.Job(id=12, name="Prepare", status="in_progress", runner="GitHub Actions 9"),
        )
        (found,) = github_runs.artifacts_named(github, 7, "release-1")
        assert github_runs.artifacts_named(github, 7, "release-2") == ()
        assert github_runs.names_of_artifacts(github, 7) == ("coverage", "release-1")
    assert (found.id, found.size, found.sha256) == (one.id, len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert not found.expired


def test_a_long_list_is_read_page_by_page(api: GitHubApi, patient: World) -> None:
    api.jobs = [Job(id=number, run=7, attempt=1, name=f"tests ({number})") for number in range(250)]
    with asking(api.url, patient) as github:
        assert len(github_runs.jobs_of_attempt(github, 7, 1)) == 250
    assert len(api.asked) == 3


def test_the_store_gets_no_token(api: GitHubApi, patient: World, tmp_path: Path) -> None:
    api.add(run=7, name="release-1", content=CONTENT)
    with asking(api.url, patient) as github:
        (found,) = github_runs.artifacts_named(github, 7, "release-1")
        assert github_runs.download(github, found, tmp_path / "it.zip") == found.sha256
    assert (tmp_path / "it.zip").read_bytes() == CONTENT
    assert api.leaked == []


@pytest.mark.parametrize(
    ("line", "said"),
    [("sha256 of the manifest: abc", True), ("sha256 of the manifest: abd", False), ("", False)],
)
def test_a_log_is_looked_through(api: GitHubApi, patient: World, line: str, said: bool) -> None:
    noise = "2026-11-20T10:00:00.0000000Z something\n" * 20_000
    job = Job(id=11, run=7, attempt=1, name="Prepare", log=f"{noise}2026-11-20T10:00:01.0000000Z {line}\n{noise}")
    api.jobs = [job]
    with asking(api.url, patient) as github:
        (found,) = github_runs.jobs_of_attempt(github, 7, 1)
        assert github_runs.log_says(github, found, "sha256 of the manifest: abc") is said
    assert api.leaked == []


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 60), max_size=6), before=st.binary(max_size=30), there=st.booleans())
def test_a_line_of_a_log_is_found_wherever_it_is_cut(
    patient: World, cuts: list[int], before: bytes, there: bool
) -> None:
    needle = b"a needle of bytes"
    text = before.replace(needle, b"") + (needle if there else b"") + b" and the rest"
    borders = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    chunks = [text[start:end] for start, end in itertools.pairwise(borders)]
    assert github_runs.contains(iter(chunks), needle) is (needle in text)


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


@pytest.mark.parametrize(("expired", "status"), [(True, 410), (False, 404)])
def test_an_artifact_that_is_gone(api: GitHubApi, patient: World, tmp_path: Path, expired: bool, status: int) -> None:
    made = api.add(run=7, name="release-1", content=CONTENT)
    with asking(api.url, patient) as github:
        (found,) = github_runs.artifacts_named(github, 7, "release-1")
        made.expired = expired
        if not expired:
            api.artifacts.clear()
        with pytest.raises(GitHubRefusedError) as caught:
            github_runs.download(github, found, tmp_path / "it.zip")
    assert caught.value.status == status


@pytest.mark.parametrize(
    "change",
    [
        lambda made: setattr(made, "content", made.content[:-1]),
        lambda made: setattr(made, "content", made.content + b"x"),
        lambda made: setattr(made, "content", b"X" + made.content[1:]),
    ],
)
def test_what_arrives_is_what_was_stored(api: GitHubApi, patient: World, tmp_path: Path, change: object) -> None:
    made = api.add(run=7, name="release-1", content=CONTENT)
    with asking(api.url, patient) as github:
        (found,) = github_runs.artifacts_named(github, 7, "release-1")
        assert callable(change)
        change(made)
        with pytest.raises(GitHubUnavailableError, match="did not arrive as GitHub stored it"):
            github_runs.download(github, found, tmp_path / "it.zip")


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


@pytest.mark.parametrize("document", ["null", "[1]", '{"a": 1}', '["x"]', '[{"id": -1, "name": 3}]'])
def test_a_list_of_another_form_is_no_answer(patient: World, document: str) -> None:
    body = f'{{"jobs": {document}}}'.encode()
    with (
        always(reply(body, content_type="application/json")) as server,
        asking(server.url, patient) as github,
        pytest.raises(GitHubUnavailableError),
    ):
        github_runs.jobs_of_attempt(github, 7, 1)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    document=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["jobs", "id", "name", "status", "runner_name"]), inner)
        ),
        max_leaves=8,
    )
)
def test_no_document_of_githubs_makes_a_traceback(patient: World, document: object) -> None:
    body = json.dumps({"jobs": document}).encode()
    with always(reply(body, content_type="application/json")) as server, asking(server.url, patient) as github:
        try:
            assert isinstance(github_runs.jobs_of_attempt(github, 7, 1), tuple)
        except GitHubUnavailableError as error:
            assert error.hint  # noqa: PT017


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


@pytest.mark.parametrize(
    ("environment", "refs"),
    [
        (None, None),
        (Environment(name="pypi"), "everything"),
        (Environment(name="pypi", protected_branches=True), "protected"),
        (Environment(name="pypi", patterns=(("tag", "v*"), ("branch", "main"))), "patterns"),
    ],
)
def test_who_may_deploy_to_an_environment(
    api: GitHubApi, patient: World, environment: Environment | None, refs: str | None
) -> None:
    api.environments = [environment] if environment else []
    with asking(api.url, patient) as github:
        found = github_repository.read_environment(github, "pypi")
        if found is None:
            assert refs is None
            return
        assert (found.protected_branches, found.patterns is None) == (refs == "protected", refs != "patterns")
        if found.patterns is not None:
            assert [(one.kind, one.pattern) for one in found.patterns] == [("tag", "v*"), ("branch", "main")]
        facts = github_repository.read_repository(github)
    assert (facts.private, facts.default_branch) == (False, "main")


def test_an_artifact_without_a_digest_is_taken_by_its_size(api: GitHubApi, patient: World, tmp_path: Path) -> None:
    api.artifacts = [Artifact(id=1, run=7, name="release-1", content=CONTENT, digest="md5:0")]
    with asking(api.url, patient) as github:
        (found,) = github_runs.artifacts_named(github, 7, "release-1")
        assert found.sha256 == ""
        assert github_runs.download(github, found, tmp_path / "it.zip") == hashlib.sha256(CONTENT).hexdigest()
