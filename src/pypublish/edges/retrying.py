"""Attempt something until it succeeds or cannot: with pauses that spread the load, inside a span of time."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import TypeVar

from pypublish.edges.trouble import Trouble
from pypublish.edges.world import Clock
from pypublish.errors import IndexUnavailableError

T = TypeVar("T")

BACK_OFF_LIMIT = 8.0


def pause_after(failures: int) -> float:
    """Return how many seconds to wait after so many failures in a row: full jitter, at most `BACK_OFF_LIMIT`."""
    return random.uniform(0, min(BACK_OFF_LIMIT, 2.0**failures))  # noqa: S311 - spreads load


def persist(
    attempt: Callable[[float], T],
    *,
    what: str,
    clock: Clock,
    ended: threading.Event,
    within: float,
    attempts: int,
) -> T:
    """Attempt it, given the seconds that are left: `attempts` times, inside `within` seconds, until `ended` is set.

    Raises:
        IndexUnavailableError: `what` could not be read.

    """
    started = clock.monotonic()
    for number in range(1, attempts + 1):
        if ended.is_set():
            raise IndexUnavailableError(f"{what} was not read: the run has ended")
        left = within - (clock.monotonic() - started)
        try:
            return attempt(max(left, 0.1))
        except Trouble as failure:
            pause = pause_after(number) if failure.retry_after is None else failure.retry_after
            spent = clock.monotonic() - started
            if ended.is_set() or not failure.passing or number == attempts or spent + pause > within:
                tried = f" ({number} attempts in {spent:.0f} s)" if number > 1 else ""
                raise IndexUnavailableError(
                    f"{what} could not be read: {failure.cause}{tried}",
                    hint=failure.hint,
                    retry_after=failure.retry_after,
                    lasting=not failure.passing,
                ) from None
            clock.sleep(pause)
    raise AssertionError("the last attempt returns or raises")
