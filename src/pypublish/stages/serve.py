"""serve: run the embedded index alone, for whatever client, and as unwell as it is asked to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pypublish.edges.world import World
from pypublish.faults import Fault
from pypublish.model import PYPI, TESTPYPI, Publisher
from pypublish.rehearsal.cdn import read_delay
from pypublish.rehearsal.environment import shell_exports
from pypublish.rehearsal.faults import FAULTS
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
    cdn: str | None = None,
    faults: Iterable[str] = (),
) -> None:
    """Run the index with its files under `folder` until `hold` returns, which gets the exports for a shell.

    The publisher is trusted on both indexes: for `projects`, each made at its first use as PyPI does with a pending
    publisher, or for every project where none is named. With `cdn`, pages are behind a CDN as PyPI's are, which is
    told of changes so many seconds late, or never. `faults` go wrong from the start.

    Raises:
        UsageError: the port is taken, the folder cannot be used, or there is no such delay or fault.

    """
    named = tuple(projects)
    registrations = [
        Registration(publisher=publisher, project=project, index=index.name, pending=bool(named))
        for index in (PYPI, TESTPYPI)
        for project in named or (EVERY_PROJECT,)
    ]
    with serve(
        folder,
        job=Job(publisher=publisher),
        registrations=registrations,
        port=port,
        cdn=read_delay(cdn) if cdn else None,
        faults=faults,
    ) as rehearsal:
        hold(shell_exports(rehearsal, world.scratch / "clients"))


def known_faults() -> tuple[Fault, ...]:
    """Return all that the index can be asked to do wrong."""
    return tuple(sorted(FAULTS.values(), key=lambda fault: fault.rank))
