"""GitHub for the tests of releases, and a world in which waiting takes no time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.edges.world import Clock, World
from tests.github_api import GitHubApi
from tests.github_releases_api import Releases
from tests.release.deeds import NOW
from tests.release.scene import Place, place


@pytest.fixture
def api() -> Iterator[GitHubApi]:
    with GitHubApi(releases=Releases(tags={"v1.2.0": "c" * 40})) as running:
        yield running


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def patient(world: World, slept: list[float]) -> World:
    return replace(world, clock=Clock(now=lambda: NOW + sum(slept), sleep=slept.append))


@pytest.fixture
def at(tmp_path: Path, world: World) -> Iterator[Place]:
    with place(tmp_path, world) as made:
        yield made
