"""One file at a time: read once, judged by our own checks and by the borrowed tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pypublish import archive
from pypublish.checks import (
    archives,
    borrowed,
    classifiers,
    completeness,
    entry_points,
    files,
    hooks,
    metadata,
    names,
    reading,
    readme_links,
    record,
    sdist,
    typed,
    wheel,
)
from pypublish.checks.catalog import Check, collect
from pypublish.checks.subjects import Dist, is_kept, kind_of, search_of
from pypublish.checks.subjects import read as read_dist
from pypublish.edges import dists
from pypublish.errors import ToolError, ToolMissingError
from pypublish.findings import Finding
from pypublish.model import ArtifactKind, Project, Remark

OF_NAMES = collect(names, Dist)
OF_METADATA: tuple[Check[Dist], ...] = (
    *collect(metadata, Dist),
    *(classifiers.classifiers_are_known, classifiers.project_is_not_private),
    *collect(completeness, Dist),
    *collect(readme_links, Dist),
)
OF_ALL = collect(files, Dist)
OF_CONTENT = {
    ArtifactKind.SDIST: (*OF_ALL, *collect(sdist, Dist)),
    ArtifactKind.WHEEL: (
        *OF_ALL,
        *(check for module in (wheel, record, entry_points, hooks, typed) for check in collect(module, Dist)),
    ),
}

SETUPTOOLS = "setuptools"

Borrow = Callable[[Path, Dist], tuple[Remark, ...]]
"""Asks the borrowed tools about a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One file after it was read, and what was found on the way."""

    path: Path
    dist: Dist | None
    """None where the file cannot be read, or is no distribution."""
    findings: tuple[Finding, ...]
    compared: bool = False
    """Whether it was compared with the files that git tracks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One file, and everything that can be said of it alone."""

    path: Path
    dist: Dist | None
    of_file: tuple[Finding, ...]
    of_metadata: tuple[Finding, ...] = ()
    """Apart from the others, since the files of a release mostly have the same metadata."""


def open_file(path: Path, *, project: Project | None) -> Opened:
    """Read a file, in one pass."""
    kind, format_ = kind_of(path.name), archive.format_of(path.name)
    try:
        if kind is None or format_ is None:
            dists.make_sure(path)
            return Opened(path=path, dist=None, findings=(reading.no_distribution(path.name),))
        contents = dists.read(
            path, format=format_, keep=lambda member: is_kept(kind, member), search=search_of(path.name, kind)
        )
    except dists.UnreadableFileError as error:
        return Opened(path=path, dist=None, findings=(reading.unreadable(path.name, str(error)),))
    dist = read_dist(path.name, kind, contents, project)
    return Opened(path=path, dist=dist, findings=tuple(archives.findings(path.name, contents)))


def judge(opened: Opened, borrow: Borrow) -> Judged:
    """Judge a file that was read."""
    dist = opened.dist
    if dist is None:
        return Judged(path=opened.path, dist=None, of_file=opened.findings)
    found = [*opened.findings, *(finding for check in OF_NAMES for finding in check(dist))]
    if not dist.whole:
        return Judged(path=opened.path, dist=dist, of_file=tuple(found))
    found += [finding for check in OF_CONTENT[dist.kind] for finding in check(dist)]
    of_metadata = tuple(finding for check in OF_METADATA for finding in check(dist))
    if dist.accepted and dist.metadata is not None:
        found += _borrowed(opened, dist, borrow, [*found, *of_metadata])
    return Judged(path=opened.path, dist=dist, of_file=tuple(found), of_metadata=of_metadata)


def _borrowed(opened: Opened, dist: Dist, borrow: Borrow, own: list[Finding]) -> list[Finding]:
    try:
        remarks = borrow(opened.path, dist)
    except ToolMissingError:
        raise
    except ToolError as error:
        return [reading.broken_tool(dist.filename, error)]
    setuptools = dist.project is not None and dist.project.backend.startswith(SETUPTOOLS)
    return list(borrowed.findings(dist.filename, remarks, setuptools=setuptools, compared=opened.compared, own=own))
