"""The proof of a seal: the digest of the manifest, read where nobody but the job that sealed can have written it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pypublish.checks import recovery
from pypublish.edges import github_runs
from pypublish.edges.github_api import GitHub, GitHubRefusedError
from pypublish.edges.github_runs import Job
from pypublish.findings import Finding

SEALED_LINE = "sha256 of the manifest: {}"
"""How prepare says the digest in its log."""
NAME_THE_DIGEST = (
    "Name the digest that the summary of that run's prepare shows, by manifest-sha256 (on a laptop"
    " --manifest-sha256): then no log is needed."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentJob:
    """The job that runs this, so that the same job of another attempt can be told from the others."""

    run: int
    attempt: int
    runner: str
    """The runner's name, which no other job of the run has at this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """The attempt whose prepare is to have sealed an artifact, and how that is found out."""

    run: int
    attempt: int
    current: CurrentJob | None
    manifest_sha256: str | None
    """The digest that the user knows."""

    @property
    def origin(self) -> str:
        """The attempt, in words."""
        return f"attempt {self.attempt} of run {self.run}"


def prove(github: GitHub, sealer: Sealer, digest: str, artifact: str, *, named: bool) -> Iterator[Finding]:
    """Compare the digest of the manifest in an artifact with the one that its job printed; yield what speaks against.

    Artifacts of a run can be replaced by any of its jobs, job outputs cannot be read afterwards, and a job's log has
    no other author. What cannot be proven is not used: where the run was named that is an error, else it is built.

    Raises:
        GitHubUnavailableError: GitHub did not answer.

    """
    if sealer.manifest_sha256 is not None:
        if sealer.manifest_sha256.lower() != digest:
            message = f"its manifest has sha256 {digest}, expected was {sealer.manifest_sha256}"
            yield recovery.found(recovery.SEAL_IS_PROVEN, message, file=artifact)
        return
    try:
        said, why = _said_in_its_log(github, sealer, digest), ""
    except GitHubRefusedError as error:
        said, why = None, str(error)
    if said is None:
        yield recovery.found(
            recovery.SEAL_IS_PROVEN if named else recovery.ARTIFACT_IS_KEPT,
            f"whether it is what {sealer.origin} sealed cannot be told"
            f" ({why or 'the job that sealed it cannot be found'})",
            file=artifact,
            hint=NAME_THE_DIGEST if named else "",
        )
    elif not said:
        yield recovery.found(
            recovery.SEAL_IS_PROVEN,
            f"its manifest has sha256 {digest}, which the log of {sealer.origin} does not name: another job has put it"
            " there",
            file=artifact,
        )


def _said_in_its_log(github: GitHub, sealer: Sealer, digest: str) -> bool | None:
    """Whether the log of the job that sealed names the digest; None where that job cannot be found."""
    own = _own_job(github, sealer.current) if sealer.current is not None else None
    if own is None:
        return None
    jobs = github_runs.jobs_of_attempt(github, sealer.run, sealer.attempt)
    same = [job for job in jobs if job.name == own.name and job.id != own.id]
    if not same:
        return None
    return any(github_runs.log_says(github, job, SEALED_LINE.format(digest)) for job in same)


def _own_job(github: GitHub, current: CurrentJob) -> Job | None:
    jobs = github_runs.jobs_of_attempt(github, current.run, current.attempt)
    own = [job for job in jobs if job.status == "in_progress" and job.runner == current.runner]
    return own[0] if len(own) == 1 else None
