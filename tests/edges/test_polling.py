"""When to look again: the lag beside the delay, and how many looks it takes. Simulated, without a second of waiting."""

from __future__ import annotations

import random
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.edges.polling import LONGEST_PAUSE, look_times

PATIENCE = 1800.0


def wait_for(delay: float, seed: int) -> tuple[float, int]:
    """Return the lag between visible and seen, and how many looks it took."""
    for looks, at in enumerate(look_times(PATIENCE, random.Random(seed)), 1):  # noqa: S311 - to be drawn again
        if at >= delay:
            return at - delay, looks
    raise AssertionError("there is a last look")


@pytest.mark.parametrize(
    ("delay", "mean_lag", "most_looks"),
    [
        (0, 0.0, 1),
        (1, 0.4, 4),
        (5, 0.15 * 5, 8),
        (10, 0.15 * 10, 11),
        (30, 0.15 * 30, 15),
        (60, 8, 18),
        (120, 8, 21),
        (300, 8, 47),
        (600, 8, 90),
    ],
)
def test_the_lag_is_small_beside_the_delay_and_the_looks_are_few(
    delay: float, mean_lag: float, most_looks: int
) -> None:
    waits = [wait_for(delay, seed) for seed in range(2000)]
    assert mean(lag for lag, _ in waits) <= mean_lag
    assert max(looks for _, looks in waits) <= most_looks


@pytest.mark.parametrize("delay", [120, 150, 300, 450, 600])
def test_late_on_the_lag_is_small_even_where_the_first_look_gets_the_old_page(delay: float) -> None:
    waits = []
    for seed in range(2000):
        times = [at for at in look_times(PATIENCE, random.Random(seed)) if at >= delay]  # noqa: S311 - to be drawn again
        waits.append(times[1] - delay)
    assert mean(waits) <= 8


@given(st.floats(5, 600), st.integers(0, 1000))
def test_around_any_delay_the_mean_lag_stays_below_its_share(delay: float, seed: int) -> None:
    waits = [wait_for(delay, seed + draw)[0] for draw in range(400)]
    assert mean(waits) <= min(0.16 * delay, 8)  # four hundred draws are a little off


@given(st.floats(0, 2000), st.integers())
def test_it_looks_at_once_and_when_patience_ends(patience: float, seed: int) -> None:
    times = list(look_times(patience, random.Random(seed)))  # noqa: S311 - to be drawn again
    assert times[0] == (0 if patience else patience)
    assert times[-1] == patience
    assert times == sorted(times)
    assert all(after - before <= LONGEST_PAUSE + 1e-6 for before, after in pairwise(times))
