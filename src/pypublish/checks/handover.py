"""What was built and the job that is to upload it: whether that job's tool can read the files."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from pypublish.checks.catalog import check
from pypublish.checks.jobs import PUBLISHING_ACTION
from pypublish.checks.pins import COMMITS, known_metadata, version_comment, version_of
from pypublish.checks.publisher import publish_jobs
from pypublish.checks.subjects import Dists
from pypublish.checks.words import some
from pypublish.findings import Location, Problem, Severity


@check(Severity.ERROR)
def publisher_knows_metadata(dists: Dists) -> Iterator[Problem]:
    """The publishing action that the workflow pins can read the Metadata-Version of the files.

    An older one ends before it uploads anything, when the tag is public already. Build backends that are not pinned
    move on by themselves: in August 2026 many releases failed over Metadata-Version 2.5.

    Fix: pin a newer version of the publishing action, or an older one of the build backend.

    Example:
        - uses: pypa/gh-action-pypi-publish@cef221092ed1bacb1cc03d23a2d87d1d172e277b # v1.14.0
        + uses: pypa/gh-action-pypi-publish@dc37677b2e1c63e2034f94d8a5b11f265b73ba33 # v1.14.2

    """
    written = [(dist.filename, version) for dist in dists.dists if (version := _written(dist.metadata_version))]
    for job in publish_jobs(dists.workflows) if dists.workflows is not None else ():
        for step in job.uploads:
            line = job.line("steps", step.index, "uses")
            pinned = version_of(step.uses, version_comment(job.file, line)) if step.is_the_publishing_action else ""
            known = known_metadata(pinned) if pinned else ""
            beyond = [f"{name} has {version}" for name, version in written if known and version > Version(known)]
            if beyond:
                yield Problem(
                    message=f"the publishing action {pinned} reads Metadata-Version {known} at most; {some(beyond)}",
                    hint=_hint(known),
                    where=Location(file=job.file.path, line=line),
                )


def _written(version: str) -> Version | None:
    try:
        return Version(version)
    except InvalidVersion:
        return None


def _hint(known: str) -> str:
    newest, commit = max(COMMITS.items(), key=lambda pin: Version(pin[0]))
    return (
        f"Write uses: {PUBLISHING_ACTION}@{commit} # {newest}; or pin a build backend that writes Metadata-Version"
        f" {known}."
    )
