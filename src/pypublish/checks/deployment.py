"""Whether GitHub lets the publishing job deploy, and what it tells the world: what only its API knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pypublish.checks.catalog import check, rule
from pypublish.checks.jobs import Job, mapping
from pypublish.checks.publishing import matches
from pypublish.findings import Finding, Location, Problem, Severity
from pypublish.model import PYPI, Index, Publisher


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """The subject: one publishing job, and what the repository on GitHub says of it."""

    job: Job
    environment: str
    """Empty where the job names none."""
    index_name: str
    """`pypi` or `testpypi`: where the job publishes to from there."""
    exists: bool
    """Whether there is such an environment."""
    protected_branches: bool
    """Whether protected branches alone may deploy to it."""
    patterns: tuple[tuple[str, str], ...] | None
    """(`branch` or `tag`, pattern) of what alone may deploy to it; None where there is no such list."""
    tag: str
    """What a tag of a release looks like."""
    default_branch: str
    default_branch_is_protected: bool
    repository_is_private: bool

    @property
    def where(self) -> Location:
        """Where the environment is named."""
        return Location(file=self.job.file.path, line=self.job.line("environment"))

    def lets(self, kind: str, ref: str, *, protected: bool = False) -> bool:
        """Whether a job of this ref may deploy."""
        if self.patterns is not None:
            return matches(ref, [pattern for of, pattern in self.patterns if of == kind])
        return protected or not self.protected_branches


@check(Severity.NOTE)
def environment_is_there(subject: Deployment) -> Iterator[Problem]:
    """The environment that the publishing job names exists in the repository.

    GitHub makes it at its first use, and then nobody has to approve a deployment to it.

    Fix: make it under Settings → Environments, with a required reviewer, and let tags and the default branch deploy.
    """
    if subject.environment and not subject.exists:
        yield Problem(message=f"there is no environment {subject.environment} yet", where=subject.where)


@check(Severity.ERROR)
def environment_lets_tags_deploy(subject: Deployment) -> Iterator[Problem]:
    """The environment's rules let the tag of a release deploy.

    Else GitHub refuses the publishing job when everything else is done.

    Fix: Settings → Environments → the environment → Deployment branches and tags: add the tags, as in v*.
    """
    released = subject.index_name == PYPI.name  # trials go to TestPyPI from any branch
    if subject.environment and released and not subject.lets("tag", subject.tag):
        allowed = "protected branches alone" if subject.patterns is None else _shown(subject.patterns)
        yield Problem(
            message=f"a tag like {subject.tag} may not deploy to {subject.environment}, which takes {allowed}",
            where=subject.where,
        )


@check(Severity.WARNING)
def environment_lets_the_default_branch_deploy(subject: Deployment) -> Iterator[Problem]:
    """The environment's rules let the default branch deploy.

    A release that stopped is finished by starting the workflow from there, with the tag: a re-run would use the
    workflow as it was at the tag, mistakes included.

    Fix: Settings → Environments → the environment → Deployment branches and tags: add the default branch.
    """
    branch = subject.default_branch
    protected = subject.default_branch_is_protected
    if subject.environment and not subject.lets("branch", branch, protected=protected):
        allowed = "protected branches alone" if subject.patterns is None else _shown(subject.patterns)
        yield Problem(
            message=f"the branch {branch} may not deploy to {subject.environment}, which takes {allowed}",
            where=subject.where,
        )


@check(Severity.WARNING)
def private_repository_stays_unnamed(subject: Deployment) -> Iterator[Problem]:
    """The name of a private repository does not get into attestations.

    They are published for good, in a log that nobody can delete from: with the repository's name, the workflow's and
    the commit.

    Fix: set attestations: false for the publishing action, if the name is to stay private.
    """
    if not subject.repository_is_private:
        return
    for step in subject.job.uploads:
        attests = str(mapping(step.data, "with").get("attestations", True)).lower() != "false"
        if step.is_the_publishing_action and attests:
            yield Problem(
                message="the repository is private, and the publishing action makes attestations that name it",
                where=Location(file=subject.job.file.path, line=subject.job.line("steps", step.index)),
            )


GITHUB_ANSWERS = rule(
    "github-shows-the-repository",
    Severity.NOTE,
    """GitHub shows what decides about a deployment: environments, branches, whether the repository is private.

    What it does not show cannot be judged from here.

    Fix: set PYPUBLISH_GITHUB_TOKEN to a token that may read the repository, as `gh auth token` prints it.
    """,
)
PUBLISHER_IS_THE_LAST_ONE = rule(
    "publisher-is-the-last-one",
    Severity.WARNING,
    """Who published the newest files is who will publish the next.

    PyPI trusts the publishers that are registered, and that one was; another has to be registered first.

    Fix: register the new one beside the old, with the values that pypublish doctor prints; remove the old one after the
    first release. If the files are not yours, the name is taken.
    """,
)
NEWEST_FILES_HAVE_PROVENANCE = rule(
    "newest-files-have-provenance",
    Severity.NOTE,
    """The newest files tell who published them (PEP 740).

    Without that nobody can say from outside whether they came from this repository.

    Fix: publish by Trusted Publishing with attestations, as the template does.
    """,
)
RULES = (GITHUB_ANSWERS, PUBLISHER_IS_THE_LAST_ONE, NEWEST_FILES_HAVE_PROVENANCE)


def unlike(index: Index, version: str, last: tuple[Publisher, ...], now: Publisher) -> Finding | None:
    """Compare who published a version with who will publish the next; None where one of them is the same."""
    if not last:
        message = f"the files of {version} on {index.title} do not say who published them"
        return _found(NEWEST_FILES_HAVE_PROVENANCE.id, NEWEST_FILES_HAVE_PROVENANCE.severity, message)
    differences = min((_differences(one, now) for one in last), key=len)
    if not differences:
        return None
    return _found(
        PUBLISHER_IS_THE_LAST_ONE.id,
        PUBLISHER_IS_THE_LAST_ONE.severity,
        f"{version} on {index.title} was published by another: {'; '.join(differences)}",
    )


def not_shown(why: str) -> Finding:
    """Say that GitHub did not show what was asked for."""
    return _found(GITHUB_ANSWERS.id, GITHUB_ANSWERS.severity, why)


def _found(check_id: str, severity: Severity, message: str) -> Finding:
    fix = next(one.fix for one in RULES if one.id == check_id)
    return Finding(check=check_id, severity=severity, message=message, hint=fix)


def _differences(last: Publisher, now: Publisher) -> list[str]:
    pairs = {
        "repository": (f"{last.owner}/{last.repository}", f"{now.owner}/{now.repository}"),
        "workflow": (last.workflow, now.workflow),
        # A publisher without an environment takes jobs of every one.
        "environment": (last.environment or now.environment, now.environment),
    }
    return [f"{what} {was}, now {is_ or 'none'}" for what, (was, is_) in pairs.items() if was.lower() != is_.lower()]


def _shown(patterns: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{kind} {pattern}" for kind, pattern in patterns) or "nothing"
