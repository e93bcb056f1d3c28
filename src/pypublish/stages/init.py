"""init: write the workflows and what goes with them; what is there already stays."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace

from pypublish.checks import dependabot
from pypublish.checks.setting_up import (
    ACTION_UPDATES_ARE_PROPOSED,
    EXISTING_FILE_STAYS,
    SETTINGS_ARE_WRITTEN,
    found,
)
from pypublish.checks.setup_plan import Change, Package, Plan, Planned, Survey, Texts
from pypublish.checks.written import PATH, Record, as_written
from pypublish.edges import own_files
from pypublish.edges.github_yaml import parse
from pypublish.edges.own_files import OwnFile
from pypublish.edges.world import World
from pypublish.errors import UsageError
from pypublish.findings import Finding, Location, Outcome, Severity
from pypublish.sizes import plural
from pypublish.stages import setup_record
from pypublish.stages.planning import concerns

PAGE = "PUBLISHING.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to become of one file; nothing where `text` is None."""

    path: str
    before: OwnFile | None = None
    text: str | None = None
    finding: Finding | None = None
    planned: Planned | None = None
    """Where it is one that init knows again."""


def init(
    plan: Plan, texts: Texts, world: World, *, force: bool, dry_run: bool, strict: bool
) -> Outcome[tuple[Change, ...]]:
    """Write what is missing; with `force` also over what is there. With `dry_run`, only say what would be written.

    Raises:
        UsageError: a file or a folder cannot be written.
        SettingsError: the record of an earlier init does not read.

    """
    began = world.clock.monotonic()
    top = plan.survey.top
    record = setup_record.read(top)
    steps = [_new(plan.survey, one, record, force=force) for one in all_planned(plan, texts)]
    steps.append(updates_of_actions(plan.survey))
    steps += [_settings(plan.survey, package, texts) for package in plan.survey.packages]
    changes = carry_out(plan.survey, steps, record, world, dry_run=dry_run)
    return Outcome(
        stage="init",
        value=changes,
        summary=summary(changes, steps, dry_run=dry_run),
        findings=(*concerns(plan), *(step.finding for step in steps if step.finding is not None)),
        strict=strict,
    ).taking(world.clock.monotonic() - began, began=began)


def all_planned(plan: Plan, texts: Texts) -> tuple[Planned, ...]:
    """Return the files that init writes whole, and knows again."""
    return (*plan.workflows, Planned(path=PAGE, text=texts.page, template=PAGE))


def carry_out(survey: Survey, steps: list[Step], record: Record, world: World, *, dry_run: bool) -> tuple[Change, ...]:
    """Write what the steps say, and the record of it last."""
    kept = {step.planned.path: as_written(step.planned) for step in steps if step.planned is not None}
    new = replace(record, files=dict(sorted({**record.files, **kept}.items())))
    writing = [step for step in steps if step.text is not None]
    if new != record:
        before = own_files.read(survey.top / PATH)
        writing.append(Step(path=PATH, before=before, text=setup_record.text(new)))
    own_files.refuse_links(survey.top, [step.path for step in writing])
    for step in writing:
        if not dry_run and step.text is not None:
            with world.step("init", f"writing {step.path}"):
                own_files.write(survey.top, step.path, step.text, like=step.before)
    return tuple(
        Change(path=step.path, before=step.before.text if step.before is not None else None, after=step.text or "")
        for step in writing
    )


def summary(changes: tuple[Change, ...], steps: list[Step], *, dry_run: bool, whole: bool = True) -> str:
    """Say in one line what came of it; `whole` where nothing was found wrong."""
    wrote = len(changes)
    left = sum(step.finding is not None and step.finding.check == EXISTING_FILE_STAYS.id for step in steps)
    verb = "would be written" if dry_run else "written"
    nothing = "nothing to write: everything is as this version writes it" if whole else "nothing to write"
    parts = [f"{plural(wrote, 'file')} {verb}" if wrote else nothing]
    if left:
        parts = [
            parts[0] if wrote else "nothing written",
            f"{plural(left, 'file')} left as {'it is' if left == 1 else 'they are'}",
        ]
    return ", ".join(parts)


