"""What there is to say of a release: from the changelog, else from GitHub's list of changes, else from the commits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pypublish.checks.changelog import Changelog, section_of
from pypublish.checks.github_release import tag_before
from pypublish.checks.tags import parse_version
from pypublish.edges import git, git_history, git_refs
from pypublish.edges.github_api import GitHub, GitHubRefusedError, GitHubUnavailableError
from pypublish.edges.github_releases import write_notes
from pypublish.edges.world import World
from pypublish.findings import Finding, note
from pypublish.hosting import HostedRelease
from pypublish.model import Release

RULE = "changelog-has-the-version"
_ITEM = re.compile(r"^\s*[*-] ", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The notes as they were found, and where."""

    text: str = ""
    changelog: Changelog | None = None
    """Where the text is a section of it."""
    commits: tuple[str, ...] = ()
    origin: str = ""
    """In words, for a person."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """What of the project's own is at hand where the release is made."""

    changelog: Changelog | None
    repository: git.Repository | None


def find_words(
    github: GitHub,
    release: Release,
    tag: str,
    checkout: Checkout,
    *,
    tag_format: str,
    hosted: Sequence[HostedRelease],
    world: World,
) -> Words:
    """Find what there is to say; that GitHub writes no notes is only noted."""
    section = section_of(checkout.changelog, release.name, release.version or "") if checkout.changelog else None
    if checkout.changelog is not None and section is not None and section.text.strip():
        origin = f"notes from {checkout.changelog.file}, line {section.line}"
        return Words(text=section.text, changelog=checkout.changelog, origin=origin)
    tags = _tags(checkout, hosted, world)
    version = parse_version(release.version or "")
    previous = tag_before(version, tags, tag_format=tag_format, name=release.name) if version is not None else None
    since = f" since {previous}" if previous else ""
    findings: list[Finding] = []
    text = ""
    if github.has_token:
        try:
            text = write_notes(github, tag, previous=previous)
        except (GitHubRefusedError, GitHubUnavailableError) as error:
            findings.append(note(RULE, f"GitHub wrote no notes, so they are made of the commits: {error}"))
    if _ITEM.search(text):
        return Words(text=text, origin=f"notes by GitHub, from what was merged{since}")
    commits: tuple[str, ...] = ()
    if previous and checkout.repository is not None and (commit := release.commit or checkout.repository.commit):
        commits = git_history.subjects_since(checkout.repository, previous, commit, world)
    origin = f"notes from the commits{since}" if commits else "without notes: there is neither changelog nor history"
    return Words(
        text=text,
        commits=commits,
        origin="notes by GitHub" if text and not commits else origin,
        findings=tuple(findings),
    )


def _tags(checkout: Checkout, hosted: Sequence[HostedRelease], world: World) -> tuple[str, ...]:
    own = git_refs.tags(checkout.repository, world) if checkout.repository is not None else ()
    return (*(one.tag for one in hosted if not one.draft), *own)
