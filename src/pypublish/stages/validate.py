"""validate: judge what can be known before a build — the project, its version, the tag, the index."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pypublish.checks import catalog, standing
from pypublish.checks import gates as gate_checks
from pypublish.checks import project as project_checks
from pypublish.checks import repository as repository_checks
from pypublish.checks import version as version_checks
from pypublish.checks import workflow as workflow_checks
from pypublish.checks.gates import Declared
from pypublish.checks.project import Source, describe
from pypublish.checks.pythons import declared_pythons
from pypublish.checks.standing import Standing
from pypublish.checks.tags import parse_version, tag_glob, version_of_tag
from pypublish.checks.version import Versioning
from pypublish.checks.version_source import Origin, VersionSource, read_version, version_source
from pypublish.edges import git
from pypublish.edges.index import already_released
from pypublish.edges.tree import read_text
from pypublish.edges.workflows import read_workflows
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.findings import Finding, Outcome, note
from pypublish.listing import Released
from pypublish.model import Index, Intent, Project, Release
from pypublish.settings import Settings
from pypublish.stages import declaration
from pypublish.stages.changelog import judge_changelog
from pypublish.workflows import Workflows

if TYPE_CHECKING:
    from packaging.version import Version

OF_VERSION = (*catalog.collect(version_checks, Versioning), *catalog.collect(repository_checks, Versioning))

EARLIEST_EPOCH = 315_532_800
"""1980-01-01, the earliest time that a ZIP can hold: SOURCE_DATE_EPOCH where there is no commit."""

PATIENCE = 60.0
PATIENCE_OF_A_REHEARSAL = 3.0
"""Seconds within which the index has to answer; where nothing is released, no answer is only noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """What validate found out: the project, the release that it would be, and the repository that it is in."""

    project: Project
    release: Release
    intent: Intent
    repository: git.Repository | None
    workflows: Workflows | None = None
    """What the repository tells GitHub to run; None before it was read."""
    released: Released | None = None
    """What the index has of the version; None where it was not asked or did not answer."""


def validate(
    source: Source,
    settings: Settings,
    intent: Intent,
    world: World,
    *,
    ask_index: bool = True,
    bytes_are_compared: bool = False,
    meanwhile: Callable[[Valid], None] | None = None,
) -> Outcome[Valid]:
    """Judge the project, its version and its tag; ask the index once whether it has the version.

    With `bytes_are_compared` it is only said that it has: whoever calls compares it with the files when they are known.

    `meanwhile` is called as soon as the release is known and nothing has been found that stands in its way; the schema,
    the workflows and the index's answer come after that.

    Raises:
        ToolMissingError: there is a repository, but no git.
        IndexUnavailableError: a release is meant, and the index does not answer.

    """
    began = world.clock.monotonic()
    findings = list(catalog.run(catalog.collect(project_checks, Source), source, ignore=settings.ignore))
    findings += catalog.run(
        catalog.collect(gate_checks, Declared), Declared(source=source, gates=settings.gates), ignore=settings.ignore
    )
    project = describe(source)
    if project is None or source.document is None:
        return Outcome(stage="validate", findings=tuple(findings), strict=settings.strict)
    repository = git.find_repository(project.root, world)
    tag = intent.tag or _tag_here(repository, settings, project, world)
    intent = replace(intent, tag=tag)
    origin = version_source(project)
    version = _version_before_the_build(
        project, origin, tag=tag, tag_format=settings.tag_format, repository=repository, world=world
    )
    with ThreadPoolExecutor(1) as pool:
        answer: Future[Released] | None = None
        if ask_index and version is not None and project.name and parse_version(version):
            within = PATIENCE if intent.binding else PATIENCE_OF_A_REHEARSAL
            answer = pool.submit(_ask, intent.index, project.name, version, world, within=within)
        subject = _versioning(
            project, intent, origin, version, tag_format=settings.tag_format, repository=repository, world=world
        )
        findings += catalog.run(OF_VERSION, subject, ignore=settings.ignore)
        valid = Valid(
            project=project,
            release=Release(
                name=project.name,
                version=version,
                tag=tag,
                commit=repository.commit if repository else None,
                epoch=git.commit_time(repository, world) if repository and repository.commit else EARLIEST_EPOCH,
            ),
            intent=intent,
            repository=repository,
        )
        if meanwhile is not None and not any(finding.stops(strict=settings.strict) for finding in findings):
            meanwhile(valid)
        top = repository.toplevel if repository is not None else project.root
        workflows = read_workflows(top, seen_from=project.root)
        valid = replace(valid, workflows=workflows)
        findings += [
            *declaration.judge(source, intent, ignore=settings.ignore, so_far=findings),
            *judge_changelog(source, settings, name=project.name, version=version, binding=intent.binding),
            *catalog.run(catalog.collect(workflow_checks, Workflows), workflows, ignore=settings.ignore),
        ]
        released, unanswered = _answer(answer, intent)
    findings += unanswered
    if released is not None:
        valid = replace(valid, released=released)
        subject = replace(subject, published=released.files, bytes_are_compared=bytes_are_compared)
        findings += catalog.run([version_checks.version_is_new], subject, ignore=settings.ignore)
        stands = Standing(project=project, intent=intent, released=released)
        findings += catalog.run(catalog.collect(standing, Standing), stands, ignore=settings.ignore)
    return Outcome(
        stage="validate",
        value=valid,
        summary=_summary(valid, released, subject),
        findings=tuple(findings),
        outputs=outputs(valid.release, intent, project),
        strict=settings.strict,
    ).taking(world.clock.monotonic() - began, began=began)


