"""Whether a tag will start the release, and whether PyPI will know who publishes: what `doctor` looks at besides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pypublish.checks.catalog import check
from pypublish.checks.jobs import Job, events, jobs
from pypublish.checks.publisher import is_started_by_a_release, publish_jobs
from pypublish.checks.tag_formats import USUAL
from pypublish.checks.tags import tag_of_version
from pypublish.findings import Location, Problem, Severity
from pypublish.workflows import WorkflowFile, Workflows

_PUSHES_TAGS = re.compile(r"\bgit\s+push\b[^\n]*(?:--tags|--follow-tags|refs/tags/|\btag\b)|\bgh\s+release\s+create\b")
_APP_TOKEN = re.compile(
    r"app-token|deploy[_-]?key|ssh-key|secrets\.(?!GITHUB_TOKEN\b)\w*(?:TOKEN|PAT|KEY)\w*", re.IGNORECASE
)
_PYPI_SECRET = re.compile(r"secrets\.(?P<name>\w*(?:PYPI|TWINE)\w*(?:TOKEN|PASSWORD|KEY)\w*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """The subject: the workflows, and how this project names its tags."""

    workflows: Workflows
    tag_format: str
    name: str
    tag_format_is_set: bool = True
    """Whether the project says how it tags, or it is only taken to do it as most do."""
    projects: tuple[str, ...] = ()
    """Every project of the repository, by name, where it has several."""


@check(Severity.ERROR)
def tag_filter_matches_the_tags(subject: Publishing) -> Iterator[Problem]:
    """The workflow's tag filter matches the tags that this project makes.

    A filter that matches none means that pushing the tag starts nothing, and nobody says so.

    Fix: make the filter under on.push.tags match tag-format in [tool.pypublish], as in tags: ["v*"].
    """
    example = tag_of_version("1.2.3", subject.tag_format, subject.name)
    for job in _once_for_each_file(subject.workflows):
        push = events(job.file).get("push")
        patterns = push.get("tags") if push is not None else None
        if not isinstance(patterns, list):
            continue
        words = [pattern for pattern in patterns if isinstance(pattern, str)]
        if matches(example, words):
            continue
        other = None if subject.tag_format_is_set else _format_of(words, subject.name)
        yield Problem(
            message=f"a tag like {example} matches none of {', '.join(words) or 'no pattern'}",
            hint=f'Where that is how your tags are, set tag-format = "{other}" in [tool.pypublish].' if other else "",
            where=Location(file=job.file.path, line=job.file.lines.get(("on", "push", "tags"))),
            severity=Severity.NOTE if other else None,
        )


@check(Severity.WARNING)
def tag_is_not_pushed_by_the_jobs_token(subject: Publishing) -> Iterator[Problem]:
    """No workflow pushes the release's tag with the job's own token.

    What GITHUB_TOKEN pushes starts no workflow, so the release never begins.

    Fix: push the tag by hand, with a GitHub App's token, or start the release by workflow_dispatch.
    """
    publishing = publish_jobs(subject.workflows)
    if publishing and not any(is_started_by_a_release(job.file) for job in publishing):
        return  # the tag comes after the release, and nothing waits for it
    for file in subject.workflows.workflows:
        for job in jobs(file):
            own_token = not _APP_TOKEN.search(file.text)
            for step in job.steps:
                if own_token and _PUSHES_TAGS.search(step.script):
                    yield Problem(
                        message=f"the job {job.name} makes a tag with the job's own token, which starts no workflow",
                        where=Location(file=file.path, line=job.line("steps", step.index)),
                    )


@check(Severity.WARNING)
def no_token_is_left_over(subject: Publishing) -> Iterator[Problem]:
    """No token for PyPI is left among the repository's secrets.

    With Trusted Publishing it is not needed any more, and whoever gets hold of it can publish for years.

    Fix: delete the secret on GitHub and revoke the token on PyPI.
    """
    trusted = any(job.may_ask_for_a_token for job in publish_jobs(subject.workflows))
    for file in subject.workflows.workflows if trusted else ():
        for name, where in secrets_for_an_index(file):
            yield Problem(message=f"the secret {name} is still used beside Trusted Publishing", where=where)


def secrets_for_an_index(file: WorkflowFile) -> Iterator[tuple[str, Location]]:
    """Yield the secrets that a workflow uses and that are called like a token for PyPI, each with its place."""
    for found in _PYPI_SECRET.finditer(file.text):
        yield found["name"], Location(file=file.path, line=file.text.count("\n", 0, found.start()) + 1)


@check(Severity.NOTE)
def environment_is_in_lower_case(subject: Publishing) -> Iterator[Problem]:
    """The environment's name is in lower case.

    PyPI keeps it in lower case; a publisher that was constrained by its e-mail's link keeps the case and never matches.

    Fix: rename the environment, or register the publisher anew with its name in lower case.
    """
    for job in publish_jobs(subject.workflows):
        if "${{" not in job.environment and job.environment != job.environment.lower():
            yield Problem(
                message=f"the environment {job.environment!r} is not in lower case",
                where=Location(file=job.file.path, line=job.line("environment")),
            )


@check(Severity.WARNING)
def pending_publishers_do_not_collide(subject: Publishing) -> Iterator[Problem]:
    """Each new project of a repository has a publisher of its own.

    PyPI takes a pending publisher once for the same repository, workflow and environment; a second project of the same
    four values can be registered only when the first exists.

    Fix: give each project an environment of its own, as in environment: pypi-<name>, or release the first one first.
    """
    environments = [job.environment for job in publish_jobs(subject.workflows)]
    if len(subject.projects) > 1 and len(set(environments)) == 1:
        yield Problem(
            message=f"{', '.join(subject.projects)} would share one pending publisher"
            f" (environment {environments[0] or 'none'})",
            where=Location(file=publish_jobs(subject.workflows)[0].file.path),
        )


def format_by_filters(workflows: Workflows, name: str) -> str | None:
    """Return the format of tags that the workflows which publish already wait for; None where they tell of none."""
    for job in publish_jobs(workflows):
        patterns = events(job.file).get("push", {}).get("tags")
        words = [one for one in patterns if isinstance(one, str)] if isinstance(patterns, list) else []
        if found := _format_of(words, name):
            return found
    return None


def _format_of(patterns: list[str], name: str) -> str | None:
    """Return the usual format whose tags the patterns match; None where there is none."""
    return next((one for one in USUAL if matches(tag_of_version("1.2.3", one, name), patterns)), None)


def matches(name: str, patterns: list[str]) -> bool:
    """Say whether GitHub starts a workflow for a tag: the last pattern that matches decides, `!` takes away."""
    decided = False
    for pattern in patterns:
        if re.fullmatch(_expression(pattern.removeprefix("!")), name):
            decided = not pattern.startswith("!")
    return decided


def _expression(pattern: str) -> str:
    """Translate GitHub's filter pattern: `*` stops at a slash, `**` does not, `?` and `+` repeat what precedes."""
    found = []
    for part in re.findall(r"\*\*|\*|\[[^\]]*\]|[?+]|\\.|.", pattern, re.DOTALL):
        if part == "**":
            found.append(".*")
        elif part == "*":
            found.append("[^/]*")
        elif part in {"?", "+"}:
            found.append(part if found else re.escape(part))
        elif part.startswith("["):
            found.append(part.replace("\\", "\\\\"))
        else:
            found.append(re.escape(part.removeprefix("\\")))
    return "".join(found)


def _once_for_each_file(workflows: Workflows) -> Iterator[Job]:
    yield from {job.file.path: job for job in publish_jobs(workflows)}.values()
