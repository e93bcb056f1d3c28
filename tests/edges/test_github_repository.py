"""A repository on GitHub: what its environments let be deployed."""

from __future__ import annotations

import pytest

from pypublish.edges import github_repository
from pypublish.edges.world import World
from tests.edges.asking import asking
from tests.github_api import Environment, GitHubApi


@pytest.mark.parametrize(
    ("environment", "refs"),
    [
        (None, None),
        (Environment(name="pypi"), "everything"),
        (Environment(name="pypi", protected_branches=True), "protected"),
        (Environment(name="pypi", patterns=(("tag", "v*"), ("branch", "main"))), "patterns"),
    ],
)
def test_who_may_deploy_to_an_environment(
    api: GitHubApi, patient: World, environment: Environment | None, refs: str | None
) -> None:
    api.environments = [environment] if environment else []
    with asking(api.url, patient) as github:
        found = github_repository.read_environment(github, "pypi")
        if found is None:
            assert refs is None
            return
        assert (found.protected_branches, found.patterns is None) == (refs == "protected", refs != "patterns")
        if found.patterns is not None:
            assert [(one.kind, one.pattern) for one in found.patterns] == [("tag", "v*"), ("branch", "main")]
        facts = github_repository.read_repository(github)
    assert (facts.private, facts.default_branch) == (False, "main")
