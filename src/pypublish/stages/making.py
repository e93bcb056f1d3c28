"""Making a release's files: built, each checked while the next is built, and sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from pypublish import codec
from pypublish.checks.platform_wheels import workflow_that_builds_them
from pypublish.edges import workspace
from pypublish.edges.build_room import Room
from pypublish.edges.world import World
from pypublish.errors import PypublishError
from pypublish.findings import Finding, Outcome, unsaid
from pypublish.model import Index, Project
from pypublish.settings import Settings
from pypublish.stages.build import Built, build, start_environment
from pypublish.stages.check import Checked, check
from pypublish.stages.elsewhere import Elsewhere, read_elsewhere
from pypublish.stages.expecting import expect_publisher
from pypublish.stages.observer import Observer
from pypublish.stages.portable import leave_out_wheels_of_this_machine, with_those_from_elsewhere
from pypublish.stages.stage import Staged, stage
from pypublish.stages.validate import Valid

if TYPE_CHECKING:
    from pypublish.checks.changes import Before


class Making:
    """The build, begun before the index has answered, and the check of each file while the next is built.

    With `packages_dir` the files of that folder are part of the release; where they have the sdist, nothing is built.
    """

    def __init__(
        self,
        settings: Settings,
        world: World,
        observer: Observer,
        *,
        pool: ThreadPoolExecutor,
        environment: Room | None,
        packages_dir: Path | None,
        runner: str,
        look_back: bool,
    ) -> None:
        self._settings, self._world, self._observer = settings, world, observer
        self._pool, self._environment, self._runner = pool, environment, runner
        self._packages_dir = packages_dir
        self._look_back = look_back
        self._finished: SimpleQueue[Path | None] = SimpleQueue()
        self._source: Future[Path | None] = Future()
        self._building: Future[Outcome[Built]] | None = None

    @cached_property
    def _elsewhere(self) -> Elsewhere | None:
        return read_elsewhere(self._packages_dir) if self._packages_dir is not None else None

    def begin_environment(self, project: Project) -> None:
        """Begin to make the build environment, where there is none yet and something is to be built.

        Raises:
            UsageError: the folder of what was built elsewhere is not there, or not as it has to be.

        """
        builds = self._elsewhere is None or self._elsewhere.sdist is None
        if self._environment is None and builds:
            self._environment = start_environment(project, self._settings, self._world, self._pool)

    def begin(self, valid: Valid) -> None:
        """Begin to build, in a worker.

        Raises:
            UsageError: the folder of what was built elsewhere is not there, or not as it has to be.

        """
        for file in self._elsewhere.files if self._elsewhere is not None else ():
            self._finished.put(file)
        self._building = self._pool.submit(self._build, valid)
        self._building.add_done_callback(lambda _: self._end())
        self._pool.submit(codec.warm_up)

    def _build(self, valid: Valid) -> Outcome[Built]:
        elsewhere = self._elsewhere
        if elsewhere is not None and elsewhere.sdist is not None:
            return self._build_nothing(valid, elsewhere)
        built = build(
            valid.project,
            valid.release,
            self._settings,
            self._world,
            out=self._world.scratch / "built",
            prepared=self._source.set_result,
            deliver=self._deliver,
            environment=self._environment,
            runner=self._runner,
            # A maintainer who mends a finding and rehearses again must see it mended.
            as_it_stands=not valid.intent.binding,
            leave_out=() if elsewhere is None else (elsewhere.folder,),
        )
        if elsewhere is None or built.value is None:
            return built
        return replace(built, summary=elsewhere.summary(built.value.files))

    def _build_nothing(self, valid: Valid, elsewhere: Elsewhere) -> Outcome[Built]:
        """Only make the tree that the sdist has to be made of, to compare them."""
        with self._world.step("build", "copying the tree"):
            source = workspace.prepare(
                valid.project.root,
                self._world.scratch / "compared",
                valid.repository,
                self._world,
                in_tree=self._settings.in_tree,
                as_it_stands=not valid.intent.binding,
                leave_out=(elsewhere.folder, self._world.scratch),
            )
        self._source.set_result(source.root)
        return Outcome(stage="build", summary=elsewhere.summary(()))

    def _deliver(self, built: Path) -> None:
        if self._elsewhere is None or self._elsewhere.takes(built):
            self._finished.put(built)

    def _end(self) -> None:
        if not self._source.done():
            self._source.set_result(None)  # who judges what came from elsewhere waits for it
        self._finished.put(None)

    def stage(
        self,
        valid: Valid,
        said: tuple[Finding, ...],
        ended: Callable[[Outcome[object]], bool],
        *,
        index: Index,
        workflow: str,
        out: Path,
    ) -> Outcome[Staged] | None:
        """Seal what was built and checked; None where something stops it."""
        built, checked = self.finish(valid, said=said)
        if ended(built) or checked is None:
            return None
        files = built.value.files if built.value is not None else ()
        chosen = (
            leave_out_wheels_of_this_machine(checked, files, built_in=workflow_that_builds_them(valid.workflows))
            if self._elsewhere is None
            else with_those_from_elsewhere(checked, files, self._elsewhere)
        )
        if ended(chosen.checked) or checked.value is None:
            return None
        self._observer.started("stage")
        staged = stage(
            chosen.files,
            chosen.artifacts,
            # What only the build could tell goes before what was known of it before.
            replace(valid.release, name=checked.value.name, version=checked.value.version),
            () if built.value is None else (built.value.record,),
            index=index,
            settings=self._settings,
            world=self._world,
            publisher=expect_publisher(valid.repository, valid.workflows, index, self._world, running=workflow),
            findings=[*said, *built.findings, *chosen.checked.findings],
            out=out,
        )
        ended(staged)
        return staged

    def rest(self, valid: Outcome[Valid], done: Callable[[Outcome[object]], object]) -> None:
        """Check what is being built although the release will not go on: all that is wrong is to be said at once.

        Where nothing has begun, or the build fails, which may have the same reason, there is nothing more to say.
        """
        if valid.value is None or self._building is None:
            self._world.running.end()
            return
        try:
            _, checked = self.finish(valid.value, said=valid.findings)
        except PypublishError as error:
            checked = Outcome(stage="check", summary=f"not done: {error}")
        if checked is not None:
            done(checked)

    def finish(self, valid: Valid, *, said: Iterable[Finding]) -> tuple[Outcome[Built], Outcome[Checked] | None]:
        """Check the files as they come; without a sound build there is nothing to say of them.

        What was `said` of the metadata before the build is not said of the files again.
        """
        if self._building is None:
            self.begin(valid)
        assert self._building is not None  # noqa: S101 - it has begun
        self._observer.started("build")
        checked = check(
            iter(self._finished.get, None),
            self._settings,
            self._world,
            release=valid.release,
            project=valid.project,
            source=self._source.result,
            index=valid.intent.index,
            workflows=valid.workflows,
            as_it_stands=not valid.intent.binding,
            before=valid.released.before if valid.released is not None else {},
            last=self._last(valid),
        )
        built = self._building.result()
        return built, replace(checked, findings=unsaid(checked.findings, said)) if built.ok else None

    def _last(self, valid: Valid) -> Callable[[], Before | None] | None:
        """Begin to look back at the release before, where that is wanted and there is one."""
        if not self._look_back or valid.released is None or not valid.released.last:
            return None
        from pypublish.stages.looking_back import look_back

        return self._pool.submit(look_back, valid.released, valid.intent.index, self._world).result
