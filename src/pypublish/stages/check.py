"""check: judge finished distributions, each as it comes, then all together, then installed and used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pypublish.edges import tools
from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.model import Artifact, Index, Installation, Project, Release, VerifySettings
from pypublish.settings import Settings
from pypublish.workflows import Workflows

if TYPE_CHECKING:
    from pypublish.checks.changes import Before, Changes
    from pypublish.checks.subjects import Dists

NOTHING: Mapping[str, int] = {}

READERS = 2
"""Files that are read at a time: unpacking and hashing leave the interpreter to others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What check found out: the files as the manifest lists them, and what came of installing one."""

    name: str
    """The project's name as its metadata spell it."""
    version: str
    """The version that was built."""
    artifacts: tuple[Artifact, ...]
    installation: Installation | None
    """None where no wheel was tried."""


def check(
    files: Iterable[Path],
    settings: Settings,
    world: World,
    *,
    release: Release | None = None,
    project: Project | None = None,
    source: Callable[[], Path | None] | None = None,
    index: Index | None = None,
    workflows: Workflows | None = None,
    as_it_stands: bool = False,
    before: Mapping[str, int] = NOTHING,
    last: Callable[[], Before | None] | None = None,
    smoke: bool = True,
) -> Outcome[Checked]:
    """Judge distributions by everything that can be known before they are uploaded.

    `files` may be a queue: each is judged when it comes, while the next is built. `source` is asked, once a file is
    there, for the folder of pyproject.toml in the clean tree that they were built from. What is a rule of PyPI's
    alone becomes a note where `index` is another, and so does a local version where a `release` has no tag and goes
    nowhere yet. `workflows` tell what will upload the files. `as_it_stands` is whether nothing is released in earnest
    and changes that are not committed were built: then the sdist is not the commit, and a version that is local because
    of them, or because the commit has no tag, is a note. `before` has the names and sizes of the files of the
    release before, and `last` is asked at the end for that release itself, for what has changed. `smoke` is whether the
    wheel is installed and used.

    Raises:
        IndexUnavailableError: the index of the dependencies did not answer, and nothing else is wrong.
        ToolError: uv or Python could not run.
        KeyboardInterrupt: the user interrupted.

    """
    began = world.clock.monotonic()
    how = VerifySettings(
        dependencies_index=settings.dependencies_index,
        smoke_command=settings.smoke_command,
        smoke_timeout=settings.smoke_timeout,
        extras=settings.smoke_extras,
        import_names=settings.smoke_imports,
    )
    with _workers(world) as (readers, worker), tools.started(world) as started:
        # Our checks are imported while the borrowed tools import themselves, in their own process.
        from pypublish.stages.inspection import inspect, summary, weigh
        from pypublish.stages.origin import Tree
        from pypublish.stages.trial import Trial

        dists, installation, found = inspect(
            files,
            tools=started,
            trial=Trial(how, world, worker, project) if smoke else None,
            readers=readers,
            tree=Tree(
                source=source,
                project=project,
                release=release,
                as_it_stands=as_it_stands,
                generated=settings.generated,
                world=world,
            ),
            workflows=workflows,
            before=before,
        )
        changes = _changes(last, dists)
    return Outcome(
        stage="check",
        value=Checked(name=dists.name, version=dists.version, artifacts=dists.artifacts, installation=installation),
        summary=summary(dists, installation),
        findings=weigh(found, settings.ignore, release=release, index=index, as_it_stands=as_it_stands),
        outputs={"package-name": dists.name, "package-version": dists.version} if dists.name else {},
        exhibits=(dists, *changes),
        strict=settings.strict,
    ).taking(world.clock.monotonic() - began, began=began)


def _changes(last: Callable[[], Before | None] | None, dists: Dists) -> tuple[Changes, ...]:
    before = last() if last is not None else None
    if before is None:
        return ()
    from pypublish.checks.changes import compare

    return (compare(before, dists),)


@contextmanager
def _workers(world: World) -> Iterator[tuple[ThreadPoolExecutor, ThreadPoolExecutor]]:
    """Give readers, and one worker for the smoke install; end what they wait for when the user interrupts."""
    with (
        ThreadPoolExecutor(READERS, thread_name_prefix="read") as readers,
        ThreadPoolExecutor(1, thread_name_prefix="smoke") as worker,
    ):
        try:
            yield readers, worker
        except BaseException:
            world.running.end()
            raise
