"""What pyproject.toml declares, judged before the build: as PyPI will judge the metadata that are made of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from pypublish.checks import catalog, classifiers, completeness, declarations, entry_points, metadata, readme_links
from pypublish.checks.catalog import Check
from pypublish.checks.declared import Declared, declare, patterns
from pypublish.checks.described import PYPROJECT, readme_file
from pypublish.checks.project import Source
from pypublish.edges.schema import CHECK as SCHEMA_CHECK
from pypublish.edges.schema import schema_problems
from pypublish.edges.tree import read_text, unmatched
from pypublish.findings import Finding, Severity
from pypublish.model import Intent

_OF_FILES = (metadata.metadata_are_there, metadata.metadata_version_is_accepted)
"""What only a finished file can tell."""

OF_README = catalog.collect(readme_links, Declared)

OF_DECLARED: tuple[Check[Declared], ...] = (
    *(one for one in catalog.collect(metadata, Declared) if one.id not in {check.id for check in _OF_FILES}),
    *catalog.collect(classifiers, Declared),
    completeness.description_renders,
    *OF_README,
    entry_points.entry_points_are_readable,
    *catalog.collect(declarations, Declared),
)


def judge(
    source: Source, intent: Intent, *, ignore: Mapping[str, str], so_far: Collection[Finding]
) -> tuple[Finding, ...]:
    """Judge what `[project]` declares, then all tables by their schema; what was said `so_far` is not said again."""
    readme = readme_file(source.table("project"))
    declared = declare(
        source,
        description=read_text(source.tree.root, readme) if readme else None,
        unmatched=unmatched(source.tree.root, patterns(source)),
    )
    found = list(_weighed(declared, intent)) if declared is not None else []
    said = [one.message for one in (*so_far, *found) if one.where.file == PYPROJECT]
    return catalog.waive((*found, *_schema(source, said)), ignore)


def _weighed(declared: Declared, intent: Intent) -> Iterator[Finding]:
    """Yield what is found in what is declared, with the weight that it has for what the user means to do."""
    for check in OF_DECLARED:
        # A private project is rehearsed like any other; and other indexes have rules of their own.
        meant = check.id != classifiers.project_is_not_private.id or intent.binding
        noted = not meant or ((bool(check.pypi) or check in OF_README) and not intent.index.is_pypi)
        for finding in check(declared):
            yield replace(finding, severity=Severity.NOTE) if noted else finding


def _schema(source: Source, said: Collection[str]) -> Iterator[Finding]:
    for problem in schema_problems(source.document or {}, source.lines, said=said):
        yield Finding(
            check=SCHEMA_CHECK,
            severity=problem.severity or Severity.ERROR,
            message=problem.message,
            hint=problem.hint,
            where=problem.where,
        )
