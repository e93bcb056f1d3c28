"""What an earlier attempt left behind: whether it is sealed, whether it is this release, and how far that got."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pypublish.archive import Contents, MemberKind
from pypublish.checks.catalog import Check, Rule, check, rule
from pypublish.checks.publish_plan import OPEN_FOR, Published, plan
from pypublish.checks.words import some
from pypublish.findings import Finding, Location, Problem, Severity
from pypublish.listing import PublishState
from pypublish.model import FileState, Manifest, Release

MANIFEST = "manifest.json"
DIST = "dist/"
STREAMED = "zip-has-no-data-descriptors"
"""What is wrong with every ZIP of GitHub's by the rules for distributions, and with none by those for archives."""

_FILENAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]*\.(?:whl|tar\.gz)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """The subject: an artifact of an earlier attempt, read, and the release that it is to be of."""

    name: str
    """The artifact's."""
    contents: Contents
    manifest: Manifest
    wanted: Release
    """As far as it is known before a build."""


@check(Severity.ERROR)
def recovered_archive_is_sound(subject: Recovered) -> Iterator[Problem]:
    """The artifact's ZIP is whole, and says the same to everybody who reads it.

    GitHub's own action writes such a ZIP; another was put in its place, or damaged.

    Fix: delete the artifact and start the workflow anew with the tag; find out who put it there.
    """
    for flaw in subject.contents.flaws:
        if flaw.refused and flaw.rule != STREAMED:
            yield Problem(message=flaw.message, where=Location(file=subject.name, member=flaw.member))


@check(Severity.ERROR)
def recovered_files_are_the_sealed_ones(subject: Recovered) -> Iterator[Problem]:
    """The artifact holds the manifest and exactly the files that it seals, byte for byte.

    They are published instead of building anew, so nothing else may be among them.

    Fix: delete the artifact and start the workflow anew with the tag; find out who changed it.
    """
    found = {
        member.name: member
        for member in subject.contents.members
        if member.name != MANIFEST and (member.kind is not MemberKind.DIRECTORY or member.name != DIST.rstrip("/"))
    }
    sealed = {f"{DIST}{artifact.filename}": artifact for artifact in subject.manifest.artifacts}

    def problem(name: str, message: str) -> Problem:
        return Problem(message=message, where=Location(file=subject.name, member=name))

    if not sealed:
        yield problem(MANIFEST, "the manifest seals no file")
    for name in sorted(found.keys() - sealed.keys()):
        yield problem(name, "it is not in the manifest")
    for name in sorted(sealed.keys() - found.keys()):
        yield problem(name, "it is in the manifest alone")
    for name in sorted(found.keys() & sealed.keys()):
        member, artifact = found[name], sealed[name]
        if not _FILENAME.fullmatch(artifact.filename):
            yield problem(name, "it is not named as a distribution")
        elif (member.kind, member.size, member.sha256) != (MemberKind.FILE, artifact.size, artifact.sha256):
            yield problem(name, f"sha256 {member.sha256 or 'unknown'}, sealed was {artifact.sha256}")


@check(Severity.ERROR)
def recovered_release_is_this_one(subject: Recovered) -> Iterator[Problem]:
    """What was sealed is this release: name, version, tag and commit.

    Else files would be published under a tag that they were not built from.

    Fix: name the run that prepared this tag; where the tag was moved since, raise the version instead.
    """
    from packaging.utils import canonicalize_name, canonicalize_version

    sealed, wanted = subject.manifest.release, subject.wanted
    pairs = {
        "commit": (sealed.commit, wanted.commit),
        "tag": (sealed.tag, wanted.tag),
    }
    differences = [f"{what} {was or 'none'}, not {now or 'none'}" for what, (was, now) in pairs.items() if was != now]
    if wanted.name and canonicalize_name(sealed.name) != canonicalize_name(wanted.name):
        differences.insert(0, f"name {sealed.name}, not {wanted.name}")
    if wanted.version and canonicalize_version(sealed.version or "") != canonicalize_version(wanted.version):
        differences.insert(0, f"version {sealed.version}, not {wanted.version}")
    if differences:
        yield Problem(message=f"it was sealed for {'; '.join(differences)}", where=Location(file=subject.name))


SEALED: tuple[Check[Recovered], ...] = (recovered_archive_is_sound, recovered_files_are_the_sealed_ones)

SEAL_IS_PROVEN = rule(
    "recovered-seal-is-proven",
    Severity.ERROR,
    """The log of the job that sealed the files names their manifest's digest.

    Every job of a run can put artifacts in the place of others; into another job's log it cannot write.

    Fix: if the digest is not that of the run's summary, somebody changed the artifact: delete it, find out which job
    did it, and start the workflow anew with the tag. If it is, name it by manifest-sha256.
    """,
)
ARTIFACT_IS_KEPT = rule(
    "sealed-artifact-is-kept",
    Severity.WARNING,
    """What an earlier attempt sealed can still be had.

    Without it the release is built again; not every backend makes the same bytes twice, and what the index already has
    cannot be replaced. The release goes on only where it has nothing, or the same bytes.

    Fix: finish a release within the 30 days that its artifact is kept; after that, raise the version if the new bytes
    are others.
    """,
)
ATTEMPTS_CAN_BE_READ = rule(
    "earlier-attempts-can-be-read",
    Severity.WARNING,
    """The job may look for what an earlier attempt sealed.

    Else the release is built again; it goes on only where the index has nothing of it, or the same bytes.

    Fix: give the job that prepares `actions: read`, as the template does.
    """,
)
RELEASE_IS_COMPLETE = rule(
    "release-is-complete",
    Severity.NOTE,
    """The index has all files of the release, or none.

    One that was begun installs for some users and not for others.

    Fix: run the publishing job; it uploads what is missing, and what is there already is left as it is.
    """,
)
RULES: tuple[Rule, ...] = (SEAL_IS_PROVEN, ARTIFACT_IS_KEPT, ATTEMPTS_CAN_BE_READ, RELEASE_IS_COMPLETE)


def found(of: Rule, message: str, *, file: str | None = None, hint: str = "", fatal: bool = False) -> Finding:
    """Make a finding of one of these rules; `fatal` where it stops here though it usually does not."""
    return Finding(
        check=of.id,
        severity=Severity.ERROR if fatal else of.severity,
        message=message,
        hint=hint or of.fix,
        where=Location(file=file),
    )


def begun(subject: Published) -> Finding | None:
    """Say what a release still lacks that the index has in part and that can be finished; None for any other."""
    stands = plan(subject)
    if stands.state is not PublishState.PUBLISHING or not stands.publish:
        return None
    there, absent = stands.in_state(FileState.SAME), stands.in_state(FileState.ABSENT)
    first = min((file.upload_time for file in subject.shown.values() if file.upload_time), default=None)
    closes = ""
    if first is not None and subject.index.is_pypi:
        until = datetime.fromisoformat(first).astimezone(UTC) + OPEN_FOR
        closes = f"; it takes the rest until {until:%Y-%m-%d %H:%M} UTC"
    return found(
        RELEASE_IS_COMPLETE,
        f"{subject.index.title} has {len(there)} of {len(stands.files)} files, the same bytes, and lacks"
        f" {some([file.filename for file in absent])}{closes}",
    )
