"""The world that stages are handed: environment, clock, foreign output, and the way to an index."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pypublish.edges.running import Running
from pypublish.edges.steps import Activity, Steps
from pypublish.findings import Step

Sink = Callable[[str], None]
"""Takes foreign output, one line at a time, and shows it so that it can do no harm."""


def discard(_: str) -> None:
    """Drop a line of foreign output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time, as tests can move it. All in seconds."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """How an index is reached: directly, or as in a rehearsal by a proxy with an authority of its own."""

    proxy: str | None = None
    ca_file: Path | None = None
    cache: Path | None = None
    """Where clients that are sent there keep what they fetch; None for their own caches."""


DIRECT = Transport()


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything outside the process that a stage may touch."""

    environ: Mapping[str, str]
    """The user's environment, to pick from by name; never to hand on whole."""
    scratch: Path
    """An empty folder of ours, removed at the end of the run."""
    sink: Sink = discard
    clock: Clock = field(default_factory=Clock)
    transport: Transport = DIRECT
    """How the target index is reached; dependencies are always fetched directly."""
    running: Running = field(default_factory=Running)
    """The processes that workers wait for, so that whoever is interrupted can end them all."""
    steps: Steps = field(default_factory=Steps)
    """What is being done, for whoever watches, and what took how long."""

    @contextmanager
    def step(self, stage: str, what: str) -> Iterator[None]:
        """Say that `stage` is `what`, "making the wheel", during the context, and remember how long it took."""
        began = self.clock.monotonic()
        activity = self.steps.begin(Activity(stage=stage, what=what))
        try:
            yield
        finally:
            seconds = self.clock.monotonic() - began
            self.steps.end(activity, Step(stage=stage, what=what, began=began, seconds=seconds))

    @contextmanager
    def doing(self, what: str, *, stage: str = "", seconds: float | None = None) -> Iterator[None]:
        """Say what is done during the context, a pause of so many `seconds` for example; it is not remembered.

        It is done for the stage whose step was begun last, unless another is named.
        """
        until = None if seconds is None else self.clock.monotonic() + seconds
        activity = self.steps.begin(Activity(stage=stage, what=what, until=until))
        try:
            yield
        finally:
            self.steps.end(activity)
