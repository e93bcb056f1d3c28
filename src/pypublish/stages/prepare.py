"""prepare: validate, build, check and stage, as far as possible at the same time; or what was staged before."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pypublish.checks.project import Source, describe
from pypublish.edges.build_room import Room
from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.model import Intent
from pypublish.settings import Settings
from pypublish.sizes import plural
from pypublish.stages import gate_outputs
from pypublish.stages.making import Making
from pypublish.stages.observer import Observer
from pypublish.stages.plan import plan
from pypublish.stages.proof import SEALED_LINE
from pypublish.stages.recover import Recovery, recover
from pypublish.stages.stage import Staged
from pypublish.stages.validate import Valid, outputs, validate


def prepare(
    source: Source,
    settings: Settings,
    intent: Intent,
    world: World,
    observer: Observer,
    *,
    out: Path,
    environment: Room | None = None,
    packages_dir: Path | None = None,
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
    `packages_dir` is a folder of distributions that were built elsewhere, wheels for many platforms mostly: they are
    released with the sdist that is built here, or without any build where they have one. What was sealed before goes
    first, and then there need not be such a folder.

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
        making = Making(
            settings,
            world,
            observer,
            pool=pool,
            environment=environment,
            packages_dir=packages_dir,
            runner=runner,
            look_back=look_back,
        )
        if project is not None and recovery is None:
            making.begin_environment(project)
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
    files = plural(len(staged.manifest.artifacts), "file")
    return (
        f"Ready: {release.name} {release.version}, {files} in {staged.out / 'dist'}, sealed by manifest.json.",
        SEALED_LINE.format(staged.manifest_sha256),
    )
