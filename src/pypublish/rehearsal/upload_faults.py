"""Faults of the upload: the index does not take a file, or takes it and does not say so (F1-F17)."""

from __future__ import annotations

from typing import Final

from werkzeug.wrappers import Response

from pypublish.pypi import callers, limits
from pypublish.rehearsal import tampering, wire
from pypublish.rehearsal.fault import described, fault
from pypublish.rehearsal.meeting import Meeting, Target
from pypublish.rehearsal.responses import login_page, redirect, trouble

ELSEWHERE: Final = "https://login.example.net/"


@fault("F1", Target.UPLOAD)
def sdist_unavailable(meeting: Meeting) -> Response | None:
    """Every upload of an sdist is answered 503; wheels are taken.

    Seen: the publishing job is red. `plan` and `verify` say "published in part" and name the sdist.
    Do: run the failed publishing job again when the index is well; it uploads what is missing, and nothing else.
    """
    return trouble(503) if meeting.sent.is_sdist else None


@fault("F2", Target.UPLOAD, argument="STATUS", default=503.0, times=2)
def upload_unavailable(meeting: Meeting) -> Response:
    """An upload is answered by a status of the server's trouble, and stored nothing.

    Seen: nothing, if it passes within the uploader's few attempts; else the publishing job is red, and `plan` names
    what is missing.
    Do: run the failed publishing job again when the index is well.
    """
    return trouble(int(meeting.number))


@fault("F3", Target.UPLOAD, argument="SECONDS", default=2.0, times=1)
def upload_rate_limited(meeting: Meeting) -> Response:
    """An upload is answered 429, with so many seconds to wait.

    Seen: the publishing job is red at once, for uploaders do not wait; `plan` names what is missing.
    Do: wait as long as the answer says, then run the failed publishing job again.
    """
    return trouble(429, retry_after=meeting.number)


@fault("F4", Target.UPLOAD, times=1)
def upload_reset(meeting: Meeting) -> Response:
    """The connection breaks before an upload is stored.

    Seen: the publishing job is red with a traceback of the connection; `plan` names what is missing.
    Do: run the failed publishing job again.
    """
    wire.break_off(meeting.environ)


@fault("F5", Target.UPLOAD, times=1)
def upload_stored_then_reset(meeting: Meeting) -> Response:
    """An upload is stored, and the connection breaks before the answer.

    Seen: the publishing job is red although the file is there: `plan` says so.
    Do: run the failed publishing job again; the same bytes are taken a second time without a word.
    """
    meeting.pass_on()
    wire.break_off(meeting.environ)


@fault("F6", Target.UPLOAD, times=1)
def upload_stored_then_error(meeting: Meeting) -> Response:
    """An upload is stored, and answered 500.

    Seen: nothing with an uploader that tries again; else the publishing job is red although the file is there.
    Do: run the failed publishing job again; the same bytes are taken a second time without a word.
    """
    meeting.pass_on()
    return trouble(500)


@fault("F7", Target.UPLOAD)
def file_there(meeting: Meeting) -> Response:
    """The index already has the very file that is uploaded.

    Seen: nothing; `plan` says "nothing to upload" once all files are there, and the publishing job is skipped.
    Do: nothing.
    """
    meeting.pass_on()
    return meeting.pass_on()


@fault("F8", Target.UPLOAD)
def other_file_there(meeting: Meeting) -> Response:
    """The index already has other bytes under the name of the file that is uploaded.

    Seen: `plan` stops before a token is asked for and shows both digests: `published-files-are-the-sealed-ones`.
    Do: find the run that published them; finish the release from that run's artifact, or raise the version.
    """
    if meeting.pass_on().status_code == 200:  # noqa: PLR2004
        tampering.put_other_bytes(meeting.store, meeting.sent)
    return meeting.pass_on()


@fault("F9", Target.UPLOAD)
def upload_login_page(_: Meeting) -> Response:
    """An upload is answered 200 with the login page of a network, and not stored.

    Seen: the publishing job is green, since uploaders take any 200 for success; `verify` is red, and says that the
    index does not have the files: `every-file-is-published`.
    Do: log the runner in to its network, or use one of GitHub's; then run the publishing job again.
    """
    return login_page()


