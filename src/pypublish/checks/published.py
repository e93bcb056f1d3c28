"""What an index shows of a release, beside what was sealed: other files, other words, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from pypublish.checks.catalog import Check, check
from pypublish.checks.publish_plan import OPEN_FOR, Published, closed_since, open_until, plan, takes_files
from pypublish.checks.words import expected, some
from pypublish.findings import Location, Problem, Severity
from pypublish.listing import IndexFile
from pypublish.model import Artifact, FileState
from pypublish.pypi import limits


@check(Severity.ERROR, pypi="U1 U2")
def published_files_are_the_sealed_ones(subject: Published) -> Iterator[Problem]:
    """What the index has under a file's name are the bytes that were checked.

    PyPI never lets a file be replaced, so other bytes of this name can only come from another build of this version,
    or from somebody else.

    Fix: find the run that published it, and finish the release with its files (run its jobs again, or name it as
    run-id); where they cannot be had any more, raise the version and yank this one.
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


@check(Severity.ERROR, pypi="P6:status")
def project_takes_files(subject: Published) -> Iterator[Problem]:
    """The project is neither quarantined nor archived.

    A quarantined project can be neither uploaded to nor installed; an archived one takes no new files (PEP 792).

    Fix: for a quarantine, read the index's mail to the owners; an archived project is opened again in its settings.
    """
    page = subject.page
    if not takes_files(subject):
        reason = f": {page.status_reason}" if page.status_reason else ""
        yield Problem(message=f"{page.name} is {page.status} on {subject.index.title}{reason}")


@check(Severity.ERROR, pypi="U4")
def release_is_open(subject: Published) -> Iterator[Problem]:
    """A release that is published in part is completed within 14 days.

    PyPI takes no new file for a release that is older.

    Fix: raise the version and release again; yank the incomplete one.
    """
    first = closed_since(subject)
    if first is not None:
        absent = sorted(subject.sealed.keys() - subject.shown.keys())
        yield Problem(
            message=f"{subject.release} was begun on {first:%Y-%m-%d} and lacks {', '.join(absent)}, which"
            f" {subject.index.title} does not take any more",
            answer=expected(limits.release_is_open(first.timestamp(), subject.now)),
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
            silent = not file.requires_python and not subject.index.is_pypi
            yield Problem(
                message=f"{subject.index.title} shows requires-python {file.requires_python!r}, the file says"
                f" {sealed.requires_python!r}",
                where=Location(file=name),
                # There are indexes that never say it.
                severity=Severity.NOTE if silent else None,
            )


@check(Severity.ERROR)
def every_file_is_published(subject: Published) -> Iterator[Problem]:
    """Every file of the manifest is on the index.

    A release without some of its files installs for some users and fails for others.

    Fix: run the publishing job again; it uploads what is missing, and nothing else.
    """
    hint = _how_to_finish(subject)
    for file in plan(subject).in_state(FileState.ABSENT):
        yield Problem(message=f"{subject.index.title} does not have it", hint=hint, where=Location(file=file.filename))


AGAIN = (
    "run the publishing job again (Re-run failed jobs; Re-run all jobs where it is green), or `pypublish upload` with"
    " the sealed files"
)


def _how_to_finish(subject: Published) -> str:
    """Say where the release stands, and what finishes it: as long as PyPI takes its files."""
    found, title = plan(subject), subject.index.title
    there, all_of_them = len(found.in_state(FileState.SAME)), len(subject.sealed)
    absent = [file.filename for file in found.in_state(FileState.ABSENT)]
    if not there:
        return (
            f"{title} has none of the {all_of_them} files: the log of the publishing job says why. When that is mended,"
            f" {AGAIN}."
        )
    if closed_since(subject) is not None:
        return (
            f"{title} has {there} of {all_of_them} files and takes no more for this release, which is older than"
            f" {OPEN_FOR.days} days: raise the version and release again; yank this one."
        )
    until = open_until(subject)
    limit = f" {title} takes them until {until:%Y-%m-%d %H:%M} UTC." if until is not None else ""
    return (
        f"{title} has {there} of {all_of_them} files, the same bytes, and lacks {some(absent)}. To finish the release,"
        f" {AGAIN}: it uploads what is missing, and nothing else.{limit}"
    )


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
