"""recover: find what an earlier attempt of the run, or a run that is named, sealed for this release, and use it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from pypublish.checks import catalog, recovery
from pypublish.checks.expected_publisher import ExpectedPublisher
from pypublish.checks.publisher import repository_of
from pypublish.checks.recovery import Recovered
from pypublish.checks.words import some
from pypublish.edges import artifact_zip, git, github_runs, route, staging
from pypublish.edges.github_api import Account, GitHub, GitHubRefusedError, GitHubUnavailableError, connect
from pypublish.edges.github_runs import RunArtifact
from pypublish.edges.world import World
from pypublish.errors import SettingsError, UsageError
from pypublish.findings import Finding, Outcome, Severity
from pypublish.model import Index, Manifest, Release
from pypublish.stages.expecting import expect_publisher
from pypublish.stages.proof import CurrentJob, Sealer, prove
from pypublish.stages.stage import Staged, outputs
from pypublish.stages.validate import Valid

STRANGERS_EVENTS = frozenset({"pull_request", "pull_request_target", "workflow_run", "issue_comment"})
"""Events whose runs anybody may start: what they made is no release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Where to look for what was sealed before: in `run` if one was named, else in earlier attempts of `current`."""

    account: Account
    artifact_name: str
    """Without the number of the attempt, which follows it."""
    run: int | None = None
    current: CurrentJob | None = None
    """The job that runs this; None on a laptop."""
    manifest_sha256: str | None = None
    """The digest that the manifest must have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """An artifact that is sealed and of this release, and its files."""

    origin: str
    manifest: Manifest
    files: tuple[Path, ...]


def recover(
    valid: Valid, wanted: Recovery, world: World, *, index: Index, workflow: str = "", out: Path
) -> Outcome[Staged]:
    """Put what was sealed for this release into `out`; there is no value where the release has to be built.

    `workflow` is the file of the workflow that runs this, and will publish it; empty where none does.

    Raises:
        UsageError: the run that was named is none that a release can be taken from.
        GitHubUnavailableError: GitHub did not answer, so nobody knows what was sealed.
        SealError: the files cannot be taken out of the artifact.

    """
    began = world.clock.monotonic()
    account = wanted.account if wanted.account.repository else of_the_remote(wanted.account, valid, world)
    folder = Path(tempfile.mkdtemp(prefix="recovered-", dir=world.scratch))
    with connect(account, world) as github:
        try:
            taken, findings = _search(github, wanted, valid.release, folder)
        except GitHubRefusedError as error:
            if wanted.run is not None:
                raise
            taken, findings = None, [recovery.found(recovery.ATTEMPTS_CAN_BE_READ, str(error))]
    if taken is None:
        outcome: Outcome[Staged] = Outcome(stage="recover", summary=_why_not(findings), findings=tuple(findings))
        return outcome.taking(world.clock.monotonic() - began, began=began)
    if taken.manifest.index != index:
        expected = expect_publisher(valid.repository, valid.workflows, index, world, running=workflow)
        taken = replace(taken, manifest=_for(taken.manifest, index, expected))
    staged = _stage(taken, out)
    release = staged.manifest.release
    return Outcome(
        stage="recover",
        value=staged,
        summary=f"{release.name} {release.version} as {taken.origin} sealed it: {len(staged.files)} files, the same"
        " bytes; nothing is built",
        findings=tuple(findings),
        outputs=outputs(staged),
        exhibits=(staged.manifest,),
    ).taking(world.clock.monotonic() - began, began=began)


def _search(github: GitHub, wanted: Recovery, release: Release, folder: Path) -> tuple[_Taken | None, list[Finding]]:
    """Take the first artifact that is this release's; say of those before it why they are not."""
    run, attempts = _run(github, wanted)
    named = wanted.run is not None
    findings: list[Finding] = []
    seen = 0
    for attempt in attempts:
        sealer = Sealer(run=run, attempt=attempt, current=wanted.current, manifest_sha256=wanted.manifest_sha256)
        for artifact in github_runs.artifacts_named(github, run, f"{wanted.artifact_name}-{attempt}"):
            seen += 1
            taken, found = _examine(github, artifact, sealer, release, folder, named=named)
            if taken is not None:
                # What is wrong with the others does not stop this one, but somebody should know.
                return taken, [_as_warning(finding) for finding in findings]
            findings += found
    if named and not seen:
        raise _no_artifact(github, run, wanted.artifact_name)
    return None, findings


def _run(github: GitHub, wanted: Recovery) -> tuple[int, Sequence[int]]:
    """Return the run to look into, and which of its attempts."""
    if wanted.run is None:
        assert wanted.current is not None  # noqa: S101 - one of the two is given
        return wanted.current.run, range(1, wanted.current.attempt)
    run = github_runs.read_run(github, wanted.run)
    ours = run.head_repository.lower() == github.repository.lower()
    if run.event in STRANGERS_EVENTS or not ours:
        origin = route.printable(run.head_repository) or "a repository that is gone"
        why = f"it was started by {route.printable(run.event)}" if ours else f"it ran the code of {origin}"
        raise UsageError(
            f"run {run.id} is no release of {github.repository}: {why}",
            hint=f"Name a run of this repository's release workflow. That one is {route.shown(run.url)}.",
        )
    return run.id, range(1, run.attempts + 1)


