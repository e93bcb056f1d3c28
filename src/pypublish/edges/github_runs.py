"""What GitHub keeps of a workflow's run: its attempts, their jobs with their logs, and the artifacts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pypublish.edges.github_api import (
    GitHub,
    GitHubUnavailableError,
    ask,
    ask_all,
    malformed,
    number_of,
    refused,
    text_of,
    unavailable,
)
from pypublish.errors import IndexUnavailableError

T = TypeVar("T")

DOWNLOAD_WITHIN = 900.0
"""Seconds for one artifact, all attempts together."""
LOG_WITHIN = 120.0
LOG_LIMIT = 256 << 20
"""Bytes of a job's log that are looked through."""
DIGEST_KIND = "sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRun:
    """One run of a workflow."""

    id: int
    attempts: int
    """How many there were, the one that may be running included."""
    event: str
    head_repository: str
    """Where the workflow and the code came from; a fork's for a pull request of it. Empty where that is gone."""
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job of one attempt."""

    id: int
    name: str
    """As people see it; not its key in the workflow."""
    status: str
    runner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunArtifact:
    """One artifact of a run, whichever attempt it is of."""

    id: int
    name: str
    size: int
    """Bytes of the ZIP."""
    sha256: str
    """Of the ZIP, in hex; empty where GitHub does not say."""
    expired: bool
    expires_at: str


def read_run(github: GitHub, number: int) -> WorkflowRun:
    """Ask for a run.

    Raises:
        GitHubUnavailableError: there was no answer.
        GitHubRefusedError: there is no such run, or the token may not see it.

    """
    run = ask(github, f"/actions/runs/{number}", what=_run(github, number))
    head = run.get("head_repository")
    return WorkflowRun(
        id=number,
        attempts=number_of(github, run, "run_attempt"),
        event=text_of(github, run, "event"),
        head_repository=text_of(github, head, "full_name") if isinstance(head, dict) else "",
        url=text_of(github, run, "html_url"),
    )


def jobs_of_attempt(github: GitHub, run: int, attempt: int) -> tuple[Job, ...]:
    """Ask for the jobs of an attempt.

    Raises:
        GitHubUnavailableError: there was no answer.
        GitHubRefusedError: there is no such attempt, or the token may not see it.

    """
    found = ask_all(github, f"/actions/runs/{run}/attempts/{attempt}/jobs", "jobs", what=_run(github, run))
    return tuple(
        Job(
            id=number_of(github, job, "id"),
            name=text_of(github, job, "name"),
            status=text_of(github, job, "status"),
            runner=text_of(github, job, "runner_name") if job.get("runner_name") else "",
        )
        for job in found
    )


def artifacts_named(github: GitHub, run: int, name: str) -> tuple[RunArtifact, ...]:
    """Ask for the artifacts of a run that bear a name; each attempt may have one.

    Raises:
        GitHubUnavailableError: there was no answer.
        GitHubRefusedError: there is no such run, or the token may not see it.

    """
    found = ask_all(github, f"/actions/runs/{run}/artifacts", "artifacts", what=_run(github, run), name=name)
    return tuple(_artifact(github, artifact) for artifact in found if artifact.get("name") == name)


def names_of_artifacts(github: GitHub, run: int) -> tuple[str, ...]:
    """Ask what artifacts a run has, for a message."""
    found = ask_all(github, f"/actions/runs/{run}/artifacts", "artifacts", what=_run(github, run))
    return tuple(dict.fromkeys(text_of(github, artifact, "name") for artifact in found))


def download(github: GitHub, artifact: RunArtifact, target: Path) -> str:
    """Fetch the ZIP of an artifact to `target`, and return its sha256; it is not looked into here.

    Raises:
        GitHubUnavailableError: it could not be had, or is not what GitHub said it would be.
        GitHubRefusedError: it has expired, or the token may not have it.

    """
    what = f"the artifact {artifact.name} (id {artifact.id})"

    def take(chunks: Iterator[bytes]) -> str:
        digest = hashlib.sha256()
        received = 0
        with target.open("wb") as file:
            for chunk in chunks:
                received += len(chunk)
                if received > artifact.size:
                    break
                digest.update(chunk)
                file.write(chunk)
        if received != artifact.size or artifact.sha256 not in {"", digest.hexdigest()}:
            raise GitHubUnavailableError(
                f"{what} did not arrive as GitHub stored it: {received:,} bytes of {artifact.size:,}, sha256"
                f" {digest.hexdigest()}, stored was {artifact.sha256 or 'unknown'}",
                hint="Run this again. If it stays so, delete the artifact and start the workflow anew with the tag.",
            )
        return digest.hexdigest()

    return _stream(github, f"/actions/artifacts/{artifact.id}/zip", what, take, within=DOWNLOAD_WITHIN)


def log_says(github: GitHub, job: Job, text: str) -> bool:
    """Whether a line of a job's log says `text`.

    A job's log is written by its own runner alone: what stands there, no other job of the run can have put there.

    Raises:
        GitHubUnavailableError: there was no answer.
        GitHubRefusedError: the log has expired, or the token may not see it.

    """
    needle = text.encode()
    return _stream(
        github,
        f"/actions/jobs/{job.id}/logs",
        f"the log of the job {job.name}",
        lambda chunks: contains(chunks, needle),
        within=LOG_WITHIN,
    )


def contains(chunks: Iterator[bytes], needle: bytes) -> bool:
    """Whether `needle` is in a text that comes in pieces; beyond `LOG_LIMIT` nothing is looked at."""
    tail = b""
    received = 0
    for chunk in chunks:
        if needle in tail + chunk:
            return True
        tail = (tail + chunk)[1 - len(needle) :]
        received += len(chunk)
        if received > LOG_LIMIT:
            return False
    return False


def _stream(github: GitHub, path: str, what: str, take: Callable[[Iterator[bytes]], T], *, within: float) -> T:
    def answered(status: int) -> Exception:
        if status in {401, 403, 404, 410}:
            return refused(github, status, what)
        return malformed(github, f"HTTP {status}")

    try:
        # GitHub sends on to a store of its own: the token is not sent there.
        return github.session.stream(
            github.url(path), hosts=github.hosts, redirects_anywhere=True, within=within, take=take, refused=answered
        )
    except IndexUnavailableError as error:
        raise unavailable(error) from None


def _artifact(github: GitHub, found: Mapping[str, object]) -> RunArtifact:
    digest = found.get("digest")
    return RunArtifact(
        id=number_of(github, found, "id"),
        name=text_of(github, found, "name"),
        size=number_of(github, found, "size_in_bytes"),
        sha256=digest.removeprefix(DIGEST_KIND) if isinstance(digest, str) and digest.startswith(DIGEST_KIND) else "",
        expired=found.get("expired") is True,
        expires_at=text_of(github, found, "expires_at") if found.get("expires_at") else "",
    )


def _run(github: GitHub, number: int) -> str:
    return f"run {number} of {github.repository}"
