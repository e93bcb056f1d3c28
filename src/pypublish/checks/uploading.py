"""What an index says to an upload, and what a maintainer does about it."""

from __future__ import annotations

from collections.abc import Sequence

from pypublish.checks.catalog import Rule, rule
from pypublish.checks.words import some
from pypublish.findings import Finding, Location, Severity
from pypublish.listing import PublishPlan
from pypublish.model import FileState, Index

UPLOAD_IS_ACCEPTED = rule(
    "upload-is-accepted",
    Severity.ERROR,
    """The index takes every file.

    What it refuses, it refuses again: by its rules, or because it does not know who uploads.

    Fix: mend what the index names. A file that it has taken stays; where the files themselves have to change, the
    version has to be raised.
    """,
)
JOB_LEAVES_THE_TOKEN_ALONE = rule(
    "publishing-job-leaves-the-token-alone",
    Severity.NOTE,
    """On GitHub, the publishing action alone holds the right to publish.

    `upload` is for other places: here pypublish, and all that it depends on, holds the token; and no attestations are
    made of the files.

    Fix: use the workflow of the template, whose publishing job runs pypa/gh-action-pypi-publish and nothing else.
    """,
)
CREDENTIALS_ARE_USED = rule(
    "credentials-are-used",
    Severity.NOTE,
    """Every credential that was found is the one that is used.

    The others are not sent anywhere; but each that lies about can be taken.

    Fix: remove what is not needed.
    """,
)
TAKEN_FILES_ARE_THERE = rule(
    "taken-files-are-there",
    Severity.ERROR,
    """What the uploader says was taken is on the index.

    It takes any answer of 200 for success, the login page of a network too.

    Fix: log in to the network, or go round the proxy that answers in the index's place; then run the same command
    again.
    """,
)
RULES = (UPLOAD_IS_ACCEPTED, TAKEN_FILES_ARE_THERE, CREDENTIALS_ARE_USED, JOB_LEAVES_THE_TOKEN_ALONE)

_REMEDIES = (
    ("invalid-reuse-token", "An identity token works once: run the job again, so that it gets a new one."),
    (
        "invalid-publisher",
        "No publisher on {index} fits this job: compare its four values with those that pypublish doctor prints.",
    ),
    ("invalid-pending-publisher", "The project exists: register the publisher in the project's own settings."),
    (
        "invalid or non-existent authentication",
        "{index} does not know the token from {source}: it was revoked, cut off when it was copied, or made elsewhere.",
    ),
    ("isn't allowed to upload", "The token from {source} is not good for this project; make one that is."),
    ("invalid api token", "The token from {source} is not good for this project, or has expired; make one that is."),
    ("username/password authentication", "Make a token on {index}; its user is __token__."),
    (
        "already exists",
        "The name is taken by other bytes for good; pypublish plan shows both digests. Raise the version.",
    ),
    (
        "previously used",
        "A file of that name was deleted on {index}, and its name is never free again: raise the version.",
    ),
    (
        "cannot create new projects",
        "The project's name is not the one that the pending publisher was registered with: register it anew.",
    ),
    ("older than 14 days", "{index} takes no more files for this release: raise the version."),
    ("only one sdist", "{index} has an sdist of this version already: pypublish plan shows it. Raise the version."),
    (
        "too large",
        "Ask {index} for a higher limit, or make the file smaller in a new version; what was taken already stays.",
    ),
    ("redirectdetected", "Correct upload-url of the index; where it is right, a proxy answers in the index's place."),
)
"""Words of an index's answer (PyPI's, in lower case), and what to do; the first that fits."""


def refused(index: Index, words: str, *, file: str, source: str, plan: PublishPlan | None = None) -> Finding:
    """Make the finding of a file that the index refused; `source` is where the token came from.

    `plan` is how the index stands to the release now: where it has a part of it, the rest is named, and what to do.
    """
    lowered = words.lower()
    remedy = next((text for sign, text in _REMEDIES if sign in lowered), "")
    hint = remedy.format(index=index.title, source=source) if remedy else UPLOAD_IS_ACCEPTED.fix
    message = f"{index.title} refused it: {words}"
    if plan is not None and plan.in_state(FileState.SAME):
        message += f"\n{where_it_stands(plan, index)}"
        hint += f" {_rest(plan, is_final='raise the version' in hint.lower())}"
    return Finding(
        check=UPLOAD_IS_ACCEPTED.id,
        severity=Severity.ERROR,
        message=message,
        hint=hint,
        where=Location(file=file or None),
    )


def _rest(plan: PublishPlan, *, is_final: bool) -> str:
    """Say what is to become of a release of which a part is published."""
    if is_final:
        return f"Yank {plan.name} {plan.version} then: it cannot be completed."
    return "Then run the same command again: it uploads what is missing, and nothing else."


def named(of: Rule, message: str) -> Finding:
    """Make a finding of one of these rules."""
    return Finding(check=of.id, severity=of.severity, message=message, hint=of.fix)


def where_it_stands(plan: PublishPlan, index: Index) -> str:
    """Say which files an index has and which it lacks: what somebody has to know when an upload ended early."""
    there = [file.filename for file in plan.in_state(FileState.SAME)]
    absent = [file.filename for file in plan.in_state(FileState.ABSENT)]
    if not absent:
        return f"{index.title} has all {len(there)} files"
    return f"{index.title} has {_names(there)}, and lacks {_names(absent)}"


def _names(files: Sequence[str]) -> str:
    return some(files, 10) or "no file"