@fault("F10", Target.UPLOAD)
def upload_redirected(_: Meeting) -> Response:
    """An upload is redirected to another host.

    Seen: the publishing job is red, since uploaders do not follow; `plan` names what is missing.
    Do: correct the index's `upload-url`; where it is right, look for a proxy that answers in the index's place.
    """
    return redirect(ELSEWHERE, 307)


@fault("F11", Target.UPLOAD)
def upload_forbidden(meeting: Meeting) -> Response:
    """An upload is answered 403: the index does not know the token.

    Seen: the publishing job is red with the index's words; `plan` names what is missing.
    Do: run `pypublish doctor`, and compare what it prints with the publisher that is registered; remove a leftover
    password or token from the job.
    """
    return meeting.refuse(callers.is_known(None))


@fault("F12", Target.UPLOAD)
def upload_hangs(meeting: Meeting) -> Response:
    """An upload is never answered.

    Seen: the publishing job is red when its `timeout-minutes` are over; `plan` names what is missing.
    Do: run the failed publishing job again.
    """
    wire.say_nothing(meeting.environ)


@fault("F13", Target.UPLOAD)
def filename_used(meeting: Meeting) -> Response:
    """The index had a file of this name once, and it was deleted.

    Seen: the publishing job is red: the index says that this filename was previously used.
    Do: raise the version; the name is not free again, whoever deletes what.
    """
    tampering.use_up_name(meeting.store, meeting.sent)
    return meeting.pass_on()


@fault("F14", Target.UPLOAD)
def release_closed(meeting: Meeting) -> Response:
    """The release was begun more than 14 days ago, so the index takes no new file for it.

    Seen: `plan` stops before a token is asked for: `release-is-open` names what is missing. Where no file is there yet,
    it cannot be seen before the upload: the publishing job is red with the index's words.
    Do: raise the version and release again; yank the incomplete release.
    """
    tampering.age_release(meeting.store, meeting.sent, created=meeting.clock.now() - limits.RELEASE_OPEN - limits.DAY)
    return meeting.pass_on()


@fault("F15", Target.UPLOAD)
def sdist_there(meeting: Meeting) -> Response:
    """The release already has an sdist, of another name.

    Seen: `plan` stops before a token is asked for, and names the file: `published-files-are-all-ours`.
    Do: find out who uploaded it; then raise the version, since a release has one sdist for ever.
    """
    tampering.put_other_sdist(meeting.store, meeting.sent, now=meeting.clock.now())
    return meeting.pass_on()


@fault("F16", Target.UPLOAD)
def file_too_large(meeting: Meeting) -> Response:
    """The file is larger than the index takes for this project.

    Seen: `check` stops at a file beyond 100 MB; where the project's own limit is lower, the publishing job is red with
    the index's words.
    Do: make the file smaller, or ask PyPI to raise the project's limit; then run the publishing job again.
    """
    return meeting.refuse(limits.file_is_small_enough(meeting.sent.project, limits.FILE_SIZE + 1))


@fault("F16", Target.UPLOAD)
def project_too_large(meeting: Meeting) -> Response:
    """The project's files together are larger than the index takes.

    Seen: the publishing job is red with the index's words; `plan` names what is missing.
    Do: ask PyPI to raise the project's limit, or delete releases that nobody needs; then run the publishing job again.
    """
    return meeting.refuse(limits.project_is_small_enough(meeting.sent.project, limits.PROJECT_SIZE + 1))


sent_to_other_index = described(
    "F17",
    "sent-to-other-index",
    """The release is on TestPyPI and not on PyPI, or the other way round.

    Seen: `verify` is red: the index that the release was prepared for does not have it. Uploads to the other are green.
    Do: let the publishing job take `repository-url` from prepare's outputs; run it again.
    Tried: `tests/faults/test_upload.py::test_f17_it_is_on_the_other_index`
    """,
)
