"""Waiting for the index, simulated: the lag behind what becomes visible, and the requests that it costs.

Run with `python3 benchmarks/waiting.py`, `src` on the path. No clock and no network is involved.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count
from statistics import mean

from pypublish.edges.polling import look_times

DELAYS = (0, 1, 5, 30, 120, 600)
"""Seconds from the first look until the release is visible."""
DRAWS = 5000
PATIENCE = 1800.0

Plan = Callable[[random.Random], Iterator[float]]


def every(seconds: float, *, first: float = 0.0) -> Plan:
    """Return the plan of a shell loop."""
    return lambda _: (first + seconds * number for number in count())


PLANS: dict[str, Plan] = {
    "pypublish": lambda chance: look_times(PATIENCE, chance),
    "sleep 60, then once a minute": every(60.0, first=60.0),
    "every 20 s": every(20.0),
}


def wait(plan: Plan, delay: float, seed: int) -> tuple[float, int]:
    """Return the lag between visible and seen, in seconds, and the number of requests."""
    for requests, at in enumerate(plan(random.Random(seed)), 1):  # noqa: S311 - to be drawn again
        if at >= delay:
            return at - delay, requests
    raise AssertionError("every plan ends with a look")


def main() -> None:
    """Print the table."""
    print("| delay | " + " | ".join(f"{name}: mean lag, most, requests" for name in PLANS) + " |")
    print("|---" * (len(PLANS) + 1) + "|")
    for delay in DELAYS:
        cells = []
        for plan in PLANS.values():
            waits = [wait(plan, delay, seed) for seed in range(DRAWS)]
            lags = [lag for lag, _ in waits]
            cells.append(f"{mean(lags):.2f} s, {max(lags):.1f} s, {max(requests for _, requests in waits)}")
        print(f"| {delay} s | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
