"""recover: find what an earlier attempt of the run, or a run that is named, sealed for this release, and use it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pypublish.checks import catalog, recovery
from pypublish.checks.publisher import repository_of
from pypublish.checks.recovery import Recovered
from pypublish.checks.words import some
from pypublish.edges import artifact_zip, git, github_runs, staging
from pypublish.edges.github_api import Account, GitHub, GitHubRefusedError, connect
from pypublish.edges.github_runs import RunArtifact
from pypublish.edges.world import World
from pypublish.errors import PypublishError, UsageError
from pypublish.findings import Finding, Outcome, Severity
from pypublish.model import Index, Manifest, Release
from pypublish.stages.stage import Staged, outputs
from pypublish.stages.validate import Valid

SEALED_LINE = "sha256 of the manifest: {}"
"""How prepare says the digest in its log; there it is looked for."""
STRANGERS_EVENTS = frozenset({"pull_request", "pull_request_target", "workflow_run", "issue_comment"})
"""Events whose runs anybody may start: what they made is no release."""
NAME_THE_DIGEST = (
    "Name the digest of the manifest, as the summary of the run's prepare shows it, by --manifest-sha256 (the input"
    " manifest-sha256)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentJob:
    """The job that runs this, so that the same job of an earlier attempt can be told from the others."""

    run: int
    attempt: int
    runner: str
    """The runner's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Where to look for what was sealed before: in `run` if one was named, else in this run's earlier attempts."""

    account: Account
    artifact_name: str
    """Without the number of the attempt, which follows it."""
    run: int | None = None
    current: CurrentJob | None = None
    """None on a laptop."""
    manifest_sha256: str | None = None
    """The digest that what is found must have."""


def recover(valid: Valid, recovery: Recovery, world: World, *, index: Index, out: Path) -> Outcome[Staged]:
    """Put what was sealed for this release into `out`; there is no value where the release has to be built.

    Raises:
        UsageError: the run that was named is none that a release can be taken from.
        GitHubUnavailableError: GitHub did not answer, so that it is not known what there is.
        SealError: the files cannot be taken out of the artifact.

    """
    began = world.clock.monotonic()
    account = recovery.account
    if not account.repository:
        account = replace(account, repository=_of_the_remote(valid, world))
    with connect(account, world) as github:
        search = _Search(
            github=github, recovery=recovery, wanted=valid.release, folder=_folder(world), findings=[], builds=False
        )
        taken = search.search()
    if taken is None:
        summary = search.why_not()
        return Outcome(stage="recover", summary=summary, findings=tuple(search.findings)).taking(
            world.clock.monotonic() - began
        )
    staged = _stage(taken, index, out)
    release = staged.manifest.release
    return Outcome(
        stage="recover",
        value=staged,
        summary=f"{release.name} {release.version} as {taken.origin} sealed it: {len(staged.files)} files, the same"
        " bytes; nothing is built",
        findings=tuple(search.findings),
        outputs=outputs(staged),
    ).taking(world.clock.monotonic() - began)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """An artifact that is this release's, proven and unpacked."""

    origin: str
    """`attempt 1 of run 7`."""
    manifest: Manifest
    files: tuple[Path, ...]


@dataclass(slots=True, kw_only=True)
class _Search:
    """The state of one search."""

    github: GitHub
    recovery: Recovery
    wanted: Release
    folder: Path
    findings: list[Finding]
    builds: bool
    """Whether something was found that is not to be had, so that the release is built again."""
    job_name: str | None = None

    @property
    def run(self) -> int:
        current = self.recovery.current
        assert self.recovery.run is not None or current is not None  # noqa: S101 - cli gives one of them
        return self.recovery.run or (current.run if current else 0)
