"""preview: show a project's page as PyPI will, before anything is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pypublish.checks import catalog, completeness, readme_links
from pypublish.checks import project as project_checks
from pypublish.checks.catalog import Check
from pypublish.checks.declared import declare
from pypublish.checks.described import Described, readme_file
from pypublish.checks.dists import files_are_of_one_project
from pypublish.checks.preview import Preview, declared_by
from pypublish.checks.project import Source, describe
from pypublish.checks.repository_host import hosting
from pypublish.checks.subjects import Dist, Dists
from pypublish.edges import git
from pypublish.edges.build_room import Room
from pypublish.edges.tree import read_text
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.findings import Finding, Outcome, Severity
from pypublish.model import ArtifactKind, Project, Release
from pypublish.pypi.names import normalise
from pypublish.settings import Settings
from pypublish.stages.build import build
from pypublish.stages.following import Seen
from pypublish.stages.judging import open_file
from pypublish.stages.observer import Observer
from pypublish.stages.past import asked_for
from pypublish.stages.validate import EARLIEST_EPOCH
from pypublish.stages.viewing import Viewing, view

OF_THE_PAGE: tuple[Check[Described], ...] = (
    completeness.description_renders,
    completeness.description_is_there,
    completeness.description_type_is_given,
    readme_links.readme_links_work_on_pypi,
    readme_links.readme_images_show_on_pypi,
    readme_links.readme_anchors_are_there,
    readme_links.readme_is_shown_whole,
    readme_links.readme_needs_no_github,
)

NOT_BUILT = "There are no files, since the build failed: this is what pyproject.toml says alone."


def preview_project(
    source: Source,
    settings: Settings,
    world: World,
    observer: Observer,
    viewing: Viewing,
    *,
    environment: Room | None = None,
    runner: str = "",
) -> Outcome[Preview]:
    """Build the project as it stands and show its page, which follows the project's files.

    Where the build fails, the page is that of what pyproject.toml declares; so it is, while somebody looks, where the
    index of the build requirements does not answer.

    Raises:
        PypublishError: as the build does.
        UsageError: the port is taken, or the file cannot be written.

    """
    findings = catalog.run(catalog.collect(project_checks, Source), source, ignore=settings.ignore)
    project = describe(source)
    if project is None:
        return Outcome(stage="preview", findings=findings, strict=settings.strict)
    repository = git.find_repository(project.root, world)
    remote = git.origin_url(repository, world) if repository is not None else None
    home = hosting({"origin": remote} if remote is not None else {})
    declared = declared_by(source, description=_readme(source))
    with asked_for(project.name, world) as past:
        observer.started("build")
        built, failure = None, NOT_BUILT
        try:
            built = build(
                project,
                _release(project, repository, world),
                settings,
                world,
                out=world.scratch / "built",
                environment=environment,
                runner=runner,
                as_it_stands=True,
            )
        except IndexUnavailableError as error:
            if viewing.out is not None:
                raise
            failure = f"{NOT_BUILT} {error}"  # a readme can be written on a train, too
        if built is not None:
            # What is left out, and the like, is for a release to say.
            built = replace(built, findings=tuple(one for one in built.findings if one.severity is not Severity.NOTE))
            observer.done(built)
        dists = _read(built.value.files, project)[0] if built is not None and built.value is not None else ()
        seen = Seen(
            root=project.root,
            dists=dists,
            repository=(home.owner, home.repository) if home.is_known else None,
            declared=declared,
            failure="" if dists else failure,
        )
        subject = _subject(seen, source)
        found = () if subject is None else _judge(subject, settings)
        return view(
            seen,
            past,
            viewing,
            world=world,
            observer=observer,
            strict=settings.strict,
            findings=(*findings, *found),
            built=built,
        )


def preview_files(
    files: Iterable[Path], settings: Settings, world: World, observer: Observer, viewing: Viewing
) -> Outcome[Preview]:
    """Show the page of finished files.

    Raises:
        UsageError: the port is taken, or the file cannot be written.

    """
    dists, findings = _read(files, None)
    first = next((dist for dist in dists if dist.metadata is not None), None)
    if first is None:
        return Outcome(stage="preview", findings=findings, strict=settings.strict)
    name = _name(first)
    findings = (*findings, *catalog.run([files_are_of_one_project], Dists(dists=dists), ignore=settings.ignore))
    seen = Seen(root=None, dists=tuple(dist for dist in dists if _name(dist) == name), repository=None)
    with asked_for(name, world) as past:
        return view(
            seen,
            past,
            viewing,
            world=world,
            observer=observer,
            strict=settings.strict,
            findings=(*findings, *_judge(first, settings)),
        )


def _release(project: Project, repository: git.Repository | None, world: World) -> Release:
    has_commit = repository is not None and repository.commit is not None
    return Release(
        name=project.name,
        version=project.version,
        tag=None,
        commit=repository.commit if repository is not None else None,
        epoch=git.commit_time(repository, world) if repository is not None and has_commit else EARLIEST_EPOCH,
    )


def _read(files: Iterable[Path], project: Project | None) -> tuple[tuple[Dist, ...], tuple[Finding, ...]]:
    opened = [open_file(path, project=project) for path in files]
    dists = [one.dist for one in opened if one.dist is not None]
    # The wheels are uploaded first, and PyPI shows what the first file says.
    dists.sort(key=lambda dist: (dist.kind is not ArtifactKind.WHEEL, dist.filename))
    return tuple(dists), tuple(finding for one in opened for finding in one.findings)


def _name(dist: Dist) -> str:
    return normalise(dist.metadata.name) if dist.metadata is not None else ""


def _subject(seen: Seen, source: Source) -> Described | None:
    """Return what is judged: a file, or without one what pyproject.toml declares."""
    first = next((dist for dist in seen.dists if dist.metadata is not None), None)
    if first is not None:
        return first
    return declare(source, description=_readme(source), unmatched=frozenset())


def _readme(source: Source) -> str | None:
    name = readme_file(source.table("project"))
    return read_text(source.tree.root, name) if name else None


def _judge(subject: Described, settings: Settings) -> tuple[Finding, ...]:
    return catalog.run(OF_THE_PAGE, subject, ignore=settings.ignore)
