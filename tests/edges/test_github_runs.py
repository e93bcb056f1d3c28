"""Runs on GitHub: their jobs, the logs of these, and their artifacts, each as GitHub stored it."""

from __future__ import annotations

import hashlib
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pypublish.edges import github_runs
from pypublish.edges.github_api import GitHubRefusedError, GitHubUnavailableError
from pypublish.edges.github_runs import WorkflowRun
from pypublish.edges.world import World
from tests.edges.asking import asking
from tests.faulty_server import always, reply
from tests.github_api import Artifact, GitHubApi, Job

CONTENT = b"PK" + bytes(range(256)) * 500


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


def test_an_artifact_without_a_digest_is_taken_by_its_size(api: GitHubApi, patient: World, tmp_path: Path) -> None:
    api.artifacts = [Artifact(id=1, run=7, name="release-1", content=CONTENT, digest="md5:0")]
    with asking(api.url, patient) as github:
        (found,) = github_runs.artifacts_named(github, 7, "release-1")
        assert found.sha256 == ""
        assert github_runs.download(github, found, tmp_path / "it.zip") == hashlib.sha256(CONTENT).hexdigest()


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
