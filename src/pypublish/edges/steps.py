"""What is being done at the moment, for whoever watches, and what took how long, for the timeline."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from pypublish.findings import Step

KEPT = 500
"""Steps of a run that are remembered; a chart of more shows nothing to anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What a stage is doing."""

    stage: str
    what: str
    """In a few words: `making the wheel`."""
    until: float | None = None
    """When it ends, in seconds on the monotonic clock, where that is known: a pause."""


Watcher = Callable[[Activity | None], None]
"""Is told what is being done now, from any thread; None where nothing is known."""


def nobody(_: Activity | None) -> None:
    """Watch nothing."""


class Steps:
    """The steps of one run. Stages work in several threads; the step that was begun last is the one that is shown."""

    def __init__(self, watcher: Watcher = nobody) -> None:
        self._watcher = watcher
        self._lock = threading.Lock()
        self._active: list[Activity] = []
        self._done: list[Step] = []

    @property
    def done(self) -> tuple[Step, ...]:
        """The steps that have ended, in the order in which they began."""
        with self._lock:
            return tuple(sorted(self._done, key=lambda step: step.began))

    def begin(self, activity: Activity) -> Activity:
        """Tell who watches what is done now; what names no stage belongs to the one that was told last."""
        with self._lock:
            if not activity.stage and self._active:
                activity = replace(activity, stage=self._active[-1].stage)
            self._active.append(activity)
            self._watcher(activity)
        return activity

    def end(self, activity: Activity, step: Step | None = None) -> None:
        """Tell who watches what is done now that this is not; remember `step`."""
        with self._lock:
            self._active = [other for other in self._active if other is not activity]
            if step is not None and len(self._done) < KEPT:
                self._done.append(step)
            self._watcher(self._active[-1] if self._active else None)