def _new(survey: Survey, planned: Planned, record: Record, *, force: bool) -> Step:
    try:
        before = own_files.read(survey.top / planned.path)
    except UsageError as error:
        if force and (survey.top / planned.path).is_file():  # whatever it is, it is to be written over
            return Step(path=planned.path, text=planned.text, planned=planned)
        return Step(path=planned.path, finding=_stays(planned.path, str(error)))
    if before is None or force:
        changed = before is None or before.text != planned.text
        return Step(path=planned.path, before=before, text=planned.text if changed else None, planned=planned)
    if before.text == planned.text:
        return Step(path=planned.path, before=before, planned=planned)
    if planned.path in record.files:
        message = "is not as this version writes it, and was not touched"
        return Step(path=planned.path, finding=_stays(planned.path, message, hint=_UPDATE))
    return Step(path=planned.path, finding=_stays(planned.path, "is there already, and was not touched", hint=_THEIRS))


_THEIRS = (
    "See by pypublish init --force --dry-run what would change. --force alone replaces the file; to keep it beside the"
    " new one, rename it first (git mv)."
)
_UPDATE = "pypublish init --update brings it up and keeps your own lines; --force writes it anew."


def _stays(path: str, message: str, *, hint: str = "") -> Finding:
    stays = found(EXISTING_FILE_STAYS, message, hint=hint, where=Location(file=path))
    return replace(stays, severity=Severity.NOTE) if path == PAGE else stays


def updates_of_actions(survey: Survey) -> Step:
    """Say what becomes of the file by which new versions of actions are proposed."""
    path = next((one for one in dependabot.PATHS if one in survey.files), dependabot.PATHS[0])
    other = next(iter(sorted(dependabot.RENOVATE & survey.files)), "")
    if other and path not in survey.files:
        hint = "Let it look after github-actions too, with a minimumReleaseAge of 7 days."
        message = "updates are proposed by Renovate, so nothing is written for Dependabot"
        return Step(path=path, finding=_updates(other, message, hint))
    try:
        before = own_files.read(survey.top / path)
    except UsageError as error:
        return Step(path=path, finding=_updates(path, str(error), ""))
    if before is None:
        return Step(path=path, text=dependabot.new())
    wanted = dependabot.addition(parse(before.text, path))
    if wanted == dependabot.NOTHING:
        return Step(path=path, before=before)
    if wanted.text and parse(wanted.text, path).data == wanted.expected:
        return Step(path=path, before=before, text=wanted.text)
    why = wanted.why_not or "cannot be added to without changing what it means"
    return Step(path=path, finding=_updates(path, f"{why}; it was not touched", f"Add by hand:\n{wanted.by_hand}"))


def _updates(path: str, message: str, hint: str) -> Finding:
    return found(ACTION_UPDATES_ARE_PROPOSED, message, hint=hint, where=Location(file=path))


def _settings(survey: Survey, package: Package, texts: Texts) -> Step:
    if package.has_settings:
        return Step(path=package.pyproject)
    before = own_files.read(survey.top / package.pyproject)
    if before is None:  # it was there a moment ago
        raise UsageError(f"{package.pyproject} is not there any more", hint="Run the same command again.")
    table = texts.tables[package.pyproject]
    text = f"{before.text.rstrip()}\n\n{table}"
    if _adds_the_table_alone(before.text, text, table):
        return Step(path=package.pyproject, before=before, text=text)
    message = "a table cannot be appended to it; it was not touched"
    where = Location(file=package.pyproject)
    return Step(
        path=package.pyproject,
        finding=found(SETTINGS_ARE_WRITTEN, message, hint=f"Add by hand:\n{table}", where=where),
    )


def _adds_the_table_alone(before: str, after: str, table: str) -> bool:
    try:
        was, is_, added = tomllib.loads(before), tomllib.loads(after), tomllib.loads(table)
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
    expected = {**was, "tool": {**was.get("tool", {}), **added["tool"]}}
    return bool(is_ == expected)
