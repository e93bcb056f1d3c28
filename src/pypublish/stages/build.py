"""build: make the sdist of the commit, and the wheel from the sdist, isolated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pypublish import __version__
from pypublish.building import Attempt, SourceOrigin, Workspace
from pypublish.checks import build as build_checks
from pypublish.checks import catalog
from pypublish.checks.build import Build
from pypublish.edges import builder, git, workspace
from pypublish.edges.build_room import Room, open_room
from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.model import BuildRecord, Project, Release
from pypublish.settings import Settings
from pypublish.sizes import size


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What build made: the files, the sdist first, and what there is to say of how they came about."""

    files: tuple[Path, ...]
    record: BuildRecord
    source: Path
    """The tree that they were built from, which holds until the run ends."""


def start_environment(project: Project, settings: Settings, world: World, pool: Executor) -> Room:
    """Begin to make the build environment in a worker of `pool`; give what is returned to `build`."""
    return open_room(project.root, settings, world, pool)


def build(
    project: Project,
    release: Release,
    settings: Settings,
    world: World,
    *,
    out: Path,
    prepared: Callable[[Path], None] | None = None,
    deliver: Callable[[Path], None] | None = None,
    environment: Room | None = None,
    runner: str = "",
    as_it_stands: bool | None = None,
    leave_out: tuple[Path, ...] = (),
) -> Outcome[Built]:
    """Build the project into the folder `out`: of its commit, or, without a tag, of the tracked files as they stand.

    `prepared` gets the tree that is built, `deliver` each file as soon as it is complete. `runner` is the machine, as
    the build record names it. `as_it_stands` decides otherwise than the tag whether uncommitted changes are built.
    `leave_out` are folders that are never part of the source.

    Raises:
        IndexUnavailableError: a build requirement could not be fetched.
        ToolError: git or uv is missing, or could not do its work.
        KeyboardInterrupt: the user interrupted.

    """
    began = world.clock.monotonic()
    with _room(environment, project, settings, world) as room:
        with world.step("build", "copying the tree"):
            source = workspace.prepare(
                project.root,
                room.folder / "source",
                git.find_repository(project.root, world),
                world,
                in_tree=settings.in_tree,
                as_it_stands=release.tag is None if as_it_stands is None else as_it_stands,
                leave_out=(out, world.scratch, *leave_out),
            )
        if prepared is not None:
            prepared(source.root)
        attempt = builder.build(
            source.root,
            room,
            out=out,
            epoch=release.epoch,
            timeout=settings.build_timeout,
            deliver=deliver or (lambda _: None),
            world=world,
        )
    subject = Build(workspace=source, attempt=attempt)
    findings = catalog.run(catalog.collect(build_checks, Build), subject, ignore=settings.ignore)
    complete = len(attempt.files) == len(builder.SUFFIXES)
    return Outcome(
        stage="build",
        value=Built(
            files=attempt.files,
            record=_record(attempt, source, release, runner, world),
            source=source.root,
        )
        if complete
        else None,
        summary=", ".join(f"{file.name} {size(file.stat().st_size)}" for file in attempt.files),
        findings=findings,
        outputs={"packages-dir": str(out)},
        strict=settings.strict,
    ).taking(world.clock.monotonic() - began, began=began)


@contextmanager
def _room(started: Room | None, project: Project, settings: Settings, world: World) -> Iterator[Room]:
    with ExitStack() as stack:
        room = started or open_room(project.root, settings, world, stack.enter_context(ThreadPoolExecutor(1)))
        stack.callback(room.close)
        try:
            yield room
        except BaseException:
            if started is None:
                world.running.end()  # the environment may still be on its way; else it is the caller's to end
            raise


def _record(attempt: Attempt, source: Workspace, release: Release, runner: str, world: World) -> BuildRecord:
    import build as frontend

    differs = source.changed and source.origin is not SourceOrigin.COMMIT
    return BuildRecord(
        backend=attempt.backend,
        requirements=attempt.packages,
        python=attempt.python,
        frontend=f"pypublish {__version__} (build {frontend.__version__})",
        uv=attempt.uv,
        commit=f"{release.commit}-dirty" if release.commit and differs else release.commit,
        tag=release.tag,
        runner=runner,
        built_at=datetime.fromtimestamp(world.clock.now(), UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )
