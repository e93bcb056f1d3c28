"""verify: wait for the index, compare every byte, and prove in clean environments that users can install and run it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pypublish.checks import catalog, installed
from pypublish.checks.failing import described
from pypublish.checks.installed import Proof
from pypublish.edges.http import Session
from pypublish.edges.world import World
from pypublish.findings import Finding, Outcome, Severity
from pypublish.listing import Verification
from pypublish.model import Index, Installation, Manifest
from pypublish.stages.attesting import NOTHING, in_words, learn_provenance, where_from
from pypublish.stages.fetching import compare_metadata, fetch_files
from pypublish.stages.plan import in_words as plan_in_words
from pypublish.stages.proving import Proving
from pypublish.stages.waiting import wait

CACHED = (
    "Users whose pip or uv has read the page in the last ten minutes see it when that copy is old, or at once with"
    " uv's --refresh or pip's --no-cache-dir."
)


def verify(
    manifest: Manifest,
    index: Index,
    world: World,
    *,
    patience: float | None = None,
    pythons: Sequence[str] | None = None,
    strict: bool = False,
    signed: bool = True,
) -> Outcome[Verification]:
    """Prove that users of `index` get the sealed files and can use them.

    `patience` is in seconds; it and `pythons` go before what the manifest says. The files come from the index, by
    digest, through the world's transport; what they depend on, and pip, from `dependencies-index` alone. Unless
    `signed`, as in a rehearsal, attestations are not looked for.

    Raises:
        NotVisibleError: patience has ended; the release was uploaded, but the index does not show it here yet.
        IndexUnavailableError: the index, or that of the dependencies, did not answer.
        ToolError: uv or a Python could not run.

    """
    began = world.clock.monotonic()
    how = manifest.verify
    with _workers(world) as (workers, readers), Session(world) as session:
        proving = Proving(manifest, index, how.pythons if pythons is None else pythons, world, workers)
        with world.step("verify", f"waiting for {index.title}"):
            waited = wait(session, manifest, index, world, patience=how.patience if patience is None else patience)
        value = Verification(plan=waited.plan, sightings=waited.sightings, visible_after=waited.visible_after)
        findings = list(waited.findings)
        files: dict[str, Path] = {}
        proved = False
        if not _stopped(findings):
            folder = Path(tempfile.mkdtemp(prefix="fetched-", dir=world.scratch))
            with world.step("verify", "fetching the files"):
                files, found = fetch_files(session, manifest, index, waited.page, folder, readers=readers)
            findings += found
            value = replace(value, fetched=tuple(files))
        if not _stopped(findings):
            metadata = readers.submit(lambda: list(compare_metadata(session, index, waited.page, files)))
            learning = (
                readers.submit(learn_provenance, session, manifest, index, waited.page, world, readers=readers)
                if signed
                else None
            )
            proven = proving.install(files)
            of_installations = [*proven.findings, *_judge(manifest, proven.installations)]
            proved = not _stopped(of_installations)
            learnt = learning.result() if learning is not None else NOTHING
            findings += [*metadata.result(), *learnt.findings, *of_installations]
            value = replace(value, installations=proven.installations, provenance=learnt.files)
    outcome = Outcome(
        stage="verify",
        value=value,
        summary=_summary(value, index, proved=proved),
        findings=tuple(dict.fromkeys(findings)),
        closing=(
            f"Verified: {value.plan.name} {value.plan.version} can be installed from {index.title}.",
            *where_from(value.provenance),
            CACHED,
        )
        if index.is_pypi
        else (),
        exhibits=(manifest, index),
        strict=strict,
    )
    return replace(outcome, outputs={"verified": str(outcome.ok).lower()}).taking(
        world.clock.monotonic() - began, began=began
    )


def _judge(manifest: Manifest, installations: Iterable[Installation]) -> Iterator[Finding]:
    checks = catalog.collect(installed, Proof)
    release = manifest.release
    for installation in installations:
        subject = Proof(installation=installation, name=release.name, version=release.version or "")
        found = catalog.run(checks, subject, ignore={})
        yield from found
        if any(finding.severity is not Severity.NOTE for finding in found):
            yield described(installation)


def _stopped(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _summary(value: Verification, index: Index, *, proved: bool) -> str:
    if not value.fetched:
        return plan_in_words(value.plan, index)
    waited = f", visible after {value.visible_after:.0f} s" if value.visible_after >= 1 else ""
    parts = [f"{len(value.fetched)} files, the same bytes{waited}"]
    if attested := in_words(value.provenance):
        parts.append(attested)
    if value.installations:
        pythons = ", ".join(dict.fromkeys(installation.python for installation in value.installations))
        verb = "installed and run" if proved else "tried"
        parts.append(f"{_kinds(value.installations)} {verb} on Python {pythons}")
    return "; ".join(parts)


def _kinds(installations: Iterable[Installation]) -> str:
    kinds = {"wheel" if installation.artifact.endswith(".whl") else "sdist" for installation in installations}
    return " and ".join(sorted(kinds, reverse=True))


READERS = 4
"""Files that are fetched at a time."""


@contextmanager
def _workers(world: World) -> Iterator[tuple[ThreadPoolExecutor, ThreadPoolExecutor]]:
    """Give workers for the installations and readers of the index; end what they wait for when the user interrupts."""
    with (
        ThreadPoolExecutor((os.cpu_count() or 1) + 1, thread_name_prefix="install") as workers,
        ThreadPoolExecutor(READERS, thread_name_prefix="read") as readers,
    ):
        try:
            yield workers, readers
        except BaseException as error:
            if not isinstance(error, Exception):
                world.running.end()
            raise