def _examine(
    github: GitHub, artifact: RunArtifact, sealer: Sealer, release: Release, folder: Path, *, named: bool
) -> tuple[_Taken | None, list[Finding]]:
    """Fetch and judge one artifact; without it, what speaks against it."""
    path = folder / f"{artifact.id}.zip"
    if artifact.expired or not _download(github, artifact, path):
        message = f"{sealer.origin} sealed files, but the artifact {artifact.name} has expired"
        return None, [recovery.found(recovery.ARTIFACT_IS_KEPT, message)]
    contents = artifact_zip.read(path)
    text = contents.texts.get(staging.MANIFEST)
    if text is None:
        return None, [_no_manifest(artifact, "there is no manifest.json in it")]
    try:
        manifest = staging.parse(text, what=f"the manifest in {artifact.name}")
    except SettingsError as error:
        return None, [_no_manifest(artifact, str(error))]
    subject = Recovered(name=artifact.name, contents=contents, manifest=manifest, wanted=release)
    findings = list(catalog.run((recovery.recovered_release_is_this_one,), subject, ignore={}))
    if findings:
        return None, findings if named else [replace(finding, severity=Severity.NOTE) for finding in findings]
    findings = list(catalog.run(recovery.SEALED, subject, ignore={}))
    findings += prove(github, sealer, sha256(text).hexdigest(), artifact.name, named=named)
    if findings:
        return None, findings
    target = folder / str(artifact.id)
    target.mkdir()
    files = artifact_zip.write_out(path, manifest.artifacts, target)
    return _Taken(origin=sealer.origin, manifest=manifest, files=files), []


def _download(github: GitHub, artifact: RunArtifact, path: Path) -> bool:
    """Fetch an artifact; False where it has expired meanwhile."""
    try:
        github_runs.download(github, artifact, path)
    except GitHubRefusedError as error:
        if error.status == 410:  # noqa: PLR2004
            return False
        if error.status != 404:  # noqa: PLR2004
            raise
        raise GitHubUnavailableError(
            f"GitHub lists the artifact {artifact.name} (id {artifact.id}), but does not hand it over (HTTP 404)",
            hint="This usually passes: run this job again later. If it stays so, delete the artifact and start the"
            " workflow anew with the tag: then the release is built again.",
        ) from None
    return True


def _for(manifest: Manifest, index: Index, expected: ExpectedPublisher | None) -> Manifest:
    """Return the manifest of a release that goes to another index than it was sealed for."""
    publisher, attests = (expected.publisher, expected.attests) if expected is not None else (None, False)
    return replace(manifest, index=index, publisher=publisher, attests=attests)


def _stage(taken: _Taken, out: Path) -> Staged:
    """Seal the same files again in `out`."""
    manifest = taken.manifest
    digest = staging.write(out, manifest, taken.files)
    staging.compare(out / staging.DIST, manifest.artifacts)
    return Staged(out=out, manifest=manifest, manifest_sha256=digest)


def of_the_remote(account: Account, valid: Valid, world: World) -> Account:
    """Return the account with the repository that the project's git remote names.

    Raises:
        UsageError: it names none on GitHub.

    """
    url = git.origin_url(valid.repository, world) if valid.repository is not None else None
    found = repository_of(url) if url is not None else None
    if found is None:
        raise UsageError(
            "the project's git remote is no repository on GitHub, so a run of it cannot be found",
            hint="Run this in a clone whose origin is the repository on GitHub.",
        )
    return replace(account, repository="/".join(found))


def _no_artifact(github: GitHub, run: int, name: str) -> UsageError:
    names = github_runs.names_of_artifacts(github, run)
    return UsageError(
        f"run {run} of {github.repository} has no artifact {name}-1 nor of a later attempt; it has"
        f" {some(names) or 'none'}",
        hint="Name the run whose prepare sealed the files (gh run list shows the numbers); artifact-name is what the"
        " workflow calls them.",
    )


def _no_manifest(artifact: RunArtifact, why: str) -> Finding:
    return recovery.found(recovery.recovered_files_are_the_sealed_ones, why, file=artifact.name)


def _as_warning(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.WARNING) if finding.severity is Severity.ERROR else finding


def _why_not(findings: Sequence[Finding]) -> str:
    if not findings:
        return "no earlier attempt sealed this release: it is built now"
    if any(finding.severity is Severity.ERROR for finding in findings):
        return "what was sealed before cannot be used"
    return "what was sealed before cannot be had: it is built again, and compared with what the index has"
