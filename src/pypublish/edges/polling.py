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
TWICE_AFTER = 120.0
"""Seconds after which each look is followed by a second one: the first reader of a page that was purged gets the old
one, while the CDN fetches the new. Before, that would cost more requests than it saves seconds."""
SECOND_LOOK = 0.5
"""Seconds from a look to that second one, for the CDN to have fetched the page."""
LATE_PAUSE = 14.3
"""Seconds from one look to the next when each is followed by a second one."""


def look_times(patience: float, chance: random.Random) -> Iterator[float]:
    """Yield when to look, in seconds since the waiting began: at once first, and last when patience ends.

    Whatever the delay, the mean lag is at most 15 % of it from 5 s on, and at most 8 s: from two minutes on also where
    nobody else reads the page.
    """
    pace = QUICKEST ** chance.random()
    at, pause, looks = 0.0, FIRST_PAUSE, 0
    while at < patience:
        yield at
        if at >= TWICE_AFTER:
            if at + SECOND_LOOK < patience:
                yield at + SECOND_LOOK
            at += LATE_PAUSE
            continue
        at += pause if pause == LONGEST_PAUSE else pause * pace
        pause = min(pause * (EARLY_GROWTH if looks < EARLY_PAUSES else GROWTH), LONGEST_PAUSE)
        looks += 1
    yield patience
