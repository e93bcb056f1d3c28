"""serve: run the embedded index alone, for whatever client."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pypublish.edges.world import World
from pypublish.model import PYPI, TESTPYPI, Publisher
from pypublish.rehearsal.environment import shell_exports
from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.records import EVERY_PROJECT
from pypublish.rehearsal.server import Registration, serve


def serve_index(
    folder: Path,
    publisher: Publisher,
    world: World,
    *,
    projects: Iterable[str],
    port: int,
    hold: Callable[[str], None],
) -> None:
    """Run the index with its files under `folder` until `hold` returns, which gets the exports for a shell.

    The publisher is trusted on both indexes: for `projects`, each made at its first use as PyPI does with a pending
    publisher, or for every project where none is named.

    Raises:
        UsageError: the port is taken, or the folder cannot be used.

    """
    named = tuple(projects)
    registrations = [
        Registration(publisher=publisher, project=project, index=index.name, pending=bool(named))
        for index in (PYPI, TESTPYPI)
        for project in named or (EVERY_PROJECT,)
    ]
    with serve(folder, job=Job(publisher=publisher), registrations=registrations, port=port) as rehearsal:
        hold(shell_exports(rehearsal, world.scratch / "clients"))
