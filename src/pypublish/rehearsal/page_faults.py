"""Faults of the index's pages: they show a release as it is not, or not yet (F25, F26, F32-F35)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from werkzeug.wrappers import Response

from pypublish.rehearsal.fault import fault
from pypublish.rehearsal.meeting import Meeting, Target
from pypublish.rehearsal.records import FileRecord, ProjectRecord
from pypublish.rehearsal.responses import text_response
from pypublish.rehearsal.sites import Site


@fault("F25", Target.PAGE, times=2)
def page_missing(_: Meeting) -> Response:
    """The project's page is not there at first, as it is where a CDN remembers that it was not.

    Seen: nothing: `verify` looks again until it is there.
    Do: nothing.
    """
    return text_response("404 Not Found", 404)


@fault("F26", Target.PAGE, argument="SECONDS", default=3600.0)
def page_stale(meeting: Meeting) -> Response:
    """The page is as it was so many seconds ago, while the JSON API is of now: a node of the CDN is behind.

    Seen: `verify` waits; where its patience ends first, exit code 5 and "published, but … still shows", with both
    serials and the node.
    Do: nothing is lost: run `verify` again later, and it takes up from there. Users who get another node have the
    release already.
    """
    then = meeting.clock.now() - meeting.number
    return meeting.page(lambda project: _as_of(project, then))


@fault("F32", Target.PAGE)
def page_other_digest(meeting: Meeting) -> Response:
    """The page shows another digest than the files have.

    Seen: `plan` and `verify` stop and show both digests: `published-files-are-the-sealed-ones`.
    Do: run `verify` again from another machine; if it lasts, tell the index's operators. Do not publish over it.
    """
    return meeting.page(_each_file(lambda file: replace(file, sha256=file.sha256[::-1])))


@fault("F32", Target.FILE)
def file_other_bytes(meeting: Meeting) -> Response:
    """The index gives out other bytes than it lists.

    Seen: `verify` stops and shows both digests, before anything is installed: `served-files-are-the-sealed-ones`.
    Do: run `verify` again; if it lasts, tell the index's operators, and users by yanking the release.
    """
    answer = meeting.pass_on()
    body = answer.get_data()
    answer.set_data(bytes([body[0] ^ 0xFF]) + body[1:] if body else body)
    return answer


@fault("F33", Target.PAGE, argument="HOST", default="files.example.net")
def page_other_host(meeting: Meeting) -> Response:
    """The page leads to another host for the files.

    Seen: `verify` stops, names the host, and fetches nothing from it: `published-files-are-at-the-indexs-hosts`.
    Do: name the host in `file-hosts` of the index if it is right; else tell the index's operators.
    """
    site = meeting.site
    return meeting.page(lambda project: project, Site(index=replace(site.index, file_hosts=(str(meeting.argument),))))


@fault("F34", Target.PAGE)
def page_extra_file(meeting: Meeting) -> Response:
    """The release has a file that nobody sealed.

    Seen: `plan` and `verify` stop and name it: `published-files-are-all-ours`.
    Do: find out who uploaded it. If nobody should have, yank the release, revoke what the uploader used, and raise the
    version.
    """

    def alter(project: ProjectRecord) -> ProjectRecord:
        releases = {
            version: replace(
                release, files=(*release.files, *(_sibling(file, release.version) for file in release.files[:1]))
            )
            for version, release in project.releases.items()
        }
        return replace(project, releases=releases)

    return meeting.page(alter)


@fault("F35", Target.PAGE, argument="REASON", default="broken")
def page_yanked(meeting: Meeting) -> Response:
    """Every file of the project is yanked.

    Seen: `plan` and `verify` stop and show the reason: `published-files-are-not-yanked`.
    Do: un-yank the release on the project's page if it was a mistake; else raise the version.
    """
    return meeting.page(_each_file(lambda file: replace(file, yanked=str(meeting.argument))))


@fault("F35", Target.PAGE, argument="STATUS-MARKER", default="quarantined")
def project_status(meeting: Meeting) -> Response:
    """The project is quarantined, or archived (PEP 792).

    Seen: `plan` and `verify` stop: `project-takes-files`.
    Do: for a quarantine, read the index's mail to the owners; an archived project is opened again in its settings.
    """
    return meeting.page(lambda project: replace(project, status=str(meeting.argument)))


def _each_file(alter: Callable[[FileRecord], FileRecord]) -> Callable[[ProjectRecord], ProjectRecord]:
    return lambda project: replace(
        project,
        releases={
            version: replace(release, files=tuple(map(alter, release.files)))
            for version, release in project.releases.items()
        },
    )


def _as_of(project: ProjectRecord, then: float) -> ProjectRecord:
    """Return a project as it was: without the files that came since, and with the serial that it had."""
    releases, serial = {}, project.serial
    for version, release in project.releases.items():
        there = tuple(file for file in release.files if file.uploaded <= then)
        serial -= len(release.files) - len(there) + (not there)
        if there:
            releases[version] = replace(release, files=there)
    return replace(project, releases=releases, serial=max(serial, 0))


def _sibling(file: FileRecord, version: str) -> FileRecord:
    """Return a wheel beside a file, for Python 2."""
    name = file.filename.partition("-")[0]
    return replace(file, filename=f"{name}-{version}-py2-none-any.whl", file_type="bdist_wheel", metadata_sha256="")
