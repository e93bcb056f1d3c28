"""Faults of Trusted Publishing: no identity, no token, or one that is good for nothing (F18-F24)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from pypublish.pypi import callers, publishers
from pypublish.pypi.callers import Caller
from pypublish.pypi.publishers import Refusal
from pypublish.pypi.shelf import ShelvedProject
from pypublish.rehearsal.exchange import refused
from pypublish.rehearsal.fault import described, fault
from pypublish.rehearsal.meeting import Meeting, Target
from pypublish.rehearsal.responses import json_response, login_page, text_response, trouble


@fault("F18", Target.AUDIENCE, argument="STATUS", default=403.0)
def audience_refused(meeting: Meeting) -> Response:
    """The index does not say for whom identity tokens have to be: 403, 404, or a status of its trouble.

    Seen: the publishing job is red before anything is uploaded; `plan` says "not published".
    Do: 403 and 404 mean that this index has no Trusted Publishing: correct its address, or upload with a token of it.
    Any other passes: run the publishing job again.
    """
    if meeting.number == 403:  # noqa: PLR2004
        return json_response({"message": "Trusted publishing functionality not enabled"}, 403)
    return trouble(int(meeting.number))


@fault("F18", Target.MINT)
def publishing_disabled(_: Meeting) -> Response:
    """The index has switched Trusted Publishing off, and says so at the exchange: not-enabled.

    Seen: the publishing job is red before anything is uploaded, with the index's words; `plan` says "not published".
    Do: nothing of yours is wrong: run the publishing job again when the index has it on.
    """
    return refused(publishers.NOT_ENABLED)


@fault("F19", Target.MINT, argument="STATUS", default=503.0)
def mint_unavailable(meeting: Meeting) -> Response:
    """The exchange of the identity for an upload token is answered by a status of the server's trouble.

    Seen: the publishing job is red before anything is uploaded; `plan` says "not published".
    Do: run the publishing job again when the index is well.
    """
    return trouble(int(meeting.number))


@fault("F19", Target.MINT)
def mint_login_page(_: Meeting) -> Response:
    """The exchange is answered 200 with the login page of a network.

    Seen: the publishing job is red before anything is uploaded, and says that the answer is no JSON.
    Do: log the runner in to its network, or use one of GitHub's; then run the publishing job again.
    """
    return login_page()


@fault("F19", Target.MINT)
def mint_garbage(_: Meeting) -> Response:
    """The exchange is answered 200 with JSON that breaks off.

    Seen: the publishing job is red before anything is uploaded.
    Do: run the publishing job again.
    """
    return Response('{"success": true, "token', mimetype="application/json")


@fault("F19", Target.MINT)
def mint_no_token(_: Meeting) -> Response:
    """The exchange is answered 200, and there is no token in the answer.

    Seen: the publishing job is red before anything is uploaded.
    Do: run the publishing job again.
    """
    return json_response({"success": True})


@fault("F20", Target.MINT)
def publisher_unknown(_: Meeting) -> Response:
    """The index knows no trusted publisher like this job: invalid-publisher.

    Seen: the publishing job is red before anything is uploaded, and prints the job's claims; `plan` says "not
    published".
    Do: run `pypublish doctor`; owner, repository, workflow file and environment have to be registered letter by letter
    as it prints them. A workflow that was renamed has to be registered anew.
    """
    claims = {"job_workflow_ref": "owner/repository/.github/workflows/renamed.yml@refs/heads/main"}
    found = publishers.find(claims, (), ())
    assert isinstance(found, Refusal)  # noqa: S101 - nobody is registered here
    return refused(found)


@fault("F21", Target.IDENTITY, argument="STATUS", default=403.0)
def identity_refused(meeting: Meeting) -> Response:
    """The identity provider gives the job no identity.

    Seen: the publishing job is red before anything is uploaded; `plan` says "not published".
    Do: run the publishing job again; it passes, unless the job lacks `id-token: write`, which `pypublish doctor` names.
    """
    return text_response("", int(meeting.number))


no_id_token_permission = described(
    "F21",
    "no-id-token-permission",
    """The publishing job has no `id-token: write`, or runs for a fork's pull request: there is nobody to ask.

    Seen: the publishing job is red before anything is uploaded, and asks for credentials or the permission.
    Do: give the publishing job, and no other, `id-token: write`; `pypublish doctor` names the line.
    Tried: `tests/faults/test_upload.py::test_f21_a_job_without_the_permission`,
    `tests/stages/test_diagnose.py::test_what_uv_was_answered_is_explained`
    """,
)


@fault("F22", Target.UPLOAD, argument="UPLOADS", default=1.0, times=1)
def token_expires(meeting: Meeting) -> Response | None:
    """The upload token expires when so many files are uploaded; it lives for 15 minutes.

    Seen: the publishing job is red: "token is expired". `plan` says "published in part" and names what is missing.
    Do: run the failed publishing job again; it gets a new token, and uploads what is missing.
    """
    project = meeting.project
    files = [file for release in project.releases.values() for file in release.files] if project else []
    if len(files) < meeting.number:
        return None
    expired = Caller(user=None, expires=0)
    return meeting.refuse(callers.may_upload_to(expired, ShelvedProject(name=meeting.sent.project), now=1))


@fault("F23", Target.IDENTITY, argument="SECONDS", default=600.0)
def clock_skew(meeting: Meeting) -> Response:
    """The identity provider's clock is so many seconds ahead of the index's; behind, where they are negative.

    Seen: the publishing job is red before anything is uploaded: invalid-token.
    Do: run the publishing job again. Where it lasts, set the clock of the machine that runs the job.
    """
    import jwt

    answer = meeting.pass_on()
    if answer.status_code != 200:  # noqa: PLR2004
        return answer
    token = str((answer.get_json() or {}).get("value"))
    claims = jwt.decode(token, options={"verify_signature": False})
    signed = meeting.issuer.sign(
        {
            name: value + int(meeting.number) if name in {"iat", "nbf", "exp"} else value
            for name, value in claims.items()
        }
    )
    return json_response({"count": len(signed), "value": signed})


sigstore_down = described(
    "F24",
    "sigstore-down",
    """Sigstore, which signs the attestations, is down.

    Seen: the publishing job is red, mostly before the first file; `plan` says which files are there.
    Do: run the failed publishing job again when Sigstore is well. A file that is published without an attestation can
    never get one: do not turn attestations off to get a release out.
    Tried: not run: Sigstore's failure itself, since the publishing action signs in a container of its own, with
    Sigstore's servers. What comes of it, an upload that did not begin or broke off, is F1 and F4.
    """,
)
