"""What an index shows, beside what was sealed: the plan of a release, and what no waiting will mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from pypublish.checks.catalog import Check, check
from pypublish.findings import Location, Problem, Severity
from pypublish.listing import IndexFile, IndexPage, PlannedFile, PublishPlan, PublishState, files_of_version
from pypublish.model import Artifact, FileState, Index, Manifest

OPEN_FOR = timedelta(days=14)
"""How long PyPI takes new files for a release, since 2026-07-08."""


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
        publish=waits and not any(release_is_open.judge(subject)) and not any(project_takes_files.judge(subject)),
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


@check(Severity.ERROR, pypi="U2")
def published_files_are_the_sealed_ones(subject: Published) -> Iterator[Problem]:
    """What the index has under a file's name are the bytes that were checked.

    PyPI never lets a file be replaced, so other bytes of this name can only come from another build of this version,
    or from somebody else.

    Fix: find the run that published it; to finish that release, run its jobs again, else raise the version.
    """
    for file in plan(subject).in_state(FileState.DIFFERENT):
        yield Problem(
            message=f"{subject.index.title} has other bytes: sha256 {file.shown or 'unknown'},"
            f" sealed was {file.sealed}",
            where=Location(file=file.filename),
        )


@check(Severity.ERROR, pypi="U5")
def published_files_are_all_ours(subject: Published) -> Iterator[Problem]:
    """The index lists no file for this version that the manifest does not know.

    Installers would take it as a part of the release, and nobody checked it.

    Fix: find out who uploaded it; if nobody should have, yank the release, revoke what the uploader used (the project's
    publishers and tokens), and raise the version.
    """
    for file in plan(subject).in_state(FileState.UNEXPECTED):
        yield Problem(
            message=f"{subject.index.title} lists it for {subject.release}, the manifest does not (sha256"
            f" {file.shown or 'unknown'})",
            where=Location(file=file.filename),
        )


@check(Severity.ERROR)
def published_files_are_at_the_indexs_hosts(subject: Published) -> Iterator[Problem]:
    """The addresses of the release's files lead to the index's own hosts.

    Users download from wherever the page leads.

    Fix: name the host in `file-hosts` of the index under [tool.pypublish.index] if it is right; else tell the index's
    operators.
    """
    hosts = {urlsplit(subject.index.simple_url).netloc.rpartition("@")[2].lower(), *subject.index.file_hosts}
    for name, file in subject.shown.items():
        host = urlsplit(file.url).netloc.rpartition("@")[2].lower()
        if host not in hosts and name in subject.sealed:
            yield Problem(message=f"{subject.index.title} leads to {host} for it", where=Location(file=name))


@check(Severity.ERROR)
def published_files_are_not_yanked(subject: Published) -> Iterator[Problem]:
    """No file of the release is yanked.

    Installers pass over what is yanked, unless somebody asks for exactly this version.

    Fix: if it was yanked by mistake, un-yank it on the project's page; else raise the version.
    """
    for name, file in subject.shown.items():
        if file.yanked is not None and name in subject.sealed:
            reason = f": {file.yanked}" if file.yanked else ", without a reason"
            yield Problem(message=f"it is yanked on {subject.index.title}{reason}", where=Location(file=name))


@check(Severity.ERROR)
def project_takes_files(subject: Published) -> Iterator[Problem]:
    """The project is neither quarantined nor archived.

    A quarantined project can be neither uploaded to nor installed; an archived one takes no new files (PEP 792).

    Fix: for a quarantine, read the index's mail to the owners; an archived project is opened again in its settings.
    """
    page, complete = subject.page, subject.sealed.keys() <= subject.shown.keys()
    if page.status == "quarantined" or (page.status == "archived" and not complete):
        reason = f": {page.status_reason}" if page.status_reason else ""
        yield Problem(message=f"{page.name} is {page.status} on {subject.index.title}{reason}")


@check(Severity.ERROR, pypi="U4")
def release_is_open(subject: Published) -> Iterator[Problem]:
    """A release that is published in part is completed within 14 days.

    PyPI takes no new file for a release that is older.

    Fix: raise the version and release again; yank the incomplete one.
    """
    absent = sorted(subject.sealed.keys() - subject.shown.keys())
    began = min((file.upload_time for file in subject.shown.values() if file.upload_time), default=None)
    if not (absent and began and subject.index.is_pypi):
        return
    first = datetime.fromisoformat(began)
    if datetime.fromtimestamp(subject.now, UTC) - first > OPEN_FOR:
        yield Problem(
            message=f"{subject.release} was begun on {first:%Y-%m-%d} and lacks {', '.join(absent)}, which"
            f" {subject.index.title} does not take any more"
        )


@check(Severity.ERROR)
def index_shows_sealed_sizes(subject: Published) -> Iterator[Problem]:
    """The sizes that the index shows are those of the sealed files.

    Installers and mirrors rely on them.

    Fix: tell the index's operators; the files themselves are compared by their digests.
    """
    for name, file, sealed in _common(subject):
        if file.size is not None and file.size != sealed.size:
            yield Problem(
                message=f"{subject.index.title} shows {file.size} bytes, sealed were {sealed.size}",
                where=Location(file=name),
            )


@check(Severity.ERROR)
def index_shows_requires_python(subject: Published) -> Iterator[Problem]:
    """The Pythons that the index says a file is for are those of its metadata.

    Installers choose a file by what the index says, before they read the file.

    Fix: tell the index's operators; on PyPI the first file of a release decides, so build all files from one commit.
    """
    for name, file, sealed in _common(subject):
        if _specifiers(file.requires_python) != _specifiers(sealed.requires_python):
            yield Problem(
                message=f"{subject.index.title} shows requires-python {file.requires_python!r}, the file says"
                f" {sealed.requires_python!r}",
                where=Location(file=name),
            )


@check(Severity.ERROR)
def every_file_is_published(subject: Published) -> Iterator[Problem]:
    """Every file of the manifest is on the index.

    A release without some of its files installs for some users and fails for others.

    Fix: run the publishing job again; it uploads what is missing, and nothing else.
    """
    for file in plan(subject).in_state(FileState.ABSENT):
        yield Problem(message=f"{subject.index.title} does not have it", where=Location(file=file.filename))


FINAL: tuple[Check[Published], ...] = (
    published_files_are_the_sealed_ones,
    published_files_are_all_ours,
    published_files_are_not_yanked,
    project_takes_files,
)
"""What waiting cannot mend."""

BEFORE_UPLOAD: tuple[Check[Published], ...] = (*FINAL, release_is_open)

SHOWN: tuple[Check[Published], ...] = (
    published_files_are_at_the_indexs_hosts,
    index_shows_sealed_sizes,
    index_shows_requires_python,
)
"""What is judged when every file is there."""


def _common(subject: Published) -> Iterator[tuple[str, IndexFile, Artifact]]:
    sealed = subject.sealed
    for name, file in subject.shown.items():
        if name in sealed:
            yield name, file, sealed[name]


def _specifiers(text: str) -> object:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return text
