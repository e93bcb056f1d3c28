"""The version, the tag and the commit: whether they mean the same, and whether they can be released."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pypublish.checks.catalog import check
from pypublish.checks.described import PYPROJECT
from pypublish.checks.tags import parse_version, tag_of_version, version_of_tag
from pypublish.checks.version_source import Origin, VersionSource
from pypublish.checks.words import expected
from pypublish.findings import Location, Problem, Severity
from pypublish.model import Intent, Project, VersionIdentifier
from pypublish.pypi.metadata import VERSIONS, Metadata, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Versioning:
    """The subject: what the project says, what git says, and what was asked for."""

    project: Project
    intent: Intent
    source: VersionSource
    version: str | None
    """The project's version as far as it is known before the build."""
    tag_format: str
    git: VersionIdentifier | None
    """None where the project is not in a repository."""
    tag_commit: str | None = None
    """The commit that the tag names; None where there is no such tag here."""
    changes: tuple[str, ...] = ()
    """Tracked files that differ from the commit."""
    published: tuple[str, ...] | None = None
    """The files of this version that the index has; None where it was not asked or did not answer."""
    bytes_are_compared: bool = False
    """Whether what the index has is going to be compared with the sealed files, so that it is only said here."""

    @property
    def weight(self) -> Severity:
        """How much it matters here: a release that is meant is stopped, a rehearsal is told."""
        return Severity.ERROR if self.intent.binding else Severity.NOTE

    @property
    def where(self) -> Location:
        """Where the version is set."""
        return Location(file=PYPROJECT, line=self.project.lines.get("project.version"))


@check(Severity.ERROR, pypi="M:version")
def version_is_valid(subject: Versioning) -> Iterator[Problem]:
    """The version follows PEP 440.

    PyPI refuses any other, and installers cannot order it.

    Fix: write it as in 1.2.0, 1.2.0rc1 or 1.2.0.post1
    (https://packaging.python.org/specifications/version-specifiers/).

    Example:
        - version = "1.2-final"
        + version = "1.2.0"

    """
    if subject.version is not None and parse_version(subject.version) is None:
        message = f"version {subject.version!r} is no version by PEP 440"
        yield Problem(message=message, where=subject.where, answer=_answer(subject.version))


@check(Severity.ERROR)
def tag_names_a_version(subject: Versioning) -> Iterator[Problem]:
    """The tag stands for a version.

    The release's version is compared with its tag; a tag that names none would release something else than it says.

    Fix: name the tag by tag-format in [tool.pypublish], which is v{version} unless set.

    Example:
        - $ git tag release-1.2.0
        + $ git tag v1.2.0

    """
    tag = subject.intent.tag
    if tag is not None and version_of_tag(tag, subject.tag_format, subject.project.name) is None:
        example = tag_of_version(subject.version or "1.2.0", subject.tag_format, subject.project.name)
        yield Problem(
            message=f"tag {tag!r} names no version by the tag-format {subject.tag_format!r}",
            hint=f"Tag the commit as {example!r}, or set tag-format in [tool.pypublish] to how you name your tags.",
            severity=Severity.ERROR if subject.intent.tag_given else Severity.NOTE,
        )


@check(Severity.ERROR)
def tag_equals_version(subject: Versioning) -> Iterator[Problem]:
    """The tag and the project name the same version.

    A tag is public and stays; with another version in the project, PyPI would get a release that the tag does not
    name.

    Fix: set the project's version to the tag's and tag that commit, or delete the tag and make the right one.

    Example:
        - version = "1.1.0"
        + version = "1.2.0"
        $ git commit -am "Release 1.2.0" && git tag v1.2.0

    """
    tag = subject.intent.tag
    if tag is None or subject.version is None:
        return
    tagged, own = (
        version_of_tag(tag, subject.tag_format, subject.project.name),
        parse_version(subject.version),
    )
    if tagged is not None and own is not None and tagged != own:
        right = tag_of_version(subject.version, subject.tag_format, subject.project.name)
        yield Problem(
            message=f"tag {tag} names {tagged}, but the project's version is {own}",
            hint=f"Set the version to {tagged} and tag that commit, or release this commit as {right}.",
            where=subject.where,
        )


