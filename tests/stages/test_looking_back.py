"""Looking back at the release before: what is learnt of it, and that nothing depends on it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from pypublish.checks.changes import Changes
from pypublish.checks.project import parse
from pypublish.edges.index import already_released
from pypublish.edges.tree import read_tree
from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.model import Index, Intent
from pypublish.settings import Settings
from pypublish.stages.looking_back import look_back
from pypublish.stages.prepare import prepare
from tests import projects
from tests.factories import Made, metadata, wheel
from tests.faulty_server import Chunk, FaultyServer, Request, reply

OLD = wheel({"hello/__init__.py": "old"}, version="0.9.0")


def served(made: Made, *, content: bytes | None = None, sizes: bool = True) -> FaultyServer:
    """An index of one's own that has this file, and sends `content` for it."""
    text = metadata(version="0.9.0").encode()

    def answer(request: Request) -> Iterable[Chunk]:
        if request.path.endswith(".metadata"):
            return reply(text)
        if request.path.endswith(".whl"):
            return reply(made.content if content is None else content)
        file = {
            "filename": made.filename,
            "url": f"/files/{made.filename}",
            "hashes": {"sha256": sha256(made.content).hexdigest()},
            "core-metadata": {"sha256": sha256(text).hexdigest()},
            **({"size": len(made.content)} if sizes else {}),
        }
        page = {"meta": {"api-version": "1.4"}, "name": "hello", "files": [file]}
        return reply(json.dumps(page).encode(), content_type="application/vnd.pypi.simple.v1+json")

    return FaultyServer(behaviour=answer)


def index_of(server: FaultyServer) -> Index:
    return Index(name="own", upload_url="", simple_url=f"{server.url}/simple/", oidc_audience="")


@pytest.fixture
def quick(world: World) -> World:
    return replace(world, environ={}, clock=replace(world.clock, sleep=lambda _: None))


@pytest.mark.parametrize("sizes", [True, False], ids=["with sizes", "without sizes"])
def test_what_the_release_before_held(sizes: bool, quick: World) -> None:
    with served(OLD, sizes=sizes) as server:
        released = already_released(index_of(server), "hello", "1.0.0", quick)
        before = look_back(released, index_of(server), quick)
    assert before is not None
    assert (before.version, before.index, before.unknown) == ("0.9.0", "own", "")
    assert before.dist is not None
    assert "hello/__init__.py" in before.dist.files
    assert before.metadata is before.dist.metadata
    assert [file.size for file in before.files] == [len(OLD.content)]
    assert server.paths == ["/simple/hello/", f"/files/{OLD.filename}"]
    assert [step.what for step in quick.steps.done] == ["fetching the last release"]


def test_where_the_file_is_not_to_be_had_the_metadata_do(quick: World) -> None:
    with served(OLD, content=b"another") as server:
        released = already_released(index_of(server), "hello", "1.0.0", quick)
        before = look_back(released, index_of(server), quick)
    assert before is not None
    assert (before.dist, before.metadata is not None) == (None, True)
    assert "is not what own lists" in before.unknown


def test_a_file_that_does_not_read_is_said(quick: World) -> None:
    broken = replace(OLD, content=b"no archive")
    with served(broken) as server:
        released = already_released(index_of(server), "hello", "1.0.0", quick)
        before = look_back(released, index_of(server), quick)
    assert before is not None
    assert before.dist is None or not before.dist.files


def test_a_first_release_has_none_before(quick: World) -> None:
    with served(OLD) as server:
        released = already_released(index_of(server), "hello", "0.9.0", quick)
        assert look_back(released, index_of(server), quick) is None
    assert server.paths == ["/simple/hello/"]


PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "hello"
version = "1.2.0"
requires-python = ">=3.11"
"""


class Nobody:
    """Watches nothing."""

    def started(self, stage: str) -> None: ...

    def done(self, outcome: Outcome[object]) -> None: ...


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [True, False])
def test_a_release_is_compared_only_where_somebody_will_look(wanted: bool, tmp_path: Path, world: World) -> None:
    tree = projects.write(tmp_path / "tree", {"pyproject.toml": PYPROJECT, "hello/__init__.py": "WHO = 'world'"})
    source = parse(read_tree(tree))
    with served(OLD) as server:
        intent = Intent(index=index_of(server), dry_run=True)
        outcome = prepare(source, Settings(), intent, world, Nobody(), out=tmp_path / "out", look_back=wanted)
    changes = [one for one in outcome.all_exhibits if isinstance(one, Changes)]
    assert outcome.ok
    assert server.paths == ["/simple/hello/", *([f"/files/{OLD.filename}"] if wanted else [])]
    assert [(one.since, one.compared) for one in changes] == (
        [("0.9.0", "hello-1.2.0-py3-none-any.whl")] if wanted else []
    )
    if wanted:
        assert [(one.name, one.before, one.now) for one in changes[0].members if one.name.startswith("hello/")] == [
            ("hello/__init__.py", 3, 13)
        ]
