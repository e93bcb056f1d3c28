"""prepare: validate, build, check and stage, as far as possible at the same time; or what was staged before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from pypublish import codec
from pypublish.checks.project import Source, describe
from pypublish.edges.build_room import Room
from pypublish.edges.world import World
from pypublish.errors import PypublishError
from pypublish.findings import Finding, Outcome, unsaid
from pypublish.model import Index, Intent
from pypublish.settings import Settings
from pypublish.stages import gate_outputs
from pypublish.stages.build import Built, build, start_environment
from pypublish.stages.check import Checked, check
from pypublish.stages.expecting import expect_publisher
from pypublish.stages.observer import Observer
from pypublish.stages.plan import plan
from pypublish.stages.portable import leave_out_wheels_of_this_machine
from pypublish.stages.proof import SEALED_LINE
from pypublish.stages.recover import Recovery, recover
from pypublish.stages.stage import Staged, stage
from pypublish.stages.validate import Valid, outputs, validate

if TYPE_CHECKING:
    from pypublish.checks.changes import Before


def prepare(
    source: Source,
    settings: Settings,
    intent: Intent,
    world: World,
    observer: Observer,
    *,
    out: Path,
    environment: Room | None = None,
    runner: str = "",
    workflow: str = "",
    recovery: Recovery | None = None,
    look_back: bool = False,
) -> Outcome[Staged]:
    """Take the project to what is ready for the upload; the first stage that fails is the last.

    Only what is built already while the project is found fault with is checked all the same.

    `environment` may have been begun; else it is made while the project is judged. Each file is checked while the next
    is built. With `recovery`, what was sealed for this release before is used instead, where it can be had. The files
    of a release in earnest are compared with what the index has: it is not for the name of a file to say whether a
    release is new. `workflow` is the file of the workflow that runs this, and will publish; empty where none does.
    With `look_back`, a file of the release before is fetched while this one is built, to tell what has changed.

    Raises:
        PypublishError: as the stages do.

    """
    began = world.clock.monotonic()
    parts: list[Outcome[object]] = []

    def ended(outcome: Outcome[object]) -> bool:
        parts.append(outcome)
        observer.done(outcome)
        return not outcome.ok

    def so_far(value: Staged | None = None) -> Outcome[Staged]:
        told = {name: text for part in parts for name, text in part.outputs.items()}
        return Outcome(
            stage="prepare",
            value=value,
            summary=parts[0].summary,
            parts=tuple(parts),
            outputs=told,
            strict=settings.strict,
            closing=_closing(parts[0].value, value),
        ).taking(world.clock.monotonic() - began, began=began)

    with _workers(world) as pool:
        project = describe(source)
        if environment is None and project is not None and recovery is None:
            environment = start_environment(project, settings, world, pool)
        making = _Making(
            settings, world, observer, pool=pool, environment=environment, runner=runner, look_back=look_back
        )
        observer.started("validate")
        valid = validate(
            source,
            settings,
            intent,
            world,
            bytes_are_compared=not intent.dry_run,
            meanwhile=making.begin if recovery is None else None,
        )
        if ended(valid) or valid.value is None:
            making.rest(valid, ended)
            return so_far()
        staged = None
        if recovery is not None:
            observer.started("recover")
            staged = recover(valid.value, recovery, world, index=intent.index, workflow=workflow, out=out)
            if ended(staged):
                return so_far()
        if staged is None or staged.value is None:
            staged = making.stage(valid.value, valid.findings, ended, index=intent.index, workflow=workflow, out=out)
            if staged is None:
                return so_far()
    assert staged.value is not None  # noqa: S101 - both make one where they do not fail
    manifest = staged.value.manifest
    told = outputs(manifest.release, valid.value.intent, valid.value.project) | gate_outputs.outputs(source, settings)
    if not intent.dry_run:
        observer.started("plan")
        known = valid.value.released if valid.value.release.version == manifest.release.version else None
        planned = plan(manifest, intent.index, world, known=known)
        ended(planned)
        told |= planned.outputs
    whole = so_far(staged.value)
    return replace(whole, outputs={**whole.outputs, **told})


class _Making:
    """The build, begun before the index has answered, and the check of each file while the next is built."""

    def __init__(
        self,
        settings: Settings,
        world: World,
        observer: Observer,
        *,
        pool: ThreadPoolExecutor,
        environment: Room | None,
        runner: str,
        look_back: bool,
    ) -> None:
        self._settings, self._world, self._observer = settings, world, observer
        self._pool, self._environment, self._runner = pool, environment, runner
        self._look_back = look_back
        self._finished: SimpleQueue[Path | None] = SimpleQueue()
        self._source: Future[Path] = Future()
        self._building: Future[Outcome[Built]] | None = None

    def begin(self, valid: Valid) -> None:
        """Begin to build, in a worker."""
        self._building = self._pool.submit(
            build,
            valid.project,
            valid.release,
            self._settings,
            self._world,
            out=self._world.scratch / "built",
            prepared=self._source.set_result,
            deliver=self._finished.put,
            environment=self._environment,
            runner=self._runner,
            # A maintainer who mends a finding and rehearses again must see it mended.
            as_it_stands=not valid.intent.binding,
        )
        self._building.add_done_callback(lambda _: self._finished.put(None))
        self._pool.submit(codec.warm_up)

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
        if ended(built) or built.value is None or checked is None:
            return None
        portable = leave_out_wheels_of_this_machine(checked, built.value.files)
        if ended(portable.checked) or checked.value is None:
            return None
        self._observer.started("stage")
        staged = stage(
            portable.files,
            portable.artifacts,
            # What only the build could tell goes before what was known of it before.
            replace(valid.release, name=checked.value.name, version=checked.value.version),
            (built.value.record,),
            index=index,
            settings=self._settings,
            world=self._world,
            publisher=expect_publisher(valid.repository, valid.workflows, index, self._world, running=workflow),
            findings=[*said, *built.findings, *portable.checked.findings],
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


@contextmanager
def _workers(world: World) -> Iterator[ThreadPoolExecutor]:
    """Give workers, and end what they wait for when the user interrupts."""
    with ThreadPoolExecutor(4, thread_name_prefix="prepare") as pool:
        try:
            yield pool
        except BaseException:
            world.running.end()
            raise


def _closing(valid: object, staged: Staged | None) -> tuple[str, ...]:
    if staged is None or not isinstance(valid, Valid):
        return ()
    release = staged.manifest.release
    files = len(staged.manifest.artifacts)
    return (
        f"Ready: {release.name} {release.version}, {files} files in {staged.out / 'dist'}, sealed by manifest.json.",
        SEALED_LINE.format(staged.manifest_sha256),
    )
