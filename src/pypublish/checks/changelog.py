"""The changelog: which file it is, what it says of a version, and whether it says anything before the release."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pypublish.checks.catalog import check
from pypublish.checks.changelog_sections import Markup, Section, mentioning, sections
from pypublish.checks.described import PYPROJECT
from pypublish.checks.tags import parse_version
from pypublish.findings import Location, Problem, Severity

STEMS = ("changelog", "changes", "history", "news", "releasenotes", "whatsnew")
"""How changelogs are called, the likeliest first; without regard to case, hyphens and underscores."""
ENDINGS: Mapping[str, Markup] = {".md": "markdown", ".markdown": "markdown", ".rst": "rest"}
TOOLS = (("towncrier", "filename"), ("scriv", "changelog"), ("commitizen", "changelog_file"))
"""Tools that write a changelog, and the key of their table that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changelog:
    """A project's changelog."""

    file: str
    """Seen from the project's folder, with slashes."""
    text: str
    markup: Markup
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """The subject: the version that is to be released, and what the changelog has to say of it."""

    name: str
    version: str
    binding: bool
    """Whether it is a release in earnest."""
    changelog: Changelog | None
    """None where there is none that has versions in it."""
    missing: str = ""
    """The file that the setting names, where there is none, or none that reads."""


def likely(files: Iterable[str], *, named: str, tool: Mapping[str, object]) -> tuple[str, ...]:
    """Return which of the files may be the changelog, the likeliest first; the one that is `named`, alone.

    `tool` is the `[tool]` table of pyproject.toml, where tools that write changelogs name theirs.
    """
    if named:
        return (named,)
    told = [table.get(key) for name, key in TOOLS if isinstance(table := tool.get(name), Mapping)]
    ranked = sorted((rank, file) for file in files if (rank := _rank(file)) is not None)
    return tuple(dict.fromkeys([*(one for one in told if isinstance(one, str)), *(file for _, file in ranked)]))


def _rank(file: str) -> tuple[int, int] | None:
    folder, _, name = file.rpartition("/")
    stem, dot, ending = name.lower().partition(".")
    stem = re.sub(r"[-_ ]", "", stem)
    if stem not in STEMS or dot + ending not in {"", ".txt", *ENDINGS}:
        return None
    return len(folder), STEMS.index(stem)


def read(file: str, text: str, name: str) -> Changelog | None:
    """Return the changelog that a file is; None where no heading names a version of the project `name`."""
    ending = next((ending for ending in ENDINGS if file.lower().endswith(ending)), "")
    for markup in (ENDINGS[ending],) if ending else ("rest", "markdown"):
        found = sections(text, markup, name)
        if any(section.version is not None for section in found) or (ending and found):
            return Changelog(file=file, text=text, markup=markup, sections=found)
    return None


def section_of(changelog: Changelog, name: str, version: str) -> Section | None:
    """Return what the changelog says of a version; of a pre-release, what it says of the release to come."""
    wanted = parse_version(version)
    if wanted is None:
        return None
    own = _own_section(changelog, version) or mentioning(changelog.text, changelog.markup, name, wanted)
    if own is not None or not wanted.is_prerelease:
        return own
    return _own_section(changelog, wanted.base_version) or _not_released_yet(changelog)


def _own_section(changelog: Changelog, version: str) -> Section | None:
    wanted = parse_version(version)
    same = (one for one in changelog.sections if one.version is not None and parse_version(one.version) == wanted)
    return next(same, None)


def _not_released_yet(changelog: Changelog) -> Section | None:
    return next((one for one in changelog.sections if one.version is None and one.text.strip()), None)


@check(Severity.WARNING)
def changelog_has_the_version(subject: Announced) -> Iterator[Problem]:
    """The changelog has a section for the version that is released.

    Users read there what a release means for them, and the notes of the release on GitHub are taken from it.

    Fix: write the section, or let the tool that keeps your changelog write it, before the tag; the setting `changelog`
    names the file where it is another one.

    Example:
        - ## [Unreleased]
        + ## [1.2.0] - 2026-11-20

    """
    if subject.missing:
        yield Problem(
            message=f"the setting changelog names {subject.missing}, but there is no such file, or none that reads",
            hint="Name a Markdown or reST file in the project's folder.",
            where=Location(file=PYPROJECT),
        )
        return
    changelog, version = subject.changelog, subject.version
    if changelog is None:
        return
    weight = Severity.WARNING if subject.binding else Severity.NOTE
    section = section_of(changelog, subject.name, version)
    if section is None:
        coming = _not_released_yet(changelog)
        if coming is not None and not subject.binding:
            return  # that is how it should be before the release
        yield Problem(
            message=f"it has no section for {version}",
            hint=f"What stands under {coming.heading!r} is released now: put {version} and the date in its heading."
            if coming is not None
            else "",
            where=Location(file=changelog.file, line=coming.line if coming is not None else None),
            severity=weight,
        )
        return
    where = Location(file=changelog.file, line=section.line)
    if not section.text.strip():
        yield Problem(message=f"its section for {version} is empty", where=where, severity=weight)
    elif section.unreleased and subject.binding and section.version is not None and section.version == version:
        yield Problem(
            message=f"its section for {version} still says unreleased",
            hint="Put the date of the release in its place.",
            where=where,
        )
