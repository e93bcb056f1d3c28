"""Asking the index for a project's release history, while something else is done."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

from pypublish.edges import index as reading
from pypublish.edges.http import Session
from pypublish.edges.world import World
from pypublish.errors import PypublishError
from pypublish.listing import IndexFile
from pypublish.model import PYPI

PATIENCE = 3.0
"""Seconds within which the index has to answer; else the page goes without the history."""


class Past:
    """The project's files on the index: being asked for, known, or not to be had."""

    def __init__(self, asked: Future[tuple[IndexFile, ...]]) -> None:
        self._asked = asked

    def files(self) -> tuple[IndexFile, ...]:
        """Return what is known by now; nothing where the index has not answered, or does not."""
        return self._asked.result() if self._asked.done() and not self._asked.cancelled() else ()

    def wait(self) -> None:
        """Wait for the answer, as long as the question may take."""
        wait([self._asked], PATIENCE)


@contextmanager
def asked_for(name: str, world: World) -> Iterator[Past]:
    """Ask PyPI for the files of the project `name`, in the background, until the context ends."""
    with ThreadPoolExecutor(1, thread_name_prefix="history") as pool, Session(world) as session:
        yield Past(pool.submit(_files, name, session))


def _files(name: str, session: Session) -> tuple[IndexFile, ...]:
    try:
        # Only of a project that there is: the index remembers for a while that something was not there.
        if not name or not reading.project_exists(session, PYPI, name, within=PATIENCE):
            return ()
        return reading.read_page(session, PYPI, name, within=PATIENCE, attempts=1).files
    except PypublishError:
        return ()  # a preview is worth having without it
