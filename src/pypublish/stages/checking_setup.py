"""init --check: whether what was set up is still what this version would write, without changing anything."""

from __future__ import annotations

from difflib import SequenceMatcher

from pypublish.checks import catalog, drift
from pypublish.checks.drift import SetUp
from pypublish.checks.setup_plan import Plan, Planned
from pypublish.checks.written import Record, base_of, digests
from pypublish.edges import own_files
from pypublish.edges.github_yaml import parse, unreadable
from pypublish.edges.world import World
from pypublish.errors import UsageError
from pypublish.findings import Finding, Outcome
from pypublish.stages import setup_record
from pypublish.stages.init import updates_of_actions
from pypublish.workflows import WorkflowFile


def check(plan: Plan, world: World, *, strict: bool) -> Outcome[None]:
    """Compare each workflow with what this version would write; waived findings stay, with the maintainer's reason.

    Raises:
        SettingsError: the record of an earlier init does not read.

    """
    began = world.clock.monotonic()
    record = setup_record.read(plan.survey.top)
    findings = [found for planned in plan.workflows for found in drifted(plan, planned, record)]
    updates = updates_of_actions(plan.survey)
    if updates.finding is not None:
        findings.append(updates.finding)
    whole = f"{len(plan.workflows)} workflows, as pypublish {plan.wanted.pin.version} writes them"
    ok = not any(found.stops(strict=strict) for found in findings)
    return Outcome(
        stage="init",
        summary=whole if ok else f"of {len(plan.workflows)} workflows, some are not as this version writes them",
        findings=tuple(findings),
        closing=("Everything is up to date.",),
        strict=strict,
    ).taking(world.clock.monotonic() - began, began=began)


def drifted(plan: Plan, planned: Planned, record: Record) -> tuple[Finding, ...]:
    """Judge one workflow as it lies there."""
    package = next(one for one in plan.survey.packages if one.name == planned.package)
    base, new = base_of(record, planned.path), digests(planned.text)
    subject = SetUp(
        path=planned.path,
        file=_read(plan, planned.path),
        template=parse(planned.text, planned.path),
        written_by=record.files[planned.path].version if base is not None else "",
        lines_behind=_distance(base, new) if base is not None else 0,
    )
    return catalog.run(catalog.collect(drift, SetUp), subject, ignore=package.settings.ignore)


def _read(plan: Plan, path: str) -> WorkflowFile | None:
    try:
        file = own_files.read(plan.survey.top / path)
    except UsageError as error:
        return unreadable(path, "", str(error))
    return parse(file.text, path) if file is not None else None


def _distance(base: list[str], new: list[str]) -> int:
    changes = SequenceMatcher(None, base, new, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for kind, a, b, c, d in changes if kind != "equal")
