"""A sealed release beside the page of an index: how the index stands to each file, and what is left to upload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pypublish.listing import IndexFile, IndexPage, PlannedFile, PublishPlan, PublishState, files_of_version
from pypublish.model import Artifact, FileState, Index, Manifest
from pypublish.pypi.limits import RELEASE_OPEN

OPEN_FOR = timedelta(seconds=RELEASE_OPEN)
"""How long PyPI takes new files for a release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A sealed release, and the page of the index that should show it."""

    manifest: Manifest
    index: Index
    page: IndexPage
    sealed: Mapping[str, Artifact]
    """The files of the manifest, by name."""
    shown: Mapping[str, IndexFile]
    """The files of this version that the page lists, by name."""
    now: float
    """Seconds since 1970."""

    @property
    def release(self) -> str:
        """Name and version, as messages say it."""
        return f"{self.manifest.release.name} {self.manifest.release.version}"


def compare(manifest: Manifest, index: Index, page: IndexPage, *, now: float) -> Published:
    """Put a manifest and a page of the index beside each other; `now` is seconds since 1970."""
    return Published(
        manifest=manifest,
        index=index,
        page=page,
        sealed={artifact.filename: artifact for artifact in manifest.artifacts},
        shown={file.filename: file for file in files_of_version(page, manifest.release.version or "")},
        now=now,
    )


def plan(subject: Published) -> PublishPlan:
    """Compare the manifest with the index, file by file; where the index gives no digest, the file is different."""
    sealed, shown = subject.sealed, subject.shown
    files = tuple(_planned(name, sealed.get(name), shown.get(name)) for name in sorted({*sealed, *shown}))
    states = {file.state for file in files}
    state = _state(states)
    waits = state in {PublishState.PENDING, PublishState.PUBLISHING}
    return PublishPlan(
        index=subject.index.name,
        name=subject.manifest.release.name,
        version=subject.manifest.release.version or "",
        state=state,
        files=files,
        publish=waits and closed_since(subject) is None and takes_files(subject),
    )


def _planned(name: str, sealed: Artifact | None, shown: IndexFile | None) -> PlannedFile:
    if sealed is None:
        state = FileState.UNEXPECTED
    elif shown is None:
        state = FileState.ABSENT
    else:
        state = FileState.SAME if shown.sha256 == sealed.sha256 else FileState.DIFFERENT
    return PlannedFile(
        filename=name,
        state=state,
        sealed=sealed.sha256 if sealed else None,
        shown=shown.sha256 if shown else None,
    )


def _state(states: set[FileState]) -> PublishState:
    if states & {FileState.DIFFERENT, FileState.UNEXPECTED}:
        return PublishState.FAILED
    if FileState.ABSENT not in states:
        return PublishState.PUBLISHED
    return PublishState.PUBLISHING if FileState.SAME in states else PublishState.PENDING


def takes_files(subject: Published) -> bool:
    """Whether the project's status (PEP 792) lets what is absent be uploaded, and the release be installed."""
    complete = subject.sealed.keys() <= subject.shown.keys()
    return subject.page.status != "quarantined" and (complete or subject.page.status != "archived")


def closed_since(subject: Published) -> datetime | None:
    """Return when the release was begun, if it is incomplete and PyPI takes no more files for it; else None."""
    first = _begun(subject)
    return first if first is not None and datetime.fromtimestamp(subject.now, UTC) - first > OPEN_FOR else None


def open_until(subject: Published) -> datetime | None:
    """Return until when PyPI takes what is absent; None where nothing limits it, or nothing is absent."""
    first = _begun(subject)
    return None if first is None else first.astimezone(UTC) + OPEN_FOR


def _begun(subject: Published) -> datetime | None:
    """Return when the first file of an incomplete release came to PyPI; None where it is not known, or complete."""
    absent = subject.sealed.keys() - subject.shown.keys()
    began = min((file.upload_time for file in subject.shown.values() if file.upload_time), default=None)
    return datetime.fromisoformat(began) if absent and began and subject.index.is_pypi else None
