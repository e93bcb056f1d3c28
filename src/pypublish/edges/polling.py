"""When to look again: often at first, then more and more seldom, so that the lag stays small beside the delay."""

from __future__ import annotations

import random
from collections.abc import Iterator

FIRST_PAUSE = 0.65
"""Seconds after the first look. It and what follows was found by simulation: see the property test."""
EARLY_GROWTH, EARLY_PAUSES = 1.2, 6
GROWTH = 1.27
LONGEST_PAUSE = 14.7
QUICKEST = 0.77
"""The pace is drawn between this and 1, so that releases that were started together do not ask together."""


def look_times(patience: float, chance: random.Random) -> Iterator[float]:
    """Yield when to look, in seconds since the waiting began: at once first, and last when patience ends.

    Whatever the delay, the mean lag is at most 15 % of it from 5 s on, and at most 8 s.
    """
    pace = QUICKEST ** chance.random()
    at, pause, looks = 0.0, FIRST_PAUSE, 0
    while at < patience:
        yield at
        at += pause if pause == LONGEST_PAUSE else pause * pace
        pause = min(pause * (EARLY_GROWTH if looks < EARLY_PAUSES else GROWTH), LONGEST_PAUSE)
        looks += 1
    yield patience
