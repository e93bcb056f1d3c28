"""Find a project's changelog: the file that a setting or a tool names, else the likeliest that has versions in it."""

from __future__ import annotations

from pypublish.checks import catalog, changelog
from pypublish.checks.changelog import Announced, Changelog
from pypublish.checks.project import Source
from pypublish.edges.tree import names_in, read_text
from pypublish.findings import Finding
from pypublish.settings import Settings

FOLDERS = ("", "docs", "doc")
LIMIT = 8 << 20
"""Bytes. The longest changelog in use has a tenth of it."""


def find_changelog(source: Source, settings: Settings, name: str) -> Changelog | None:
    """Return the changelog of the project `name`; None where there is none that has versions in it."""
    root = source.tree.root
    files = names_in(root, FOLDERS)
    for file in changelog.likely(files, named=settings.changelog, tool=source.table("tool")):
        text = read_text(root, file, limit=LIMIT)
        found = changelog.read(file, text, name) if text is not None else None
        if found is not None:
            return found
    return None


def judge_changelog(
    source: Source, settings: Settings, *, name: str, version: str | None, binding: bool
) -> tuple[Finding, ...]:
    """Say what the changelog lacks of a version; nothing where the version is known after the build alone."""
    if version is None or not name:
        return ()
    named = settings.changelog
    subject = Announced(
        name=name,
        version=version,
        binding=binding,
        changelog=find_changelog(source, settings, name),
        missing=named if named and read_text(source.tree.root, named, limit=LIMIT) is None else "",
    )
    return catalog.run([changelog.changelog_has_the_version], subject, ignore=settings.ignore)
