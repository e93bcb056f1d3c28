"""Whether a workflow still does what its template does: what may differ, and what is missing or changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten

from pypublish.checks.jobs import Job, Step, action_name, events, is_mapping, jobs, mapping, word
from pypublish.workflows import WorkflowFile

Place = tuple[str | int, ...]

OURS_TO_CHOOSE = frozenset({"name", "description", "default", "timeout-minutes", "environment", "runs-on", "strategy"})
"""Keys whose values are the maintainer's business; that the key is there is the template's."""
SHOWN = 60
"""Characters of a value that are shown."""
_OPTIONAL_EVENTS = frozenset({"schedule"})
_MATCHED_APART = frozenset({"steps", "permissions", "needs", "outputs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a workflow lacks of its template, or has otherwise."""

    message: str
    line: int | None


def differences(file: WorkflowFile, template: WorkflowFile) -> Iterator[Difference]:
    """Compare a workflow with its template by what GitHub reads in them, so that comments and layout are free.

    What the maintainer has added is not mentioned, except where it takes a promise away: a permission, or a step in
    the job that may publish.
    """
    yield from _events(file, template)
    if file.data.get("permissions") != template.data.get("permissions"):
        yield _changed(file, ("permissions",), "the permissions at the top", template.data.get("permissions"))
    yield from _concurrency(file, template)
    own = {job.name: job for job in jobs(file)}
    for job in jobs(template):
        if job.name not in own:
            yield Difference(message=f"the job {job.name} is missing", line=file.lines.get(("jobs",)))
        else:
            yield from _job(own[job.name], job)


def _events(file: WorkflowFile, template: WorkflowFile) -> Iterator[Difference]:
    own = events(file)
    line = file.lines.get(("on",))
    for event, filters in events(template).items():
        if event in _OPTIONAL_EVENTS:
            continue
        if event not in own:
            yield Difference(message=f"it is not started by {event}", line=line)
            continue
        at: Place = ("on", event)
        for key, wanted in filters.items():
            found = own[event].get(key)
            if key == "inputs" and is_mapping(wanted):
                given = found if is_mapping(found) else {}
                missing = [name for name in wanted if name not in given]
                if missing:
                    message = f"{event} does not ask for {', '.join(missing)}"
                    yield Difference(message=message, line=_nearest(file, (*at, key)))
            elif not _holds(found, wanted):
                yield _changed(file, (*at, key), f"`on.{event}.{key}`", wanted)


def _concurrency(file: WorkflowFile, template: WorkflowFile) -> Iterator[Difference]:
    own, wanted = file.data.get("concurrency"), template.data.get("concurrency")
    if _as_text(own) != _as_text(wanted):
        yield _changed(file, ("concurrency",), "`concurrency`", wanted)


def _job(own: Job, template: Job) -> Iterator[Difference]:
    at: Place = ("jobs", own.name)
    what = f"the job {own.name}"
    if _as_text(own.data.get("permissions")) != _as_text(template.data.get("permissions")):
        granted = template.data.get("permissions")
        yield _changed(own.file, (*at, "permissions"), f"the permissions of {what}", granted)
    missing = _needs(template) - _needs(own)
    if missing:
        message = f"{what} does not need {', '.join(sorted(missing))}"
        yield Difference(message=message, line=_nearest(own.file, (*at, "needs")))
    for name, value in mapping(template.data, "outputs").items():
        if not _same(mapping(own.data, "outputs").get(name), value):
            line = _nearest(own.file, (*at, "outputs", name))
            yield Difference(message=f"{what} does not give the output {name} as the template does", line=line)
    for key, value in template.data.items():
        if key in _MATCHED_APART:
            continue
        if key not in own.data:
            yield Difference(message=f"{what} has no `{key}`", line=_nearest(own.file, at))
        elif key not in OURS_TO_CHOOSE and not _same(own.data[key], value):
            yield _changed(own.file, (*at, key), f"`{key}` of {what}", value)
    yield from _steps(own, template)


