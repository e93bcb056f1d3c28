"""What is being done, for whoever watches; what took how long, for the timeline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pypublish.edges.steps import KEPT, Activity, Steps
from pypublish.edges.world import Clock, World
from pypublish.findings import Step


@pytest.fixture
def told() -> list[Activity | None]:
    return []


@pytest.fixture
def watched(world: World, told: list[Activity | None]) -> World:
    times = iter(range(1000))
    return replace(world, clock=Clock(monotonic=lambda: float(next(times))), steps=Steps(told.append))


def test_a_step_is_told_and_remembered(watched: World, told: list[Activity | None]) -> None:
    with watched.step("build", "making the wheel"):
        pass
    assert told == [Activity(stage="build", what="making the wheel"), None]
    assert watched.steps.done == (Step(stage="build", what="making the wheel", began=0.0, seconds=1.0),)


def test_the_one_that_was_begun_last_is_shown_then_the_one_before(watched: World, told: list[Activity | None]) -> None:
    with watched.step("build", "one"), watched.step("check", "two"):
        pass
    assert [activity and activity.what for activity in told] == ["one", "two", "one", None]


def test_a_pause_belongs_to_the_stage_that_waits(watched: World, told: list[Activity | None]) -> None:
    with watched.step("wait", "waiting"), watched.doing("waiting for PyPI", seconds=4.0):
        pass
    assert told[1] == Activity(stage="wait", what="waiting for PyPI", until=5.0)
    assert [step.what for step in watched.steps.done] == ["waiting"]


def test_a_step_that_fails_is_a_step(watched: World, told: list[Activity | None]) -> None:
    with pytest.raises(ValueError, match="no"), watched.step("build", "making the wheel"):
        raise ValueError("no")
    assert len(watched.steps.done) == 1
    assert told[-1] is None


def test_steps_are_in_the_order_of_their_beginnings(watched: World) -> None:
    with watched.step("build", "long"), watched.step("build", "short"):
        pass
    assert [step.what for step in watched.steps.done] == ["long", "short"]


def test_not_more_is_remembered_than_anybody_can_look_at(world: World) -> None:
    for number in range(KEPT + 10):
        with world.step("verify", str(number)):
            pass
    assert len(world.steps.done) == KEPT
