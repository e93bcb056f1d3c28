"""What tests of edges start from: time that passes by sleeping alone, GitHub, and a project to be built."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.building import Attempt
from pypublish.edges import builder
from pypublish.edges.build_room import open_room
from pypublish.edges.world import Clock, World
from pypublish.settings import Settings
from tests import projects
from tests.edges.building import Build, Project
from tests.edges.talking import FakeTime
from tests.github_api import GitHubApi, Run


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def quick(world: World, fake_time: FakeTime) -> World:
    """A world that sleeps without waiting, and has no proxies."""
    return replace(world, clock=fake_time.clock, environ={})


@pytest.fixture
def api() -> Iterator[GitHubApi]:
    with GitHubApi(runs=[Run(id=7, attempts=2)]) as running:
        yield running


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def patient(world: World, slept: list[float]) -> World:
    """A world in which time passes by waiting alone, and waiting takes none."""
    return replace(world, clock=Clock(now=lambda: 1_800_000_000.0 + sum(slept), sleep=slept.append))


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """The folder in which uv finds packages, and nowhere else."""
    return tmp_path / "shelf"


@pytest.fixture(params=["a process of its own", "forked"])
def project(request: pytest.FixtureRequest, shelf: Path) -> Project:
    """Make a project of hooks, in each of the two ways in which hooks are run."""
    if request.param == "forked":
        if sys.platform != "linux":
            pytest.skip("hooks are forked on Linux alone")
        return lambda code="", **more: projects.with_installed_backend(shelf, code, **more)
    return projects.with_own_backend


@pytest.fixture
def lines() -> list[str]:
    """What a build has said."""
    return []


@pytest.fixture
def build(tmp_path: Path, shelf: Path, uv_cache: Path, world: World, lines: list[str]) -> Build:
    """Write a project and build it."""

    def build(
        files: Mapping[str, str],
        *,
        timeout: float = 60,
        environ: Mapping[str, str] = {},
        build_env: tuple[str, ...] = (),
        sink: Callable[[World, str], None] = lambda _world, _line: None,
        deliver: Callable[[Path], None] = lambda _: None,
    ) -> Attempt:
        def show(line: str) -> None:
            lines.append(line)
            sink(here, line)

        here = replace(world, environ={**world.environ, **projects.only(shelf, cache=uv_cache), **environ}, sink=show)
        source = projects.write(tmp_path / "my project", files)
        with ThreadPoolExecutor(1) as pool:
            room = open_room(source, Settings(build_env=build_env), here, pool)
            try:
                return builder.build(
                    source,
                    room,
                    out=tmp_path / "out",
                    epoch=1_700_000_000,
                    timeout=timeout,
                    deliver=deliver,
                    world=here,
                )
            finally:
                room.close()

    return build
