"""Find out as whom a release will be published, so that `verify`, which has no checkout, can compare."""

from __future__ import annotations

from pypublish.checks.expected_publisher import ExpectedPublisher, expected_publisher
from pypublish.checks.repository_host import hosting
from pypublish.edges import git
from pypublish.edges.world import World
from pypublish.model import Index
from pypublish.workflows import Workflows


def expect_publisher(
    repository: git.Repository | None, workflows: Workflows | None, index: Index, world: World, *, running: str = ""
) -> ExpectedPublisher | None:
    """Return as whom the repository's workflow publishes to `index`; None where that cannot be told from here.

    `running` is the file of the workflow that runs this; empty where none does.

    Raises:
        ToolError: git could not run.

    """
    if repository is None or workflows is None:
        return None
    remote = git.origin_url(repository, world)
    home = hosting({"origin": remote} if remote is not None else {})
    if not home.is_known:
        return None
    return expected_publisher(
        workflows, owner=home.owner, repository=home.repository, index_name=index.name, running=running
    )
