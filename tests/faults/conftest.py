"""A scene for each test, searched for secrets when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.edges.world import Transport, World
from pypublish.rehearsal.cdn import Behaviour
from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.server import Registration, serve
from tests.faults.scene import SECRETS, Begin, MovableTime, Scene, build
from tests.rehearsal.parts import API_TOKEN, NOON, PUBLISHER


@pytest.fixture
def begin(tmp_path: Path, world: World) -> Iterator[Begin]:
    scenes: list[Scene] = []
    with ExitStack() as stack:

        def start(*faults: str, cdn: Behaviour | None = None) -> Scene:
            clock = MovableTime(now=NOON)
            index = stack.enter_context(
                serve(
                    tmp_path / "index",
                    job=Job(publisher=PUBLISHER, ref="refs/tags/v1.0.0", sha="c" * 40),
                    registrations=[
                        Registration(publisher=PUBLISHER, project="hello", index=site) for site in ("pypi", "testpypi")
                    ],
                    api_tokens={API_TOKEN: "alice"},
                    clock=clock.clock,
                    faults=faults,
                    cdn=cdn,
                )
            )
            wheel, sdist = build(tmp_path / "dist")
            said: list[str] = []
            there = replace(
                world,
                sink=said.append,
                clock=clock.clock,
                transport=Transport(proxy=index.proxy_url, ca_file=index.ca_file),
            )
            scene = Scene(
                index=index,
                world=there,
                time=clock,
                wheel=wheel,
                sdist=sdist,
                said=said,
            )
            scenes.append(scene)
            return scene

        yield start
    for scene in scenes:
        no_secret_is_told(scene, tmp_path)


def no_secret_is_told(scene: Scene, folder: Path) -> None:
    """Look through all that was said, and every file that was left behind; the index keeps its own."""
    token = scene.index.request_token
    left = (path for path in folder.rglob("*") if path.is_file() and scene.index.folder not in path.parents)
    for text in (*scene.said, *(path.read_bytes().decode("latin-1") for path in left)):
        assert token not in text
        assert API_TOKEN not in text
        assert SECRETS.search(text) is None
