"""The release on GitHub beside what was sealed: whether it may be made, what it lacks, and what nobody may change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pypublish.checks.catalog import check, rule
from pypublish.checks.tags import parse_version, version_of_tag
from pypublish.checks.words import some
from pypublish.findings import Location, Problem, Severity
from pypublish.hosting import Asset, Attachment, HostedRelease
from pypublish.listing import DISTRIBUTION_ENDINGS
from pypublish.model import Index, Release

if TYPE_CHECKING:
    from packaging.version import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """The subject: the sealed release, what the index shows of it, and what GitHub has under its tag."""

    release: Release
    tag: str
    tag_version: str | None
    """The version that the tag names; None where it names none."""
    tag_commit: str | None
    """The commit that the tag names on GitHub; None where GitHub has no such tag."""
    index: Index
    absent: tuple[str, ...]
    """The sealed files that the index does not show."""
    hosted: tuple[HostedRelease, ...]
    """The releases of the tag on GitHub: at most one that is published, and any number of drafts."""
    attachments: tuple[Attachment, ...]

    @property
    def chosen(self) -> HostedRelease | None:
        """The release to go on with: the published one, else the draft that has most of the files; None for none."""
        return min(self.hosted, key=lambda one: (one.draft, -self._whole(one), one.id), default=None)

    def _whole(self, release: HostedRelease) -> int:
        return sum(any(wanted.is_same_as(asset) for asset in release.assets) for wanted in self.attachments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """What is to be done with the release on GitHub before it may be published."""

    delete: tuple[Asset, ...] = ()
    attach: tuple[Attachment, ...] = ()


def todo(subject: Hosting) -> Todo:
    """Return which files have to be attached, and which have to make way for them.

    In a draft, what is not certainly the sealed file makes way; in a published release, what never arrived whole.
    """
    release = subject.chosen
    if release is None:
        return Todo(attach=subject.attachments)
    delete, attach = [], []
    for wanted in subject.attachments:
        there = [asset for asset in release.assets if wanted.is_called_like(asset)]
        if any(_stays(wanted, asset, release) for asset in there):
            continue
        delete += there
        attach.append(wanted)
    return Todo(delete=tuple(delete), attach=tuple(attach))


def _stays(wanted: Attachment, asset: Asset, release: HostedRelease) -> bool:
    if release.draft:
        return wanted.is_same_as(asset) and bool(asset.sha256)
    return asset.whole


def is_latest(version: Version, hosted: Iterable[HostedRelease], *, tag_format: str, name: str) -> bool:
    """Whether GitHub is to show this version as the latest: it is final, and no published final one is higher."""
    if version.is_prerelease:
        return False
    others = (version_of_tag(one.tag, tag_format, name) for one in hosted if not one.draft and not one.prerelease)
    return all(other is None or other.is_prerelease or other <= version for other in others)


def tag_before(version: Version, tags: Iterable[str], *, tag_format: str, name: str) -> str | None:
    """Return the tag of the newest version before this one: of a final one, if this is final; None for none."""
    before = [
        (found, tag)
        for tag in tags
        if (found := version_of_tag(tag, tag_format, name)) is not None
        and found < version
        and (version.is_prerelease or not found.is_prerelease)
    ]
    return max(before)[1] if before else None


def tag_format_of(release: Release, tag: str) -> str:
    """Return how tags are made of versions, as far as this tag shows it: where no settings are at hand."""
    version = release.version or ""
    return tag.replace(version, "{version}") if version and tag.count(version) == 1 else "v{version}"


@check(Severity.ERROR)
def release_is_on_the_index(subject: Hosting) -> Iterator[Problem]:
    """The index shows every file of the release before GitHub announces it.

    A release on GitHub sends people to the index; where an upload fails afterwards, it announces what nobody can get.

    Fix: publish the files first; where verify has just seen them all, run this again in a few minutes, because not
    every node of the index's network is as quick.
    """
    if subject.absent:
        release = subject.release
        yield Problem(
            message=f"{subject.index.title} does not show {some(subject.absent)} of {release.name} {release.version}"
        )


@check(Severity.ERROR)
def hosted_tag_names_the_sealed_commit(subject: Hosting) -> Iterator[Problem]:
    """The tag is on GitHub, names this version, and names the commit that the files were built of.

    GitHub would make a missing tag at the head of the default branch; and a tag that was moved shows other source than
    what was published.

    Fix: push the tag (git push origin v1.2.0); where it was moved, put it back to the commit that is named.
    """
    release, tag = subject.release, subject.tag
    version = parse_version(release.version or "")
    if subject.tag_version is not None and parse_version(subject.tag_version) != version:
        yield Problem(message=f"the tag {tag} names {subject.tag_version}, but the sealed files are of {version}")
    elif subject.tag_commit is None:
        yield Problem(message=f"GitHub has no tag {tag}", hint=f"Push it (git push origin {tag}); then run this again.")
    elif release.commit is not None and subject.tag_commit != release.commit:
        yield Problem(
            message=f"the tag {tag} names commit {subject.tag_commit[:7]} on GitHub, but the files were built of"
            f" {release.commit[:7]}",
            hint=f"Find out who moved the tag. Put it back (git tag -f {tag} {release.commit[:12]}, then push it by"
            " force), or raise the version.",
        )


@check(Severity.ERROR)
def attached_files_are_the_sealed_ones(subject: Hosting) -> Iterator[Problem]:
    """What a published release on GitHub has under a file's name is the file that was sealed.

    People have downloaded it by now, and may compare digests: what is published is not changed.

    Fix: find out who attached it. Where the attached file is wrong, delete it on GitHub and run this again; where the
    release on the index is wrong, raise the version.
    """
    release = subject.chosen
    if release is None or release.draft:
        return
    for wanted in subject.attachments:
        for asset in release.assets:
            if wanted.is_called_like(asset) and asset.whole and not wanted.is_same_as(asset):
                yield Problem(
                    message=f"the release has another file of this name: sha256 {asset.sha256 or 'unknown'},"
                    f" {asset.size} bytes; sealed was {wanted.sha256}, {wanted.size} bytes",
                    where=Location(file=wanted.name),
                    severity=None if wanted.name.endswith(DISTRIBUTION_ENDINGS) else Severity.WARNING,
                )


@check(Severity.ERROR)
def immutable_release_is_complete(subject: Hosting) -> Iterator[Problem]:
    """An immutable release on GitHub was published with all its files.

    Nothing can be attached to it afterwards, and its tag serves no other release.

    Fix: leave it as it is and tell its readers that the files are on the index, or raise the version. The next time,
    push the tag alone: the draft, its files and its publication are made here, in this order.
    """
    release = subject.chosen
    if release is None or release.draft or not release.immutable:
        return
    if lacking := [wanted.name for wanted in todo(subject).attach]:
        yield Problem(message=f"{release.tag} is published and immutable, without {some(lacking)}")


@check(Severity.WARNING)
def attached_distributions_are_all_ours(subject: Hosting) -> Iterator[Problem]:
    """The release on GitHub has no wheel and no sdist beside the sealed ones.

    Readers take it as a part of the release, and nobody checked it.

    Fix: find out who attached it, and delete it on GitHub if nobody should have.
    """
    release = subject.chosen
    for asset in release.assets if release is not None else ():
        known = any(wanted.is_called_like(asset) for wanted in subject.attachments)
        if not known and asset.name.endswith(DISTRIBUTION_ENDINGS):
            yield Problem(
                message=f"the release {subject.tag} has it, the manifest does not", where=Location(file=asset.name)
            )


@check(Severity.WARNING)
def tag_has_one_draft(subject: Hosting) -> Iterator[Problem]:
    """A tag has one release on GitHub, published or draft.

    GitHub lets any number of drafts be made for a tag; only one of them can be published.

    Fix: delete the others on the page of releases.
    """
    chosen = subject.chosen
    others = [one for one in subject.hosted if one is not chosen]
    if chosen is not None and others:
        what = f"the draft {chosen.id}" if chosen.draft else "the published one"
        yield Problem(
            message=f"GitHub has {len(subject.hosted)} releases of {subject.tag}; this goes on with {what} and leaves"
            f" {some([str(one.id) for one in others])} alone"
        )


OF_HOSTING = (
    release_is_on_the_index,
    hosted_tag_names_the_sealed_commit,
    attached_files_are_the_sealed_ones,
    immutable_release_is_complete,
    attached_distributions_are_all_ours,
    tag_has_one_draft,
)

WEBHOOK_TAKES_THE_OUTCOME = rule(
    "webhook-takes-the-outcome",
    Severity.WARNING,
    """The webhook takes what it is told of the release.

    The release is made by then; only who listens there has not heard of it.

    Fix: look at the receiving end; running this again tells it once more.
    """,
)
