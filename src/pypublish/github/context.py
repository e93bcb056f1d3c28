"""What the runner says of the run: event, ref, repository, attempt; and which events may not release."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pypublish.errors import UsageError

RELEASING_STAGES = frozenset({"prepare", "stage", "upload", "verify", "release"})

_ALWAYS_REFUSED = {
    "pull_request_target": "it runs with the rights of this repository on what a stranger proposes",
    "workflow_run": "it runs with the rights of this repository after a run that a stranger may have started",
    "issue_comment": "anybody who can comment can start it",
}
_REFUSED_FOR_RELEASES = {"pull_request": "a pull request is a proposal, not a release"}

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_SERVER = re.compile(r"https://[\w.-]+(:\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """One run of a workflow, as GITHUB_* describe it."""

    event: str
    ref: str
    """`refs/tags/v1.2.0`, `refs/heads/main`, `refs/pull/7/merge`."""
    sha: str
    repository: str
    """`owner/name`."""
    workflow: str
    """The file name alone: `release.yml`; empty where the runner does not say it."""
    run_id: str
    attempt: str
    server: str
    api: str
    """The address of the REST API."""
    runner: str
    """What the job runs on: `Linux X64`."""
    runner_name: str
    """The machine's own name."""
    outputs: Path | None
    summary: Path | None
    holds_id_token: bool
    """Whether this job may ask for an identity token, which is the publishing job's right alone."""

    @property
    def tag(self) -> str | None:
        """The tag that the run is of; None where it is of a branch or a pull request."""
        return self.ref.removeprefix("refs/tags/") if self.ref.startswith("refs/tags/") else None

    @property
    def repository_url(self) -> str:
        """Where people look at the repository; empty where the runner does not say which it is."""
        plain = _REPOSITORY.fullmatch(self.repository) and _SERVER.fullmatch(self.server)
        return f"{self.server}/{self.repository}" if plain else ""


def read(environ: Mapping[str, str]) -> RunContext:
    """Read the run from the environment of a step; what the runner does not say is empty."""
    return RunContext(
        event=environ.get("GITHUB_EVENT_NAME", ""),
        ref=environ.get("GITHUB_REF", ""),
        sha=environ.get("GITHUB_SHA", ""),
        repository=environ.get("GITHUB_REPOSITORY", ""),
        workflow=_workflow_file(environ.get("GITHUB_WORKFLOW_REF", "")),
        run_id=environ.get("GITHUB_RUN_ID", ""),
        attempt=environ.get("GITHUB_RUN_ATTEMPT") or "1",
        server=environ.get("GITHUB_SERVER_URL") or "https://github.com",
        api=environ.get("GITHUB_API_URL") or "https://api.github.com",
        runner=" ".join(filter(None, (environ.get("RUNNER_OS"), environ.get("RUNNER_ARCH")))),
        runner_name=environ.get("RUNNER_NAME", ""),
        outputs=_path(environ, "GITHUB_OUTPUT"),
        summary=_path(environ, "GITHUB_STEP_SUMMARY"),
        holds_id_token=bool(environ.get("ACTIONS_ID_TOKEN_REQUEST_URL")),
    )


def refuse_event(context: RunContext, stage: str) -> None:
    """Stop a stage that must not run on this event.

    Raises:
        UsageError: a stranger could start it, or it would release a proposal.

    """
    reason = _ALWAYS_REFUSED.get(context.event)
    if reason is None and stage in RELEASING_STAGES:
        reason = _REFUSED_FOR_RELEASES.get(context.event)
    if reason is not None:
        raise UsageError(
            f"the stage {stage} does not run on the event {context.event}: {reason}",
            hint="Release on a pushed tag or by workflow_dispatch; on pull requests use stage: rehearse.",
        )


def refuse_server(context: RunContext, stage: str, *, of_the_action: bool) -> None:
    """Stop the action where its release could never be handed from job to job: on a GitHub Enterprise Server.

    Raises:
        UsageError: it is one.

    """
    host = context.server.partition("://")[2].lower()
    if not of_the_action or stage not in RELEASING_STAGES or host == "github.com" or host.endswith(".ghe.com"):
        return
    raise UsageError(
        f"the action releases on github.com alone, and this is {host}: a GitHub Enterprise Server keeps no artifacts"
        " for actions/upload-artifact, and no index trusts its identities",
        hint="stage: rehearse runs there. To release from there, run pypublish prepare and pypublish upload in one step"
        " of your own, with an API token of the index.",
    )


def _workflow_file(workflow_ref: str) -> str:
    # owner/name/.github/workflows/release.yml@refs/tags/v1
    return workflow_ref.partition("@")[0].rpartition("/")[2]


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]) if environ.get(name) else None
