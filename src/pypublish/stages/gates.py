"""gates: run what the project declares against the sealed wheel, all at the same time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pypublish.checks import catalog
from pypublish.checks import gates as rules
from pypublish.checks.gate_pythons import Pythons, Run, select
from pypublish.checks.gates import Declared
from pypublish.checks.project import Source, describe
from pypublish.edges import git, staging
from pypublish.edges.world import World
from pypublish.errors import PypublishError, UsageError
from pypublish.findings import Outcome
from pypublish.gates import API, AUDIT
from pypublish.model import Manifest
from pypublish.pypi.names import normalise
from pypublish.settings import Settings
from pypublish.stages import gate_command, gate_tools
from pypublish.stages.gate_case import Case
from pypublish.stages.gate_outputs import pythons_of
from pypublish.stages.observer import Observer
from pypublish.stages.stage import Staged

STAGE = "gates"


def gates(
    source: Source,
    settings: Settings,
    staged: Staged,
    world: World,
    observer: Observer,
    *,
    pythons: Sequence[str] = (),
    only: Sequence[str] = (),
) -> Outcome[None]:
    """Run the project's gates against the sealed files; one that fails stops the release.

    Each has an environment and a copy of the tree of its own. They run at the same time, as many as there are cores.
    `pythons` are asked for by the user; without any, each gate runs once. `only` names the gates to run.

    Raises:
        UsageError: the manifest is of another project or commit, or there is no such gate or Python.
        SealError: the files are not those that were sealed, before or after.
        IndexUnavailableError: an index, or the service that knows vulnerabilities, did not answer, and no gate failed.
        ToolError: a tool could not run, and no gate failed.

    """
    began = world.clock.monotonic()
    manifest, dist = staged.manifest, staged.out / staging.DIST
    observer.started(STAGE)
    _fits(source, manifest, world)
    staging.compare(dist, manifest.artifacts)
    subject = Declared(source=source, gates=settings.gates)
    declared = catalog.run(catalog.collect(rules, Declared), subject, ignore=settings.ignore)
    if any(finding.stops(strict=settings.strict) for finding in declared):
        told: Outcome[None] = Outcome(stage=STAGE, summary="not run", findings=declared, strict=settings.strict)
        return told.taking(world.clock.monotonic() - began, began=began)
    known = pythons_of(source, settings, asked=pythons)
    runs = select(settings.gates, known, only=only)
    case = Case(
        gates=settings.gates,
        manifest=manifest,
        dist=dist,
        project=source.tree.root,
        root=Path(tempfile.mkdtemp(prefix="gates-", dir=world.scratch)),
        world=world,
    )
    parts = _all(case, runs, settings, observer)
    # A gate runs as this user does: it could have written here.
    staging.compare(dist, manifest.artifacts)
    outcome: Outcome[None] = Outcome(
        stage=STAGE,
        summary=_summary(runs, manifest, known),
        parts=parts,
        closing=_closing(runs, manifest, known),
        strict=settings.strict,
    )
    return outcome.taking(world.clock.monotonic() - began, began=began)


def _fits(source: Source, manifest: Manifest, world: World) -> None:
    project = describe(source)
    release = manifest.release
    if project is not None and project.name and normalise(project.name) != normalise(release.name):
        raise UsageError(
            f"the manifest is of {release.name}, but the project is {project.name}",
            hint="Name the project's folder, or the manifest that prepare made of it.",
        )
    repository = git.find_repository(source.tree.root, world)
    if repository is not None and release.commit not in {None, repository.commit}:
        raise UsageError(
            f"the manifest is of commit {release.commit}, but the tree is at {repository.commit}",
            hint="Check out the commit that was prepared, or prepare anew: the gates are to judge what is released.",
        )


def _all(case: Case, runs: Iterable[Run], settings: Settings, observer: Observer) -> tuple[Outcome[object], ...]:
    """Run all; show each as it ends; return them in their order."""
    ended: dict[int, Outcome[object]] = {}
    broken: dict[int, PypublishError] = {}
    numbered = dict(enumerate(runs))
    with _workers(case.world) as pool:
        begun = {pool.submit(_one, case, run, case.root / str(number)): number for number, run in numbered.items()}
        for future in as_completed(begun):
            number = begun[future]
            error = _error(future)
            if error is not None:
                broken[number] = error
                continue
            outcome = future.result()
            ended[number] = replace(
                outcome, findings=catalog.waive(outcome.findings, settings.ignore), strict=settings.strict
            )
            _show(ended[number], observer)
            if len(ended) + len(broken) < len(numbered):
                observer.started(STAGE)  # the others go on
    if broken and all(outcome.ok for outcome in ended.values()):
        raise broken[min(broken)]
    for number, error in broken.items():
        # What another gate found is worth more than that this one could not look.
        name = numbered[number].gate
        finding = rules.failed(name, f"could not be run: {error}", hint=error.hint)
        ended[number] = Outcome(stage=rules.check_name(name), summary="could not be run", findings=(finding,))
        _show(ended[number], observer)
    return tuple(ended[number] for number in sorted(ended))


def _one(case: Case, run: Run, root: Path) -> Outcome[object]:
    began = case.world.clock.monotonic()
    with case.world.step(STAGE, run.gate):
        if run.gate == AUDIT:
            outcome = gate_tools.audit(case, run, root)
        elif run.gate == API:
            outcome = gate_tools.api(case, root)
        else:
            outcome = gate_command.run(case, run, root)
    return outcome.taking(case.world.clock.monotonic() - began, began=began)


def _error(future: Future[Outcome[object]]) -> PypublishError | None:
    error = future.exception()
    if error is None or isinstance(error, PypublishError):
        return error
    raise error


def _show(outcome: Outcome[object], observer: Observer) -> None:
    observer.started(outcome.stage)
    observer.done(outcome)


def _summary(runs: Sequence[Run], manifest: Manifest, known: Pythons) -> str:
    release = manifest.release
    if not runs:
        return f"nothing is to be run on Python {', '.join(known.asked)}"
    names = ", ".join(dict.fromkeys(run.gate for run in runs))
    return f"{names}, against the sealed files of {release.name} {release.version}"


def _closing(runs: Sequence[Run], manifest: Manifest, known: Pythons) -> tuple[str, ...]:
    summary = _summary(runs, manifest, known)
    return (f"Passed: {summary}." if runs else f"{summary[:1].upper()}{summary[1:]}.",)


@contextmanager
def _workers(world: World) -> Iterator[ThreadPoolExecutor]:
    """Give as many workers as there are cores, and end what they wait for when the user interrupts."""
    with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="gate") as pool:
        try:
            yield pool
        except BaseException:
            world.running.end()
            pool.shutdown(cancel_futures=True)
            raise
