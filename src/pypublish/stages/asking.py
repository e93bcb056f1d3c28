"""What doctor learns by asking: of the index, who published last; of GitHub, whether the publishing job may deploy."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.checks import catalog, deployment
from pypublish.checks.deployment import Deployment
from pypublish.checks.jobs import Job
from pypublish.checks.publisher import publish_jobs, publishers
from pypublish.checks.tags import tag_of_version
from pypublish.edges import github_repository, provenance
from pypublish.edges import index as reading
from pypublish.edges.github_api import Account, GitHub, GitHubRefusedError, connect
from pypublish.edges.http import Session
from pypublish.edges.world import World
from pypublish.findings import Finding
from pypublish.listing import IndexFile, IndexPage
from pypublish.model import PYPI, TESTPYPI, Index, Publisher
from pypublish.settings import Settings
from pypublish.workflows import Workflows


def ask_index(
    session: Session, index: Index, project: str, expected: tuple[Publisher, ...]
) -> tuple[bool, tuple[Finding, ...]]:
    """Ask whether the project exists, and whether who published its newest files is who is expected to publish.

    Raises:
        IndexUnavailableError: the index did not answer.

    """
    if not reading.project_exists(session, index, project):
        return False, ()
    newest = _newest(reading.read_page(session, index, project))
    if newest is None or not expected:
        return True, ()
    version, files = newest
    addresses = [file.provenance for file in files if file.provenance]
    last = provenance.read_publishers(session, index, addresses[0]) if addresses else ()
    findings = [deployment.unlike(index, version, last, publisher) for publisher in expected]
    # Where one of several ways fits, the last release went that way.
    return True, () if None in findings else tuple(dict.fromkeys(found for found in findings if found is not None))


def ask_github(
    workflows: Workflows, account: Account, settings: Settings, project: str, world: World
) -> tuple[Finding, ...]:
    """Ask whether the publishing jobs may deploy to their environments, and what attestations would give away.

    Raises:
        GitHubUnavailableError: GitHub did not answer.
        UsageError: the repository or the token cannot be meant so.

    """
    jobs = publish_jobs(workflows)
    if not jobs:
        return ()
    with connect(account, world) as github:
        try:
            subjects = list(
                _deployments(github, jobs, workflows, tag_of_version("1.2.3", settings.tag_format, project))
            )
        except GitHubRefusedError as error:
            return (deployment.not_shown(str(error)),)
    checks = catalog.collect(deployment, Deployment)
    found = (finding for subject in subjects for finding in catalog.run(checks, subject, ignore=settings.ignore))
    return tuple(dict.fromkeys(found))


def _deployments(github: GitHub, jobs: tuple[Job, ...], workflows: Workflows, tag: str) -> Iterator[Deployment]:
    repository = github_repository.read_repository(github)
    for job in jobs:
        for environment, index_name in _environments(job, workflows, github.repository):
            rules = github_repository.read_environment(github, environment) if environment else None
            patterns = rules.patterns if rules is not None else None
            yield Deployment(
                job=job,
                environment=environment,
                index_name=index_name,
                exists=rules is not None,
                protected_branches=rules is not None and rules.protected_branches,
                patterns=None if patterns is None else tuple((one.kind, one.pattern) for one in patterns),
                tag=tag,
                default_branch=repository.default_branch,
                default_branch_is_protected=repository.default_branch_protected,
                repository_is_private=repository.private,
            )


def _environments(job: Job, workflows: Workflows, repository: str) -> tuple[tuple[str, str], ...]:
    """Return the environments that a job deploys to, each with the index that it is for; PyPI where it is for both."""
    owner, _, name = repository.partition("/")
    found: dict[str, str] = {}
    for index in (PYPI, TESTPYPI):
        for way in publishers(workflows, owner=owner, repository=name, index_name=index.name):
            if way.job == job:
                found.setdefault(way.publisher.environment, index.name)
    return tuple(found.items())


def _newest(page: IndexPage) -> tuple[str, tuple[IndexFile, ...]] | None:
    """Return the version that was uploaded to last, and its files."""
    dated = [file for file in page.files if file.upload_time and (file.filename.endswith((".whl", ".tar.gz")))]
    if not dated:
        return None
    last = max(dated, key=lambda file: file.upload_time or "")
    version = _version_of(last.filename)
    return version, tuple(file for file in dated if _version_of(file.filename) == version)


def _version_of(filename: str) -> str:
    if filename.endswith(".whl"):
        return filename.split("-")[1] if filename.count("-") > 1 else filename
    return filename.removesuffix(".tar.gz").rpartition("-")[2]
