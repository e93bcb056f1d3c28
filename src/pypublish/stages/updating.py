"""init --update: bring what was set up to this version's templates, and keep the user's own lines."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.checks import catalog, drift
from pypublish.checks.drift import SetUp
from pypublish.checks.merging import Conflict, merge, split
from pypublish.checks.pinned_lines import settle
from pypublish.checks.setting_up import CHANGES_MEET, EXISTING_FILE_STAYS, found
from pypublish.checks.setup_plan import Change, Plan, Planned, Texts
from pypublish.checks.written import Record, base_of, digest
from pypublish.edges import own_files
from pypublish.edges.github_yaml import parse
from pypublish.edges.own_files import OwnFile
from pypublish.edges.world import World
from pypublish.errors import UsageError
from pypublish.findings import Finding, Location, Outcome
from pypublish.stages import setup_record
from pypublish.stages.init import PAGE, Step, all_planned, carry_out, summary, updates_of_actions

SHOWN = 12
"""Lines of a conflict that are shown."""


def update(plan: Plan, texts: Texts, world: World, *, dry_run: bool, strict: bool) -> Outcome[tuple[Change, ...]]:
    """Merge each file with what this version writes: what the user changed stays, what is new comes.

    Where both changed the same place, the user's lines stay, and what the template has there is said.

    Raises:
        UsageError: a file or a folder cannot be written.
        SettingsError: the record of an earlier init does not read.

    """
    began = world.clock.monotonic()
    record = setup_record.read(plan.survey.top)
    steps: list[Step] = []
    findings: list[Finding] = []
    for planned in all_planned(plan, texts):
        step, said = _merged(plan, planned, record)
        steps.append(step)
        findings += said
    steps.append(updates_of_actions(plan.survey))
    changes = carry_out(plan.survey, steps, record, world, dry_run=dry_run)
    return Outcome(
        stage="init",
        value=changes,
        summary=summary(changes, steps, dry_run=dry_run, whole=not findings),
        findings=(*findings, *(step.finding for step in steps if step.finding is not None)),
        closing=_closing(changes, steps, dry_run=dry_run),
        strict=strict,
    ).taking(world.clock.monotonic() - began, began=began)


def _closing(changes: tuple[Change, ...], steps: list[Step], *, dry_run: bool) -> tuple[str, ...]:
    if not changes:
        return () if any(step.finding is not None for step in steps) else ("Everything is up to date.",)
    if dry_run:
        return ("Run this without --dry-run to write it.",)
    return ("Look at what changed (git diff), then commit it.",)


def _merged(plan: Plan, planned: Planned, record: Record) -> tuple[Step, list[Finding]]:
    where = Location(file=planned.path)
    try:
        before = own_files.read(plan.survey.top / planned.path)
    except UsageError as error:
        return Step(path=planned.path, finding=found(EXISTING_FILE_STAYS, str(error), where=where)), []
    if before is None:
        return Step(path=planned.path, text=planned.text, planned=planned), []
    base = base_of(record, planned.path)
    if base is not None or (planned.template != PAGE and setup_record.is_ours(before.text)):
        return _met(plan, planned, before, base)
    if planned.template == PAGE:
        return Step(path=planned.path), []  # the user's own page
    message = "was not written by init, and was not touched"
    return Step(path=planned.path, finding=found(EXISTING_FILE_STAYS, message, where=where)), []


def _met(plan: Plan, planned: Planned, before: OwnFile, base: list[str] | None) -> tuple[Step, list[Finding]]:
    """Merge a file with what this version writes."""
    came = merge(base, split(before.text), split(planned.text), key=digest, settle=settle)
    text = "\n".join(came.lines) + "\n"
    findings = [_conflict(planned.path, one) for one in came.conflicts]
    if planned.template == PAGE:
        return _as_step(planned, before, text), findings
    judged = parse(text, planned.path)
    if judged.mistake:
        line = f", line {judged.mistake_line}" if judged.mistake_line else ""
        message = f"merged, it would not read{line}: {judged.mistake}; it was not touched"
        where = Location(file=planned.path)
        return Step(path=planned.path), [*findings, found(CHANGES_MEET, message, where=where)]
    return _as_step(planned, before, text), [*findings, *_left(plan, planned, text)]


def _as_step(planned: Planned, before: OwnFile, text: str) -> Step:
    return Step(path=planned.path, before=before, text=text if text != before.text else None, planned=planned)


def _left(plan: Plan, planned: Planned, text: str) -> Iterator[Finding]:
    """Yield what of the template is still missing after the merge: the user took it out, or has it otherwise."""
    package = next(one for one in plan.survey.packages if one.name == planned.package)
    subject = SetUp(path=planned.path, file=parse(text, planned.path), template=parse(planned.text, planned.path))
    yield from catalog.run(catalog.collect(drift, SetUp), subject, ignore=package.settings.ignore)


def _conflict(path: str, one: Conflict) -> Finding:
    lines = len(one.yours)
    what = "this line" if lines == 1 else f"these {lines} lines" if lines else "what stood here"
    message = f"you changed {what}, and the template did too; yours {'stands' if lines == 1 else 'stand'}"
    theirs = [*one.template[:SHOWN], *(["…"] if len(one.template) > SHOWN else [])]
    hint = "The template has here:\n" + "\n".join(theirs) if theirs else "The template has nothing here any more."
    return found(CHANGES_MEET, message, hint=hint, where=Location(file=path, line=one.line))
