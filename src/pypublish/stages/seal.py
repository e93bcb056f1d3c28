"""seal: check distributions that came from elsewhere, and stage them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pypublish.checks.expected_publisher import ExpectedPublisher
from pypublish.checks.project import Source, describe
from pypublish.edges import git
from pypublish.edges.workflows import read_workflows
from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.model import PYPI, Index, Release
from pypublish.settings import Settings
from pypublish.stages.check import Checked, check
from pypublish.stages.expecting import expect_publisher
from pypublish.stages.observer import Observer
from pypublish.stages.stage import Staged, stage


def seal(
    files: Iterable[Path],
    settings: Settings,
    world: World,
    observer: Observer,
    *,
    source: Source | None,
    tag: str | None,
    out: Path,
    index: Index = PYPI,
    workflow: str = "",
) -> Outcome[Staged]:
    """Judge finished files, and put them with their manifest into `out` where nothing stops the release.

    `workflow` is the file of the workflow that runs this, and will publish them; empty where none does.

    Raises:
        PypublishError: as check and stage do.

    """
    began = world.clock.monotonic()
    paths = tuple(files)
    project = describe(source) if source is not None else None
    observer.started("check")
    checked = check(paths, settings, world, project=project)
    observer.done(checked)
    if not checked.ok or checked.value is None:
        return Outcome(stage="stage", parts=(checked,), strict=settings.strict)
    observer.started("stage")
    staged = stage(
        paths,
        tuple(replace(artifact, build=None) for artifact in checked.value.artifacts),
        _release(checked.value, source, tag, world),
        (),
        index=index,
        settings=settings,
        world=world,
        publisher=_publisher(source, index, world, workflow),
        findings=checked.findings,
        out=out,
    )
    observer.done(staged)
    return Outcome(
        stage="stage",
        value=staged.value,
        summary=staged.summary,
        parts=(checked, staged),
        outputs={**checked.outputs, **staged.outputs},
        strict=settings.strict,
    ).taking(world.clock.monotonic() - began, began=began)


def _publisher(source: Source | None, index: Index, world: World, workflow: str) -> ExpectedPublisher | None:
    repository = git.find_repository(source.tree.root, world) if source is not None else None
    workflows = read_workflows(repository.toplevel) if repository is not None else None
    return expect_publisher(repository, workflows, index, world, running=workflow)


def _release(checked: Checked, source: Source | None, tag: str | None, world: World) -> Release:
    repository = git.find_repository(source.tree.root, world) if source is not None else None
    commit = repository.commit if repository is not None else None
    epoch = git.commit_time(repository, world) if repository is not None and commit else 0
    return Release(name=checked.name, version=checked.version, tag=tag, commit=commit, epoch=epoch)
