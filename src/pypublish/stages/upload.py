"""upload: send what the index lacks of a sealed release, and call it done when the index shows it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pypublish.checks import uploading as checks
from pypublish.edges import credentials, staging, uploading
from pypublish.edges.credentials import Credentials
from pypublish.edges.http import Session
from pypublish.edges.uploading import End, Sent
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, UsageError
from pypublish.findings import Finding, Outcome, Severity
from pypublish.listing import PublishPlan, PublishState
from pypublish.model import PYPI, FileState, Index, Manifest
from pypublish.stages.observer import Observer
from pypublish.stages.plan import in_words, plan
from pypublish.stages.waiting import wait

TRIES = 6
"""How often an upload is tried that does not get any further."""
PAUSES = (2.0, 5.0, 15.0, 30.0, 60.0)
"""Seconds before each further try; what is drawn lies between the half and the whole."""
BUSY_PAUSE = 60.0
"""Seconds at least where the index asks for fewer requests: the uploader does not say for how long."""


def upload(
    manifest: Manifest,
    dist: Path,
    index: Index,
    world: World,
    observer: Observer,
    *,
    patience: float | None = None,
    config_file: Path | None = None,
    strict: bool = False,
) -> Outcome[PublishPlan]:
    """Compare, find credentials, upload what is absent, and wait until the index shows it.

    What the index has is left alone, whatever an earlier upload said of it: so it may be run again after any end.
    `patience` is in seconds, and goes before what the manifest says.

    Raises:
        SealError: the files in `dist` are not those of the manifest.
        UsageError: the index takes no uploads, PyPI is to get a release without a tag, or there is no credential.
        IndexUnavailableError: the index did not take the files, or did not answer.
        NotVisibleError: all files were taken, but the index does not show them here yet.
        ToolError: twine could not run.

    """
    began = world.clock.monotonic()
    staging.compare(dist, manifest.artifacts)
    if not index.upload_url:
        raise UsageError(f"{index.title} is an index to read from; where to upload to is not known")
    if index.name == PYPI.name and manifest.release.tag is None:
        raise UsageError(
            f"{_release(manifest)} was sealed without a tag, and a release to PyPI needs one",
            hint="Tag the commit, and run pypublish prepare --tag TAG; or name --index testpypi.",
        )
    parts: list[Outcome[object]] = []

    def ended(part: Outcome[object]) -> bool:
        parts.append(part)
        observer.done(part)
        return part.ok

    def outcome(value: PublishPlan | None, *closing: str) -> Outcome[PublishPlan]:
        return Outcome(
            stage="upload",
            value=value,
            summary=parts[-1].summary,
            parts=tuple(parts),
            closing=closing,
            strict=strict,
        ).taking(world.clock.monotonic() - began, began=began)

    observer.started("plan")
    planned = plan(manifest, index, world)
    if not ended(planned) or planned.value is None or not planned.value.publish:
        return outcome(planned.value, f"{index.title} has all files of {_release(manifest)}; nothing was uploaded.")
    found = credentials.find(index, world, config_file=config_file)
    ended(_named(found, world))
    observer.started("upload")
    sending = _Sending(manifest=manifest, dist=dist, index=index, world=world, credentials=found)
    done = sending.send_all(planned.value)
    if not ended(done):
        return outcome(done.value)
    observer.started("wait")
    shown = _wait(manifest, index, world, patience=manifest.verify.patience if patience is None else patience)
    ended(shown)
    return outcome(shown.value, f"Published: {index.title} shows all files of {_release(manifest)}.")


def _named(found: Credentials, world: World) -> Outcome[None]:
    """Say what will be uploaded with, before anything is."""
    findings = [checks.named(checks.CREDENTIALS_ARE_USED, remark) for remark in found.unused]
    if world.environ.get("GITHUB_ACTIONS") == "true":
        message = "this runs on GitHub, where pypublish does not have to hold the right to publish"
        findings.append(checks.named(checks.JOB_LEAVES_THE_TOKEN_ALONE, message))
    return Outcome(stage="login", summary=f"by {found.source}", findings=tuple(findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sending:
    """What stays the same while an upload is tried again."""

    manifest: Manifest
    dist: Path
    index: Index
    world: World
    credentials: Credentials

    def send_all(self, planned: PublishPlan) -> Outcome[PublishPlan]:
        """Send what is absent until it was taken, looking at the index after each failure.

        Raises:
            IndexUnavailableError: the index did not take it, as often as it was tried.

        """
        clock = self.world.clock
        began = clock.monotonic()
        tries = 0
        sent_before = len(planned.in_state(FileState.ABSENT))
        while True:
            absent = self._absent(planned)
            with self.world.step("upload", f"sending {len(absent)} file{'s' if len(absent) != 1 else ''}"):
                sent = uploading.send(absent, self.index, self.credentials, self.world)
            if sent.end is End.TAKEN:
                break
            looked = plan(self.manifest, self.index, self.world)
            assert looked.value is not None  # noqa: S101 - a plan is always made
            left = len(looked.value.in_state(FileState.ABSENT))
            tries = 1 if left < len(absent) else tries + 1
            planned = looked.value
            if not looked.ok or not planned.publish:
                findings = looked.findings
                return self._ended(planned, findings, began, tried=sent_before - left)
            if sent.end is End.REFUSED:
                source = self.credentials.source
                refusal = checks.refused(self.index, sent.words, file=sent.filename, source=source, plan=planned)
                return self._ended(planned, (refusal,), began, tried=sent_before - left)
            if tries >= TRIES:
                raise self._given_up(planned, sent, began)
            self._pause(tries, sent)
        return self._ended(planned, (), began, tried=sent_before)

    def _absent(self, planned: PublishPlan) -> list[Path]:
        """Return the files to send, wheels first: whoever installs meanwhile gets a wheel, or the release before."""
        names = [file.filename for file in planned.in_state(FileState.ABSENT)]
        return [self.dist / name for name in sorted(names, key=lambda name: (not name.endswith(".whl"), name))]

    def _pause(self, tries: int, sent: Sent) -> None:
        pause = PAUSES[min(tries, len(PAUSES)) - 1]
        if sent.status == 429:  # noqa: PLR2004
            pause = max(pause, BUSY_PAUSE)
        pause = random.uniform(pause / 2, pause)  # noqa: S311 - spreads load
        self.world.sink(f"{sent.words}; trying again in {pause:.0f} s")
        with self.world.doing(f"waiting for {self.index.title}", stage="upload", seconds=pause):
            self.world.clock.sleep(pause)

    def _given_up(self, planned: PublishPlan, sent: Sent, began: float) -> IndexUnavailableError:
        seconds = self.world.clock.monotonic() - began
        return IndexUnavailableError(
            f"{self.index.title} did not take the files: {sent.words} ({TRIES} tries in {seconds:.0f} s)."
            f" {checks.where_it_stands(planned, self.index)}",
            hint="Run the same command again when the index is well: it uploads what is missing, and nothing else.",
        )

    def _ended(
        self, planned: PublishPlan, findings: Sequence[Finding], began: float, *, tried: int
    ) -> Outcome[PublishPlan]:
        ok = not any(finding.severity is Severity.ERROR for finding in findings)
        summary = (
            f"{tried} file{'s' if tried != 1 else ''} of {_release(self.manifest)} taken by {self.index.title}, by"
            f" twine {version('twine')}"
            if ok
            else checks.where_it_stands(planned, self.index)
        )
        return Outcome(stage="upload", value=planned, summary=summary, findings=tuple(findings)).taking(
            self.world.clock.monotonic() - began, began=began
        )


def _wait(manifest: Manifest, index: Index, world: World, *, patience: float) -> Outcome[PublishPlan]:
    """Wait until the index shows every file: an uploader takes any answer of 200 for success, a login page's too."""
    began = world.clock.monotonic()
    with Session(world) as session, world.step("wait", f"waiting for {index.title}"):
        waited = wait(session, manifest, index, world, patience=patience)
    seconds = f", after {waited.visible_after:.0f} s" if waited.visible_after >= 1 else ""
    summary = in_words(waited.plan, index)
    findings = list(waited.findings)
    if waited.plan.state is PublishState.PUBLISHED:
        summary = f"{index.title} shows {len(waited.plan.files)} files, the same bytes{seconds}"
    elif waited.plan.state is not PublishState.FAILED:
        message = f"twine says that all was taken, but {checks.where_it_stands(waited.plan, index)}"
        findings = [checks.named(checks.TAKEN_FILES_ARE_THERE, message)]
    return Outcome(stage="wait", value=waited.plan, summary=summary, findings=tuple(findings)).taking(
        world.clock.monotonic() - began, began=began
    )


def _release(manifest: Manifest) -> str:
    return f"{manifest.release.name} {manifest.release.version}"
