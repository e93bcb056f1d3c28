from __future__ import annotations

from pathlib import Path

import pytest

from pypublish.errors import UsageError
from pypublish.github import context

STEP = {
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_REF": "refs/tags/v1.2.0",
    "GITHUB_SHA": "3fd21c0",
    "GITHUB_REPOSITORY": "acme/hello",
    "GITHUB_WORKFLOW_REF": "acme/hello/.github/workflows/release.yml@refs/tags/v1.2.0",
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_SERVER_URL": "https://github.com",
    "RUNNER_OS": "Linux",
    "RUNNER_ARCH": "X64",
    "GITHUB_OUTPUT": "/runner/output",
}


def test_a_step_of_a_run_for_a_tag() -> None:
    run = context.read(STEP)
    assert (run.tag, run.workflow, run.runner, run.outputs) == (
        "v1.2.0",
        "release.yml",
        "Linux X64",
        Path("/runner/output"),
    )
    assert run.repository_url == "https://github.com/acme/hello"
    assert (run.run_id, run.attempt) == ("77", "2")
    assert run.summary is None
    assert not run.holds_id_token


@pytest.mark.parametrize("ref", ["refs/heads/main", "refs/pull/7/merge", "refs/heads/tags/v1", ""])
def test_other_refs_are_no_tags(ref: str) -> None:
    assert context.read(STEP | {"GITHUB_REF": ref}).tag is None


def test_what_the_runner_does_not_say_is_empty() -> None:
    run = context.read({})
    assert (run.event, run.repository, run.workflow, run.attempt, run.outputs) == ("", "", "", "1", None)


def test_a_token_in_reach_is_seen() -> None:
    assert context.read(STEP | {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://x"}).holds_id_token


@pytest.mark.parametrize("stage", ["validate", "prepare", "verify", "rehearse", "check"])
@pytest.mark.parametrize("event", ["pull_request_target", "workflow_run", "issue_comment"])
def test_no_stage_runs_on_events_that_a_stranger_can_start_with_our_rights(event: str, stage: str) -> None:
    with pytest.raises(UsageError, match=event) as caught:
        context.refuse_event(context.read(STEP | {"GITHUB_EVENT_NAME": event}), stage)
    assert "workflow_dispatch" in caught.value.hint


@pytest.mark.parametrize(
    ("stage", "runs"),
    [
        ("rehearse", True),
        ("validate", True),
        ("build", True),
        ("check", True),
        ("prepare", False),
        ("stage", False),
        ("verify", False),
        ("release", False),
    ],
)
def test_a_pull_request_is_rehearsed_but_never_released(stage: str, runs: bool) -> None:
    run = context.read(STEP | {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/7/merge"})
    if runs:
        context.refuse_event(run, stage)
    else:
        with pytest.raises(UsageError, match="a pull request is a proposal"):
            context.refuse_event(run, stage)


@pytest.mark.parametrize("event", ["push", "workflow_dispatch", "release", "schedule"])
def test_ordinary_events_run_every_stage(event: str) -> None:
    for stage in context.RELEASING_STAGES:
        context.refuse_event(context.read(STEP | {"GITHUB_EVENT_NAME": event}), stage)
