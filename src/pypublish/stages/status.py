"""status: where a release stands on the index and in the run that prepared it, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pypublish.checks.project import Source
from pypublish.checks.publish_plan import OPEN_FOR
from pypublish.checks.words import some
from pypublish.edges import github_runs
from pypublish.edges import index as reading
from pypublish.edges.github_api import Account, connect
from pypublish.edges.github_runs import RunArtifact, WorkflowRun
from pypublish.edges.http import Session
from pypublish.edges.world import World
from pypublish.errors import UsageError
from pypublish.findings import Outcome
from pypublish.listing import IndexFile, PublishPlan, PublishState, files_of_version
from pypublish.model import FileState, Index, Intent, Manifest
from pypublish.settings import Settings
from pypublish.stages.plan import in_words, plan
from pypublish.stages.recover import of_the_remote
from pypublish.stages.validate import Valid, validate


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a release from outside."""

    name: str
    version: str
    tag: str | None
    index: Index
    files: tuple[IndexFile, ...]
    """What the index has of it."""
    project_status: str
    """PEP 792; empty where there is no such project."""
    plan: PublishPlan | None
    """How the index stands to the sealed files; None where these are not at hand."""
    run: WorkflowRun | None
    sealed: tuple[RunArtifact, ...]
    """The artifacts of the run that prepare made."""
    now: float

    @property
    def release(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}"

    @property
    def first_upload(self) -> datetime | None:
        """When the index got the first file."""
        times = [file.upload_time for file in self.files if file.upload_time]
        return datetime.fromisoformat(min(times)).astimezone(UTC) if times else None

    @property
    def kept(self) -> tuple[RunArtifact, ...]:
        """Those of the sealed artifacts that can be had."""
        return tuple(artifact for artifact in self.sealed if not artifact.expired)


def status(
    source: Source,
    settings: Settings,
    intent: Intent,
    world: World,
    *,
    manifest: Manifest | None = None,
    run: int | None = None,
    account: Account | None = None,
    artifact_name: str = "release",
) -> Outcome[Standing]:
    """Say how far the release of a project has come; with the manifest of its sealed files, byte for byte.

    Raises:
        UsageError: there is no version to look for before a build, or no such run.
        IndexUnavailableError: the index did not answer.
        GitHubUnavailableError: GitHub did not answer.

    """
    began = world.clock.monotonic()
    valid = validate(source, settings, intent, world, ask_index=False)
    if valid.value is None:
        return Outcome(stage="status", findings=valid.findings)
    name, version, tag = _identity(valid.value, manifest)
    planned = plan(manifest, intent.index, world).value if manifest is not None else None
    project_status, files = _look(intent.index, name, version, world)
    found, sealed = (
        _of_run(account, valid.value, run, artifact_name, world) if run is not None and account else (None, ())
    )
    standing = Standing(
        name=name,
        version=version,
        tag=tag,
        index=intent.index,
        files=files,
        project_status=project_status,
        plan=planned,
        run=found,
        sealed=sealed,
        now=world.clock.now(),
    )
    return Outcome(stage="status", value=standing, summary=_summary(standing), closing=tuple(_told(standing))).taking(
        world.clock.monotonic() - began, began=began
    )


def _identity(valid: Valid, manifest: Manifest | None) -> tuple[str, str, str | None]:
    release = manifest.release if manifest is not None else valid.release
    if release.version is None:
        raise UsageError(
            f"the version of {release.name or 'this project'} is not known before a build",
            hint="Name the tag by --tag, or what prepare sealed by --manifest.",
        )
    return release.name, release.version, release.tag


def _look(index: Index, name: str, version: str, world: World) -> tuple[str, tuple[IndexFile, ...]]:
    with Session(world) as session:
        if not reading.project_exists(session, index, name):
            return "", ()
        page = reading.read_page(session, index, name)
    return (page.status if page.exists else ""), files_of_version(page, version)


def _of_run(
    account: Account, valid: Valid, number: int, artifact_name: str, world: World
) -> tuple[WorkflowRun, tuple[RunArtifact, ...]]:
    asked = account if account.repository else of_the_remote(account, valid, world)
    with connect(asked, world) as github:
        run = github_runs.read_run(github, number)
        sealed = tuple(
            artifact
            for attempt in range(1, run.attempts + 1)
            for artifact in github_runs.artifacts_named(github, number, f"{artifact_name}-{attempt}")
        )
    return run, sealed


def _summary(standing: Standing) -> str:
    if standing.plan is not None:
        return in_words(standing.plan, standing.index)
    what = f"{standing.release} on {standing.index.title}"
    if not standing.project_status:
        return f"{what}: not published, nor is there a project of that name"
    count = len(standing.files)
    return f"{what}: {count} file{'s' if count > 1 else ''}" if count else f"{what}: not published"


def _told(standing: Standing) -> Iterator[str]:
    for file in standing.files:
        yanked = f", yanked: {file.yanked or 'no reason given'}" if file.yanked is not None else ""
        yield f"{file.filename}, since {file.upload_time or 'unknown'}{yanked}"
    if standing.project_status not in {"", "active"}:
        yield f"The project is {standing.project_status} on {standing.index.title}."
    if standing.run is not None:
        yield f"{standing.run.url}: {_kept(standing)}."
    yield f"Next: {_next(standing)}"


def _kept(standing: Standing) -> str:
    if standing.kept:
        newest = standing.kept[-1]
        return f"the sealed files are kept as {newest.name} until {newest.expires_at or 'unknown'}"
    return "the sealed files have expired" if standing.sealed else "no sealed files"


def _next(standing: Standing) -> str:
    """Say what to do: the table of docs/recovery.md, for this release."""
    state = standing.plan.state if standing.plan is not None else None
    begun = standing.first_upload
    closed = begun is not None and datetime.fromtimestamp(standing.now, UTC) - begun > OPEN_FOR
    again = (
        f"run the failed jobs of run {standing.run.id} again, or start the workflow with the tag and run-id"
        f" {standing.run.id}"
        if standing.run is not None and standing.kept
        else "run the failed jobs of the run that prepared it again"
    )
    if state is PublishState.FAILED:
        return "the index has other files than were sealed: find the run that made them, or raise the version."
    if state is PublishState.PUBLISHED:
        return "pypublish verify tells whether users can install it."
    if not standing.files:
        tag = f"the tag {standing.tag}" if standing.tag else "a tag"
        return f"{again}." if standing.kept else f"push {tag}, or start the release workflow with it."
    if state is None:
        return "pypublish plan tells whether that is all, with the manifest that prepare sealed (--manifest)."
    absent = some([file.filename for file in (standing.plan.in_state(FileState.ABSENT) if standing.plan else ())])
    if closed and standing.index.is_pypi:
        return f"{absent} cannot be added any more after {OPEN_FOR.days} days: raise the version, and yank this one."
    until = f" until {begun + OPEN_FOR:%Y-%m-%d}" if begun is not None and standing.index.is_pypi else ""
    return f"{again}; {absent} can be added{until}."