@check(Severity.ERROR)
def tag_is_at_the_commit(subject: Versioning) -> Iterator[Problem]:
    """The tag names the commit that is built.

    What is released under a tag has to be what the tag names.

    Fix: check out the tag, and fetch tags (fetch-tags or fetch-depth: 0 of actions/checkout).

    Example:
        $ git fetch --tags
        $ git checkout v1.2.0

    """
    intent, git = subject.intent, subject.git
    if intent.tag is None or not intent.tag_given:
        return
    if git is None:
        yield Problem(message=f"tag {intent.tag} was named, but the project is in no git repository")
    elif subject.tag_commit is None:
        yield Problem(
            message=f"there is no tag {intent.tag} in this repository",
            hint=f"Create it (git tag {intent.tag}) or fetch it (git fetch --tags).",
        )
    elif subject.tag_commit != git.commit:
        yield Problem(
            message=f"tag {intent.tag} names commit {subject.tag_commit[:7]}, but {str(git.commit)[:7]} is checked out",
            hint=f"Run git checkout {intent.tag} first.",
        )


@check(Severity.ERROR)
def given_version_equals_project(subject: Versioning) -> Iterator[Problem]:
    """The version that was given by hand is the project's.

    It is asked for so that nobody releases another version than they think.

    Fix: give the project's version, or none.

    Example:
        - $ pypublish prepare --version 1.1.0
        + $ pypublish prepare --version 1.2.0

    """
    given = subject.intent.version
    if given is None:
        return
    parsed, own = parse_version(given), parse_version(subject.version or "")
    if parsed is None:
        yield Problem(message=f"the given version {given!r} is no version by PEP 440")
    elif own is not None and parsed != own:
        yield Problem(message=f"version {parsed} was given, but the project's version is {own}", where=subject.where)


@check(Severity.ERROR)
def version_is_no_development_version(subject: Versioning) -> Iterator[Problem]:
    """The version is none of development (.devN).

    Version control tools make one for every commit that bears no tag; to release it is nearly always a mistake.

    Fix: tag the commit that you mean to release.

    Example:
        $ git tag v1.2.0
        $ git push origin v1.2.0

    """
    git, version = subject.git, parse_version(subject.version or "")
    hint = ""
    if subject.source.origin is Origin.VCS and git is not None and subject.intent.tag is None:
        commits = f"{git.commits_since} commit{'s' if git.commits_since != 1 else ''}"
        since = f"{commits} after {git.tag}" if git.tag else "before any tag"
        message = (
            f"{subject.source.tool} makes the version of the tag, and this commit is {since}: it will be a .dev one"
        )
        hint = "That is right for a rehearsal. To release, tag the commit."
    elif version is not None and version.is_devrelease:
        message = f"version {version} is one of development"
    else:
        return
    yield Problem(message=message, hint=hint, where=subject.where, severity=subject.weight)


@check(Severity.ERROR, pypi="M:local-version")
def version_is_public(subject: Versioning) -> Iterator[Problem]:
    """The version has no local part (+something).

    PyPI refuses local versions (PEP 440).

    Fix: remove the part from the plus sign on; version control tools add it to commits without a tag and to changed
    trees.

    Example:
        - version = "1.2.0+local"
        + version = "1.2.0"

    """
    version = parse_version(subject.version or "")
    if version is not None and version.local is not None:
        yield Problem(
            message=f"version {version} has the local part +{version.local}",
            severity=subject.weight,
            answer=_answer(str(version)),
        )


@check(Severity.ERROR, pypi="U2")
def version_is_new(subject: Versioning) -> Iterator[Problem]:
    """The version is not on the index yet.

    Files on PyPI cannot be replaced, so a version is released once.

    Fix: set a new version; if an earlier run stopped half way, run that one again instead of building again.

    Example:
        - version = "1.2.0"
        + version = "1.2.1"

    """
    if not subject.published:
        return
    files = ", ".join(subject.published[:3]) + (" …" if subject.published[3:] else "")
    stops = subject.intent.binding and not subject.bytes_are_compared
    yield Problem(
        message=f"{subject.project.name} {subject.version} is on {subject.intent.index.name} already: {files}",
        hint="The sealed files are compared with them: where they are the same bytes, the release is finished."
        if subject.bytes_are_compared
        else "",
        where=subject.where,
        severity=Severity.ERROR if stops else Severity.NOTE,
    )


def _answer(version: str) -> str:
    """Return what PyPI would say to the version."""
    texts = {"metadata-version": VERSIONS[-1], "name": "x", "version": version}
    return expected(judge(Metadata(texts=texts, present=frozenset(texts))))
