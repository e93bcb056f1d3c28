"""What GitHub says of a repository: whether it is private, its default branch, and who may deploy to an environment."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from pypublish.edges.github_api import GitHub, GitHubRefusedError, ask, ask_all, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryFacts:
    """What of a repository decides about a release."""

    private: bool
    default_branch: str
    default_branch_protected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentPattern:
    """Refs that may deploy."""

    kind: str
    """`branch` or `tag`."""
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentRules:
    """From which refs a job may deploy to an environment; from every one where nothing is said."""

    name: str
    protected_branches: bool = False
    """Protected branches may, and nothing else."""
    patterns: tuple[DeploymentPattern, ...] | None = None
    """These may, and nothing else."""


def read_repository(github: GitHub) -> RepositoryFacts:
    """Ask for the repository and its default branch.

    Raises:
        GitHubUnavailableError: there was no answer.
        GitHubRefusedError: the token may not see it.

    """
    found = ask(github, "", what=f"the repository {github.repository}")
    branch = text_of(github, found, "default_branch")
    shown = ask(github, f"/branches/{quote(branch, safe='')}", what=f"the branch {branch}")
    return RepositoryFacts(
        private=found.get("private") is True,
        default_branch=branch,
        default_branch_protected=shown.get("protected") is True,
    )


def read_environment(github: GitHub, name: str) -> EnvironmentRules | None:
    """Ask who may deploy to an environment; None where there is none of that name: GitHub makes it at its first use.

    Raises:
        GitHubUnavailableError: there was no answer.
        GitHubRefusedError: the token may not see it.

    """
    path, what = f"/environments/{quote(name, safe='')}", f"the environment {name}"
    try:
        found = ask(github, path, what=what)
    except GitHubRefusedError as error:
        if error.status == 404:  # noqa: PLR2004
            return None
        raise
    policy = found.get("deployment_branch_policy")
    if not isinstance(policy, dict):
        return EnvironmentRules(name=name)
    if policy.get("custom_branch_policies") is not True:
        return EnvironmentRules(name=name, protected_branches=policy.get("protected_branches") is True)
    listed = ask_all(github, f"{path}/deployment-branch-policies", "branch_policies", what=f"the rules of {what}")
    patterns = tuple(
        DeploymentPattern(kind=str(one.get("type") or "branch"), pattern=text_of(github, one, "name")) for one in listed
    )
    return EnvironmentRules(name=name, patterns=patterns)
