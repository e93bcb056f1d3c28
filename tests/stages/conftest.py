"""What stages that read the index start from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.edges.world import Clock, Transport, World
from pypublish.rehearsal.server import Registration, Rehearsal, serve
from tests.factories import Made
from tests.rehearsal.parts import API_TOKEN, JOB, PUBLISHER
from tests.stages.uploads import FILES, TOKEN, Place


@pytest.fixture
def serving(tmp_path: Path, world: World) -> Iterator[tuple[Rehearsal, World]]:
    """An embedded index, and a world that reaches it as PyPI."""
    with serve(tmp_path / "index", job=JOB, api_tokens={API_TOKEN: "alice"}) as index:
        yield index, replace(world, transport=Transport(proxy=index.proxy_url, ca_file=index.ca_file))


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    return folder


@pytest.fixture
def place(tmp_path: Path, world: World) -> Callable[..., Iterator[Place]]:
    @contextmanager
    def make(*faults: str, files: Sequence[Made] = FILES, environ: dict[str, str] | None = None) -> Iterator[Place]:
        folder = tmp_path / "staging"
        for made in files:
            made.write(folder / "dist")
        slept: list[float] = []
        clock = Clock(monotonic=lambda: sum(slept), sleep=slept.append)
        registered = Registration(publisher=PUBLISHER, project="hello")
        with serve(
            tmp_path / "index",
            job=JOB,
            api_tokens={API_TOKEN: "alice"},
            registrations=[registered] if environ and "GITHUB_ACTIONS" in environ else [],
            faults=faults,
        ) as index:
            given = {"PATH": os.environ["PATH"], **(TOKEN if environ is None else environ)}
            if "GITHUB_ACTIONS" in given:
                given["ACTIONS_ID_TOKEN_REQUEST_URL"] = index.request_url
                given["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = index.request_token
            transport = Transport(proxy=index.proxy_url, ca_file=index.ca_file)
            reached = replace(world, environ=given, transport=transport, clock=clock)
            yield Place(folder=folder, world=reached, index=index, slept=slept, files=tuple(files))

    return make  # type: ignore[return-value]
