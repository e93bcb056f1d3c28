"""Who is expected to publish a release, and whether with attestations: told from the workflow files and the run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pypublish.checks.jobs import Job, mapping, word
from pypublish.checks.publisher import PublisherOfJob, publishers
from pypublish.model import Publisher
from pypublish.workflows import Workflows


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPublisher:
    """The publisher that the index should name, with no environment where only the run could tell it."""

    publisher: Publisher
    attests: bool
    """Whether its job makes attestations, as the publishing action does by itself."""


def expected_publisher(
    workflows: Workflows, *, owner: str, repository: str, index_name: str, running: str = ""
) -> ExpectedPublisher | None:
    """Return who will publish to an index; None where no job does, or several could.

    `running` is the file of the workflow that runs this, which goes before others: its own job will publish.
    """
    ways = publishers(workflows, owner=owner, repository=repository, index_name=index_name)
    found = {_expected(way) for way in ways if way.publisher.workflow == running} or set(map(_expected, ways))
    return found.pop() if len(found) == 1 else None


def _expected(way: PublisherOfJob) -> ExpectedPublisher:
    known = way.publisher if way.environment_is_known else replace(way.publisher, environment="")
    return ExpectedPublisher(publisher=known, attests=_attests(way.job))


def _attests(job: Job) -> bool:
    steps = [step for step in job.uploads if step.is_the_publishing_action]
    return bool(steps) and not any(
        word(inputs, "password") or str(inputs.get("attestations", True)).lower() == "false"
        for inputs in (mapping(step.data, "with") for step in steps)
    )
