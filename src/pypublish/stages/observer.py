"""Who is told how a release goes while it goes."""

from __future__ import annotations

from typing import Protocol

from pypublish.findings import Outcome


class Observer(Protocol):
    """A surface that shows the stages; it is told from one thread at a time."""

    def started(self, stage: str) -> None:
        """Learn that a stage has begun."""

    def done(self, outcome: Outcome[object]) -> None:
        """Learn how a stage ended."""