def _tag_here(repository: git.Repository | None, settings: Settings, project: Project, world: World) -> str | None:
    """Return the tag at the commit that names a version; the newest version where there are several."""
    if repository is None or repository.commit is None:
        return None
    named = [
        (version, tag)
        for tag in git.tags_at_commit(repository, world)
        if (version := version_of_tag(tag, settings.tag_format, project.name)) is not None
    ]
    own = parse_version(project.version or "")
    return max(named, key=lambda pair: (pair[0] == own, pair[0]))[1] if named else None


def _version_before_the_build(
    project: Project,
    origin: VersionSource,
    *,
    tag: str | None,
    tag_format: str,
    repository: git.Repository | None,
    world: World,
) -> str | None:
    if origin.origin is Origin.STATIC:
        return project.version
    if origin.origin is Origin.FILE:
        return next(_versions_in_files(project, origin), None)
    if (
        origin.origin is Origin.VCS
        and tag is not None
        and repository is not None
        and not git.changes(repository, world)
    ):
        version = version_of_tag(tag, tag_format, project.name)
        return str(version) if version is not None else None
    return None


def _versions_in_files(project: Project, origin: VersionSource) -> Iterator[str]:
    for file in origin.files:
        text = read_text(project.root, file)
        version = read_version(origin, text) if text is not None else None
        if version is not None:
            yield version


def _versioning(
    project: Project,
    intent: Intent,
    origin: VersionSource,
    version: str | None,
    *,
    tag_format: str,
    repository: git.Repository | None,
    world: World,
) -> Versioning:
    identifier = tag_commit = None
    changes: tuple[str, ...] = ()
    if repository is not None and repository.commit is not None:
        identifier = git.describe(repository, tag_glob(tag_format, project.name), world)
        changes = git.changes(repository, world)
        tag_commit = git.commit_of_tag(repository, intent.tag, world) if intent.tag else None
    return Versioning(
        project=project,
        intent=intent,
        source=origin,
        version=version,
        tag_format=tag_format,
        git=identifier,
        tag_commit=tag_commit,
        changes=changes,
    )


def _ask(index: Index, name: str, version: str, world: World, *, within: float) -> Released:
    with world.step("validate", f"asking {index.title}"):
        return already_released(index, name, version, world, within=within)


def _answer(answer: Future[Released] | None, intent: Intent) -> tuple[Released | None, list[Finding]]:
    if answer is None:
        return None, []
    try:
        return answer.result(), []
    except IndexUnavailableError as error:
        if intent.binding:
            raise
        return None, [note("version-is-new", f"{intent.index.name} was not asked for this version: {error}")]


def _summary(valid: Valid, released: Released | None, subject: Versioning) -> str:
    release = valid.release
    known = f"{release.name or valid.project.root.name} {release.version or '(version: the build will tell)'}"
    parts = [f"{known} = tag {release.tag}" if release.tag else known]
    if release.commit:
        parts.append(f"commit {release.commit[:7]}")
    if subject.changes:
        parts.append("with uncommitted changes")
    if released is not None:
        parts.append(f"{'already' if released.files else 'not yet'} on {_spoken(valid.intent)}")
    return ", ".join(parts)


def _spoken(intent: Intent) -> str:
    return {"pypi": "PyPI", "testpypi": "TestPyPI"}.get(intent.index.name, intent.index.name)


def outputs(release: Release, intent: Intent, project: Project) -> dict[str, str]:
    """Return what later jobs read of a release; before the build, some of it may still be unknown."""
    version = parse_version(release.version or "")
    return {
        "package-name": release.name,
        "package-version": str(version or ""),
        "tag": release.tag or "",
        "is-prerelease": str(bool(version and version.is_prerelease)).lower(),
        "index": "dry-run" if intent.dry_run else intent.index.name,
        "environment": "" if intent.dry_run else intent.index.name,
        "publish": str(not intent.dry_run).lower(),
        "repository-url": intent.index.upload_url,
        "index-url": intent.index.simple_url,
        "project-url": _project_url(intent, release.name, version),
        "python-versions": json.dumps(declared_pythons(project.metadata)),
    }


def _project_url(intent: Intent, name: str, version: Version | None) -> str:
    host = {"pypi": "https://pypi.org", "testpypi": "https://test.pypi.org"}.get(intent.index.name)
    if host is None:
        return f"{intent.index.simple_url.rstrip('/')}/{name}/"
    return f"{host}/project/{name}/{version}/" if version else f"{host}/project/{name}/"
