"""As whom PyPI will see the jobs that publish: Trusted Publishing, told from the workflow files alone."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from pypublish import REPOSITORY
from pypublish.checks.jobs import READS_THE_TREE, Job, action_name, events, jobs, mapping, word
from pypublish.model import Publisher
from pypublish.workflows import WorkflowFile, Workflows

# An address with a scheme, or the form of scp: git@github.com:owner/name.git
_REMOTE = re.compile(r"(?:[\w+.-]+://[^/]+/|[^@/:]+@[^:/]+:/?)(?P<owner>[^/]+)/(?P<name>[^/]+?)(?:\.git)?/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherOfJob:
    """A job that publishes, and what an index must be told to trust it."""

    job: Job
    publisher: Publisher
    environment_is_known: bool
    """False where only a run could tell it: then it is taken to be named like the index, as in the templates."""


def publish_jobs(workflows: Workflows) -> tuple[Job, ...]:
    """Return the jobs that publish; those of a workflow that tags or releases start come first."""
    found = [job for file in workflows.workflows for job in jobs(file) if job.uploads]
    return tuple(sorted(found, key=lambda job: not is_started_by_a_release(job.file)))


def of_folder(workflows: Workflows, folder: str) -> Workflows:
    """Leave out the workflows that release other projects of the repository, by the `path` that they give our action.

    `folder` is the project's, seen from the root; empty for the root itself.
    """
    kept = tuple(file for file in workflows.workflows if _may_release(file, folder or "."))
    return replace(workflows, workflows=kept)


def publishers(workflows: Workflows, *, owner: str, repository: str, index_name: str) -> tuple[PublisherOfJob, ...]:
    """Return each job that publishes to an index; none where the repository has no such job."""
    return tuple(
        _publisher_of(job, owner=owner, repository=repository, index_name=index_name)
        for job in publish_jobs(workflows)
        if job.may_publish_to(index_name)
    )


def template_publisher(*, owner: str, repository: str, index_name: str) -> Publisher:
    """Return the publisher that the template's workflow would be."""
    return Publisher(owner=owner, repository=repository, workflow="release.yml", environment=index_name)


def publishing_page(site: str, project: str, publisher: Publisher) -> str:
    """Return the page of an index on which an existing project gets a publisher, with the form filled in."""
    filled = {
        "provider": "github",
        "owner": publisher.owner,
        "repository": publisher.repository,
        "workflow_filename": publisher.workflow,
        "environment": publisher.environment,
    }
    return f"{site}/manage/project/{project}/settings/publishing/?{urlencode(filled)}"


def repository_of(remote: str) -> tuple[str, str] | None:
    """Return owner and name of the repository that a remote's address names; None where it has another form."""
    found = _REMOTE.fullmatch(remote.strip())
    return (found["owner"], found["name"]) if found else None


def _publisher_of(job: Job, *, owner: str, repository: str, index_name: str) -> PublisherOfJob:
    environment = job.environment_for(index_name)
    return PublisherOfJob(
        job=job,
        publisher=Publisher(
            owner=owner,
            repository=repository,
            workflow=job.file.name,
            # PyPI stores and compares it in lower case.
            environment=(index_name if environment is None else environment).lower(),
        ),
        environment_is_known=environment is not None,
    )


def _may_release(file: WorkflowFile, folder: str) -> bool:
    inputs = [
        mapping(step.data, "with")
        for job in jobs(file)
        for step in job.steps
        if action_name(step.uses).lower() == REPOSITORY and "stage" in mapping(step.data, "with")
    ]
    named = {posixpath.normpath(word(one, "path") or ".") for one in inputs if word(one, "stage") in READS_THE_TREE}
    return not named or folder in named or any("${{" in path for path in named)


def is_started_by_a_release(file: WorkflowFile) -> bool:
    """Whether a tag that is pushed, or a release on GitHub, starts the workflow."""
    found = events(file)
    return "release" in found or "tags" in found.get("push", {})