def _steps(own: Job, template: Job) -> Iterator[Difference]:
    place = 0
    found: set[int] = set()
    for step in template.steps:
        match = next((one for one in own.steps if one.index >= place and _is_same_step(one, step)), None)
        if match is None:
            early = any(_is_same_step(one, step) for one in own.steps)
            how = "comes too early in" if early else "is missing in"
            yield Difference(message=f"{_called(step)} {how} the job {own.name}", line=own.line("steps"))
            continue
        place = match.index + 1
        found.add(match.index)
        yield from _step(own, match, step)
    if template.may_ask_for_a_token:
        for one in own.steps:
            if one.index not in found:
                message = f"the job {own.name}, which may publish, has a step of its own: {_called(one)}"
                yield Difference(message=message, line=own.line("steps", one.index))


def _step(job: Job, own: Step, template: Step) -> Iterator[Difference]:
    at: Place = ("jobs", job.name, "steps", own.index)
    for key, value in template.data.items():
        if key == "uses" or key in OURS_TO_CHOOSE:
            continue
        if is_mapping(value):
            for name, wanted in value.items():
                if not _same(mapping(own.data, key).get(name), wanted):
                    message = f"`{name}` of {_called(template)} in the job {job.name}"
                    yield _changed(job.file, (*at, key, name), message, wanted)
        elif not _same(own.data.get(key), value):
            message = f"`{key}` of {_called(template)} in the job {job.name}"
            yield _changed(job.file, (*at, key), message, value)


def _is_same_step(one: Step, template: Step) -> bool:
    if template.uses:
        stage = word(mapping(template.data, "with"), "stage")
        same_action = action_name(one.uses).lower() == action_name(template.uses).lower()
        return same_action and word(mapping(one.data, "with"), "stage") == stage
    named = word(template.data, "name")
    return "run" in one.data and (one.data.get("name") == named or _same(one.data["run"], template.data.get("run")))


def _called(step: Step) -> str:
    stage = word(mapping(step.data, "with"), "stage")
    name = word(step.data, "name")
    if stage:
        return f"the step with `stage: {stage}`"
    if name:
        return f"the step {name!r}"
    return f"the step that uses {action_name(step.uses)}" if step.uses else "a step that runs a script"


def _needs(job: Job) -> set[str]:
    needed = job.data.get("needs", [])
    return set(map(str, needed)) if isinstance(needed, list) else {str(needed)}


def _holds(found: object, wanted: object) -> bool:
    """Whether a filter lets through what the template's does; without any, it lets more through."""
    if isinstance(wanted, list):
        return isinstance(found, list) and all(one in found for one in wanted)
    return _same(found, wanted)


def _same(found: object, wanted: object) -> bool:
    return _as_text(found) == _as_text(wanted)


def _as_text(value: object) -> object:
    """Write a value so that quotes, blanks and the folding of long lines make no difference."""
    if is_mapping(value):
        return {key: _as_text(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else "\n".join(" ".join(line.split()) for line in str(value).strip().splitlines())


def _changed(file: WorkflowFile, at: Place, what: str, wanted: object) -> Difference:
    are = "are" if "permissions" in what else "is"
    return Difference(message=f"{what} {are} not as in the template: {_shown(wanted)}", line=_nearest(file, at))


def _nearest(file: WorkflowFile, at: Place) -> int | None:
    """Return the line of what is there, or else of what it would be in."""
    while at:
        if at in file.lines:
            return file.lines[at]
        at = at[:-1]
    return None


def _shown(value: object) -> str:
    if is_mapping(value):
        text = ", ".join(f"{key}: {_as_text(one)}" for key, one in value.items()) or "{}"
    else:
        text = ", ".join(map(str, value)) if isinstance(value, list) else " ".join(str(_as_text(value)).split())
    return f"`{shorten(text, SHOWN, placeholder=' …')}`"
