"""What stages start from: an index that they read, a release that they upload, and attempts that came before."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.checks.project import parse
from pypublish.edges.tree import read_tree
from pypublish.edges.world import Clock, Transport, World
from pypublish.findings import Outcome
from pypublish.model import Intent
from pypublish.rehearsal.server import Registration, Rehearsal, serve
from pypublish.settings import Settings
from pypublish.stages.validate import Valid, validate
from tests.factories import Made
from tests.github_api import GitHubApi, Run
from tests.rehearsal.parts import API_TOKEN, JOB, PUBLISHER
from tests.stages.attempts import Attempts
from tests.stages.bench import Bench
from tests.stages.judged import DRY, STATIC, Judge, commit
from tests.stages.uploads import FILES, TOKEN, Place
from tests.stages.workflow import Workflow, make_repository


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


@pytest.fixture
def attempts(world: World, tmp_path: Path) -> Iterator[Attempts]:
    """A run of the release workflow on GitHub, in which nothing is sealed yet."""
    with GitHubApi(runs=[Run(id=7)]) as api:
        yield Attempts(api=api, world=world, out=tmp_path / "staging")


@pytest.fixture
def workflow(
    attempts: Attempts, serving: tuple[Rehearsal, World], tmp_path: Path, request: pytest.FixtureRequest
) -> Workflow:
    """The workflow of a tag, and the index that it publishes to; its parameter is whether each build makes other bytes."""
    index, attempts.world = serving
    root = make_repository(tmp_path / "hello", random=getattr(request, "param", True))
    return Workflow(attempts=attempts, index=index, root=root)


@pytest.fixture
def bench(world: World, tmp_path: Path) -> Bench:
    """Check on a machine without a network."""
    offline = replace(world, environ={**world.environ, "UV_OFFLINE": "1"})
    return Bench(offline, tmp_path)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in git, without a tag."""
    root = tmp_path / "my project"
    root.mkdir()
    commit(root, STATIC)
    return root


@pytest.fixture
def judge(world: World) -> Judge:
    """Validate a project, without an index."""

    def judge(root: Path, intent: Intent = DRY, settings: Settings | None = None) -> Outcome[Valid]:
        return validate(parse(read_tree(root)), settings or Settings(), intent, world, ask_index=False)

    return judge
