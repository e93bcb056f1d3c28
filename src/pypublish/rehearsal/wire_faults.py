"""Faults of reading that are not the index's own: trouble on the way, or strangers in its place (F27-F31)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from pypublish.rehearsal import wire
from pypublish.rehearsal.fault import fault
from pypublish.rehearsal.meeting import Meeting, Target
from pypublish.rehearsal.responses import login_page, redirect, text_response, trouble
from pypublish.rehearsal.simple import JSON
from pypublish.rehearsal.upload_faults import ELSEWHERE


@fault("F27", Target.PAGE, argument="SECONDS", default=5.0, times=1)
def page_rate_limited(meeting: Meeting) -> Response:
    """The page is answered 429, with so many seconds to wait.

    Seen: nothing: `verify` leaves the index alone for that long, and looks again.
    Do: nothing.
    """
    return trouble(429, retry_after=meeting.number)


@fault("F28", Target.PAGE, argument="STATUS", default=503.0)
def page_unavailable(meeting: Meeting) -> Response:
    """The page is answered by a status of the server's trouble: 500, 502, 503, 504.

    Seen: `plan` ends with exit code 4 after a few attempts; `verify` waits, and ends so where its patience ends first.
    Do: run the same job again when the index is well; nothing was changed.
    """
    return trouble(int(meeting.number))


@fault("F28", Target.JSON, argument="STATUS", default=503.0)
def json_unavailable(meeting: Meeting) -> Response:
    """The JSON API is answered by a status of the server's trouble.

    Seen: `plan` ends with exit code 4. `verify` needs it only where the page does not show the release: it cannot tell
    "not published" from "not visible here" then, and ends with exit code 4 too.
    Do: run the same job again when the index is well; nothing was changed.
    """
    return trouble(int(meeting.number))


@fault("F28", Target.FILE, argument="STATUS", default=503.0)
def file_unavailable(meeting: Meeting) -> Response:
    """The files are answered by a status of the server's trouble.

    Seen: nothing, if it passes within four attempts; else `verify` ends with exit code 4 and names the file.
    Do: run `verify` again when the index is well; nothing was changed.
    """
    return trouble(int(meeting.number))


@fault("F28", Target.FILE)
def file_missing(_: Meeting) -> Response:
    """The page lists the files, and the host of the files does not have them.

    Seen: `verify` ends with exit code 4 and names the file.
    Do: run `verify` again in a few minutes.
    """
    return text_response("404 Not Found", 404)


@fault("F29", Target.PAGE, times=1)
def page_reset(meeting: Meeting) -> Response:
    """The connection breaks before the page is answered.

    Seen: nothing: `plan` tries again, and `verify` looks again.
    Do: nothing; where it lasts, both end with exit code 4: run the same job again.
    """
    wire.break_off(meeting.environ)


@fault("F29", Target.PAGE)
def page_hangs(meeting: Meeting) -> Response:
    """The page is never answered.

    Seen: `plan` ends with exit code 4 after 30 s; `verify` waits, and ends so where its patience ends first.
    Do: run the same job again when the index is well; nothing was changed.
    """
    wire.say_nothing(meeting.environ)


@fault("F29", Target.PAGE, argument="SECONDS", default=1.0)
def page_drips(meeting: Meeting) -> Response:
    """The page comes byte by byte, so many seconds apart.

    Seen: `plan` ends with exit code 4 after 30 s; `verify` waits, and ends so where its patience ends first.
    Do: run the same job again when the index is well; nothing was changed.
    """
    answer = meeting.pass_on()
    body = answer.get_data()
    headers = answer.headers
    return Response(wire.drip(meeting.environ, body, meeting.number), status=answer.status, headers=headers)


@fault("F29", Target.FILE, times=1)
def file_reset(meeting: Meeting) -> Response:
    """The connection breaks in the middle of a file.

    Seen: nothing: `verify` fetches it again from the start.
    Do: nothing; where it lasts, `verify` ends with exit code 4: run it again.
    """
    return _half(meeting)


@fault("F30", Target.PAGE)
def page_cut_off(meeting: Meeting) -> Response:
    """The page breaks off in the middle.

    Seen: `plan` ends with exit code 4 after a few attempts; `verify` waits, and ends so where its patience ends first.
    Do: run the same job again; where it lasts, look for a proxy that changes answers.
    """
    return _half(meeting)


@fault("F30", Target.PAGE)
def page_bomb(_: Meeting) -> Response:
    """The page is small, and unpacks to hundreds of megabytes.

    Seen: `plan` ends with exit code 4 at once; `verify` waits, and ends so where its patience ends first. Neither takes
    more than 100 MB of it.
    Do: no page of an index is that large: check its address, and look for a proxy that changes answers.
    """
    return Response(wire.bomb(), content_type=JSON, headers={"Content-Encoding": "gzip"})


@fault("F31", Target.PAGE)
def page_login_page(_: Meeting) -> Response:
    """The page is answered 200 with the login page of a network.

    Seen: `plan` ends with exit code 4: what answers is no index. `verify` waits, and ends so where its patience ends
    first.
    Do: log the machine in to its network; then run the same job again.
    """
    return login_page()


@fault("F31", Target.FILE)
def file_redirected(_: Meeting) -> Response:
    """The files are redirected to a host that is not the index's.

    Seen: `verify` ends with exit code 4, names the host, and fetches nothing from it.
    Do: log the machine in to its network, where that is a login page; else name the host in `file-hosts` of the index.
    """
    return redirect(ELSEWHERE, 302)


def _half(meeting: Meeting) -> Response:
    answer = meeting.pass_on()
    body = answer.get_data()
    return Response(wire.cut_off(body), status=answer.status, headers=answer.headers)
