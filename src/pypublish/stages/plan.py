"""plan: how the index stands to a sealed release, and so what a publishing job has to do. Nothing is changed."""

from __future__ import annotations

from dataclasses import replace

from pypublish.checks import catalog, publish_plan, published, recovery
from pypublish.checks.publish_plan import Published
from pypublish.edges import index as reading
from pypublish.edges.fetch import digest_of
from pypublish.edges.http import ATTEMPTS, Session
from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.listing import IndexFile, IndexPage, PublishPlan, PublishState, Released
from pypublish.model import FileState, Index, Manifest


def plan(manifest: Manifest, index: Index, world: World, *, known: Released | None = None) -> Outcome[PublishPlan]:
    """Compare the index with the manifest; other bytes, or a file that is not ours, stop the release here.

    Asked before the upload, it leaves no "not there" behind that a CDN would remember. Where it is `known` already that
    the index has nothing of the version, it is not asked again.

    Raises:
        IndexUnavailableError: the index did not answer.

    """
    began = world.clock.monotonic()
    name = manifest.release.name
    with Session(world) as session:
        if known is not None and not known.files:
            page = IndexPage(name=name, exists=known.project_exists, status=known.status)
            subject = publish_plan.compare(manifest, index, page, now=world.clock.now())
        elif reading.project_exists(session, index, name):
            subject = look(session, manifest, index, world)
        else:
            page = IndexPage(name=name, exists=False)
            subject = publish_plan.compare(manifest, index, page, now=world.clock.now())
    value = publish_plan.plan(subject)
    begun = recovery.begun(subject)
    return Outcome(
        stage="plan",
        value=value,
        summary=in_words(value, index),
        findings=(*catalog.run(published.BEFORE_UPLOAD, subject, ignore={}), *([begun] if begun else [])),
        outputs={"publish": str(value.publish).lower()},
    ).taking(world.clock.monotonic() - began, began=began)


def look(
    session: Session,
    manifest: Manifest,
    index: Index,
    world: World,
    *,
    known: IndexPage | None = None,
    attempts: int = ATTEMPTS,
) -> Published:
    """Read the page of the release's project; where it gives no digest of a file, fetch the file for it.

    Raises:
        IndexUnavailableError: the index did not answer.

    """
    page = reading.read_page(session, index, manifest.release.name, known=known, attempts=attempts)
    sizes = {artifact.filename: artifact.size for artifact in manifest.artifacts}
    files = tuple(
        replace(file, sha256=_digest(session, file, index, size=sizes[file.filename]))
        if file.sha256 is None and file.filename in sizes
        else file
        for file in page.files
    )
    page = page if files == page.files else replace(page, files=files)
    return publish_plan.compare(manifest, index, page, now=world.clock.now())


def _digest(session: Session, file: IndexFile, index: Index, *, size: int) -> str:
    hosts = reading.hosts(index)
    return digest_of(session, file.url, size=size, hosts=hosts, redirects_anywhere=not index.is_pypi) or UNLIKE


UNLIKE = "of a longer file"
"""Stands for the digest of a file that was not read to its end, because it is longer than it may be."""


def in_words(plan: PublishPlan, index: Index) -> str:
    """Say in one line where the release stands."""
    absent = [file.filename for file in plan.in_state(FileState.ABSENT)]
    what = f"{plan.name} {plan.version} on {index.title}"
    match plan.state:
        case PublishState.PENDING:
            return f"{what}: not published, {len(absent)} files to upload"
        case PublishState.PUBLISHING:
            return f"{what}: published in part, still to upload: {', '.join(absent)}"
        case PublishState.PUBLISHED:
            return f"{what}: published, the same bytes; nothing to upload"
        case PublishState.FAILED:
            return f"{what}: other files than were sealed"
