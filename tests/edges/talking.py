"""What tests of HTTP have in common: a clock that sleeping moves, and what is said of a failure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from pypublish.edges.http import Session
from pypublish.edges.world import Clock, World
from pypublish.errors import IndexUnavailableError, PypublishError
from tests.faulty_server import Behaviour, Chunk, FaultyServer


@dataclass
class FakeTime:
    """A clock that sleeping moves, and that remembers each sleep."""

    seconds: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.seconds, monotonic=lambda: self.seconds, sleep=self.sleep)


def said(error: PypublishError, server: FaultyServer | None = None) -> str:
    text = f"{error}\n{error.hint}"
    return text.replace(server.host, "HOST").replace(f"{server.host.partition(':')[0]}", "HOST") if server else text


def failure(world: World, url: str, *, limit: int = 1 << 20, within: float = 60.0, attempts: int = 4) -> PypublishError:
    """Fetch what cannot be fetched."""
    with Session(world) as session, pytest.raises(IndexUnavailableError) as caught:
        session.get(url, limit=limit, within=within, attempts=attempts)
    return caught.value


def steps(*answers: Iterable[Chunk]) -> Behaviour:
    """Give one answer after the other, the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]
