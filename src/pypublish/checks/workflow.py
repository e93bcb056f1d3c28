"""What the workflow that publishes must have, so that a tag does not find out what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pypublish.checks.catalog import check
from pypublish.checks.jobs import (
    PUBLISHING_ACTION,
    Job,
    Step,
    action_name,
    events,
    grants_id_token,
    is_mapping,
    jobs,
    mapping,
    word,
)
from pypublish.checks.pins import COMMITS, TAG_OBJECTS, is_pinned, version_comment
from pypublish.checks.publisher import publish_jobs
from pypublish.findings import Location, Problem, Severity
from pypublish.workflows import WorkflowFile, Workflows

_DANGEROUS_EVENTS = ("pull_request_target", "workflow_run", "issue_comment")
_BUILD = re.compile(
    r"\b(?:python3?\s+-m\s+build|pyproject-build|(?:uv|hatch|flit|pdm|poetry)\s+build|pip\s+(?:install|wheel)\s+\.(?!\S)"
    r"|setup\.py|tox|nox|pytest|make)(?=\s|$)"
)
_BUILDING_ACTIONS = {"actions/checkout", "hynek/build-and-inspect-python-package", "pypa/cibuildwheel"}
_SIGNING_ACTIONS = ("actions/attest", "sigstore/", "astral-sh/attest-action")
_TOKEN_VARIABLES = {
    "TWINE_PASSWORD",
    "UV_PUBLISH_TOKEN",
    "UV_PUBLISH_PASSWORD",
    "HATCH_INDEX_AUTH",
    "FLIT_PASSWORD",
    "PDM_PUBLISH_PASSWORD",
    "POETRY_PYPI_TOKEN_PYPI",
}
_OURS = "/pypublish-action"


@check(Severity.WARNING)
def workflow_is_readable(workflows: Workflows) -> Iterator[Problem]:
    """Every file in .github/workflows is YAML that GitHub can read.

    GitHub does not run a workflow that it cannot read, and pypublish cannot judge it.
    Fix: mend the file at the line that is named, or remove it.
    """
    for file in (*workflows.workflows, *workflows.actions):
        if file.mistake:
            where = Location(file=file.path, line=file.mistake_line)
            yield Problem(message=f"the file does not read: {file.mistake}", where=where)


@check(Severity.NOTE)
def release_workflow_exists(workflows: Workflows) -> Iterator[Problem]:
    """A workflow of the repository publishes.

    Until there is one, a rehearsal takes it to be the template's: release.yml with the environment pypi.
    Fix: run `pypublish init`, which writes one.
    """
    if not publish_jobs(workflows):
        yield Problem(message="no workflow in .github/workflows publishes; the template's is assumed")


@check(Severity.ERROR)
def publish_job_may_ask_for_a_token(workflows: Workflows) -> Iterator[Problem]:
    """The job that publishes has the permission id-token: write.

    Without it GitHub gives the job no identity to show, and the upload fails for want of credentials.
    Fix: give this job, and no other, `permissions: id-token: write`.
    """
    for job in publish_jobs(workflows):
        needs_it = any(step.is_the_publishing_action and not _stored_token(step) for step in job.uploads)
        if needs_it and not job.may_ask_for_a_token and not _is_called(job.file):
            yield _problem(job, f"the job {job.name} publishes without `id-token: write`", "permissions")


@check(Severity.WARNING)
def publish_by_trusted_publishing(workflows: Workflows) -> Iterator[Problem]:
    """The upload is authorised by Trusted Publishing, not by a stored token.

    A stored token is valid for years wherever it leaks to; the token of Trusted Publishing lives for minutes.
    Fix: register the workflow as a trusted publisher on PyPI, remove `password`, and revoke the token.
    """
    for job in publish_jobs(workflows):
        for step in job.uploads:
            if place := _stored_token(step):
                message = f"the job {job.name} publishes with a stored token ({place[1]})"
                yield _problem(job, message, "steps", step.index, *place)


@check(Severity.WARNING)
def id_token_is_for_the_publish_job_alone(workflows: Workflows) -> Iterator[Problem]:
    """In a workflow that publishes, no job but the publishing one holds id-token: write.

    Whatever runs in a job with this permission, a build backend or a test, can ask for a token to publish with.
    Fix: put `permissions: {}` at the top of the file, and `id-token: write` into the publishing job alone.
    """
    for file in {job.file.path: job.file for job in publish_jobs(workflows)}.values():
        if grants_id_token(file.data):
            where = Location(file=file.path, line=file.lines.get(("permissions",)))
            yield Problem(message="every job of the workflow holds `id-token: write`", where=where)
        for job in jobs(file):
            if grants_id_token(job.data) and "steps" in job.data and not job.uploads and not _signs(job):
                yield _of_identity(job)


def _of_identity(job: Job) -> Problem:
    problem = _problem(job, f"the job {job.name} holds `id-token: write` and does not publish", "permissions")
    publishing = [other for other in jobs(job.file) if other.uploads]
    attests = mapping(job.data, "permissions").get("attestations") == "write"
    if not attests or job.environment or not all(other.environment for other in publishing):
        return problem
    # The index refuses its token as long as the publisher there is bound to an environment, which this job has not.
    return replace(
        problem,
        message=f"the job {job.name} holds `id-token: write` to attest what it builds",
        hint="Attest in a job of its own; until then, keep the publisher on PyPI bound to its environment.",
        severity=Severity.NOTE,
    )


@check(Severity.WARNING)
def publish_job_runs_nothing_of_the_project(workflows: Workflows) -> Iterator[Problem]:
    """The publishing job fetches what was built elsewhere, and uploads it.

    What is built or run in it can use its token; so it holds pinned actions of others and a comparison, nothing else.
    Fix: build in a job of its own, hand the files over as an artifact, and leave download and upload in this one.
    """
    for job in publish_jobs(workflows):
        if job.may_ask_for_a_token:
            for step in job.steps:
                if what := _of_the_project(step):
                    yield _problem(job, f"the publishing job {job.name} runs {what}", "steps", step.index)


@check(Severity.WARNING)
def publish_job_pins_its_actions(workflows: Workflows) -> Iterator[Problem]:
    """Every action in the publishing job is named by a commit.

    A tag or a branch can be moved by whoever takes over the action, and then their code gets the publishing token.
    Fix: write the full commit with the version as a comment: `owner/action@<40 hex digits> # v1.2.3`.
    """
    for job in publish_jobs(workflows):
        if job.may_ask_for_a_token:
            for step in job.steps:
                if step.uses and not is_pinned(step.uses):
                    yield _problem(job, f"{step.uses} is no commit", "steps", step.index, "uses")


@check(Severity.ERROR)
def pin_is_the_versions_commit(workflows: Workflows) -> Iterator[Problem]:
    """The commit that pins the publishing action is that of a version, not of an annotated tag.

    The action fetches a container image by this very name, and there is none for a tag's own object.
    Fix: pin the commit that the tag points to (`git ls-remote --tags` marks it with ^{}).
    """
    for job in publish_jobs(workflows):
        for step in job.uploads:
            pin, line = step.uses.partition("@")[2], job.line("steps", step.index, "uses")
            said = version_comment(job.file, line) if step.is_the_publishing_action else ""
            where = Location(file=job.file.path, line=line)
            if pin in TAG_OBJECTS:
                version = TAG_OBJECTS[pin]
                message = f"{pin} is the tag object of {version}; its commit is {COMMITS[version]}"
                yield Problem(message=message, where=where)
            elif said in COMMITS and is_pinned(step.uses) and pin != COMMITS[said]:
                message = f"{pin} is not the commit of {said}, which is {COMMITS[said]}"
                yield Problem(message=message, where=where, severity=Severity.WARNING)


@check(Severity.WARNING)
def release_is_not_started_by_strangers(workflows: Workflows) -> Iterator[Problem]:
    """The workflow that publishes is not started by pull_request_target, workflow_run or issue_comment.

    On these events a stranger's proposal or comment starts a run with this repository's rights.
    Fix: start releases by a pushed tag, a GitHub release or workflow_dispatch.
    """
    for file in {job.file.path: job.file for job in publish_jobs(workflows)}.values():
        found = events(file)
        for event in filter(found.__contains__, _DANGEROUS_EVENTS):
            where = Location(file=file.path, line=file.lines.get(("on", event)) or file.lines.get(("on",)))
            refused = event == "pull_request_target" and len(found) == 1
            words = "starts the workflow, and PyPI refuses what comes of it" if refused else "starts the workflow"
            yield Problem(message=f"{event} {words}", where=where, severity=Severity.ERROR if refused else None)


@check(Severity.ERROR)
def publishing_action_is_not_nested(workflows: Workflows) -> Iterator[Problem]:
    """The publishing action is a step of a job, not of another action.

    Within a composite action it looks for a container image under that action's name, which does not exist.
    Fix: move the step into the job itself.
    """
    for file in workflows.actions:
        steps = mapping(file.data, "runs").get("steps")
        for index, data in enumerate(steps if isinstance(steps, list) else []):
            if is_mapping(data) and Step(index=index, data=data).is_the_publishing_action:
                where = Location(file=file.path, line=file.lines.get(("runs", "steps", index, "uses")))
                yield Problem(message=f"{PUBLISHING_ACTION} is a step of the action {file.path}", where=where)


@check(Severity.ERROR, pypi="T:verified")
def publish_job_is_not_called(workflows: Workflows) -> Iterator[Problem]:
    """The publishing job is in the workflow that the event starts, not in one that other workflows call.

    PyPI does not support publishers in reusable workflows: attestations are refused, and from another repository
    the upload is too.
    Fix: move the publishing job into the calling workflow; the build may stay where it is.
    """
    for job in publish_jobs(workflows):
        found = events(job.file)
        if "workflow_call" in found:
            only = len(found) == 1
            message = f"the job {job.name} publishes, and its workflow is {'only ' if only else ''}called by others"
            yield _problem(job, message, severity=None if only else Severity.WARNING)


@check(Severity.ERROR)
def publish_job_uploads_once(workflows: Workflows) -> Iterator[Problem]:
    """A job runs the publishing action once.

    The second run finds the attestations of the first beside the files and stops.
    Fix: publish to each index in a job of its own.
    """
    for job in publish_jobs(workflows):
        steps = [step for step in job.uploads if step.is_the_publishing_action]
        if len(steps) > 1:
            severity = Severity.WARNING if any("if" in step.data for step in steps) else None
            message = f"the job {job.name} runs the publishing action {len(steps)} times"
            yield _problem(job, message, "steps", steps[1].index, "uses", severity=severity)


@check(Severity.ERROR)
def publish_job_runs_on_linux(workflows: Workflows) -> Iterator[Problem]:
    """The publishing action runs on a Linux machine, outside a container.

    It is a container itself.
    Fix: use `runs-on: ubuntu-latest` without `container`; wheels for other systems are built in other jobs.
    """
    for job in publish_jobs(workflows):
        if any(step.is_the_publishing_action for step in job.uploads):
            machine = word(job.data, "runs-on").lower()
            if machine.startswith(("windows", "macos")):
                yield _problem(job, f"the job {job.name} publishes on {machine}", "runs-on")
            if job.data.get("container"):
                yield _problem(job, f"the job {job.name} publishes from within a container", "container")


@check(Severity.NOTE)
def publish_job_names_an_environment(workflows: Workflows) -> Iterator[Problem]:
    """The publishing job runs in an environment.

    An environment can ask somebody before a release and be held to tags; PyPI advises owners to require one.
    Fix: add `environment: pypi` to the job, and name it in the trusted publisher on PyPI.
    """
    for job in publish_jobs(workflows):
        if job.may_ask_for_a_token and not job.environment:
            yield _problem(job, f"the job {job.name} publishes without an environment")


def _problem(job: Job, message: str, *path: str | int, severity: Severity | None = None) -> Problem:
    return Problem(message=message, where=Location(file=job.file.path, line=job.line(*path)), severity=severity)


def _stored_token(step: Step) -> tuple[str, ...]:
    """Return where in the step a stored token is handed over; nothing where none is."""
    if step.is_the_publishing_action:
        return ("with", "password") if "password" in mapping(step.data, "with") else ()
    return next((("env", name) for name in mapping(step.data, "env") if name in _TOKEN_VARIABLES), ())


def _is_called(file: WorkflowFile) -> bool:
    return set(events(file)) == {"workflow_call"}  # then the caller's permissions count


def _signs(job: Job) -> bool:
    return any(step.uses.startswith(_SIGNING_ACTIONS) for step in job.steps)


def _of_the_project(step: Step) -> str:
    name = action_name(step.uses).lower()
    if step.uses.startswith("./") or name in _BUILDING_ACTIONS or name.endswith(_OURS):
        return step.uses.partition("@")[0]
    found = _BUILD.search(step.script)
    return f"`{found[0]}`" if found else ""
