"""The plan of a release: what the index has of it by now, and what is left to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.model import PYPI
from pypublish.rehearsal.server import Rehearsal
from pypublish.stages.plan import plan
from tests.faulty_server import Chunk, FaultyServer, Request, always, reply
from tests.stages.appearing import MANIFEST, SDIST, WHEEL, FakeIndex, address
from tests.stages.released import make_sdist, make_wheel, publish, seal


def planned(world: World, fake: FakeIndex, *, name: str = "pypi") -> tuple[str, str, bool, list[str]]:
    there = replace(world, environ={}, clock=fake.clock())
    with FaultyServer(behaviour=fake) as server:
        outcome = plan(MANIFEST, address(server, name=name), there)
        return outcome.summary, outcome.outputs["publish"], outcome.ok, server.paths


@pytest.mark.parametrize(
    ("fake", "expected"),
    [
        (FakeIndex(visible={}), snapshot(("Hello 1.2.0 on PyPI: not published, 2 files to upload", "true", True))),
        (
            FakeIndex(visible={WHEEL.filename: 0}),
            snapshot(("Hello 1.2.0 on PyPI: published in part, still to upload: hello-1.2.0.tar.gz", "true", True)),
        ),
        (FakeIndex(), snapshot(("Hello 1.2.0 on PyPI: published, the same bytes; nothing to upload", "false", True))),
        (
            FakeIndex(page={"files": [{"filename": SDIST.filename, "url": "/x", "hashes": {}}]}),
            snapshot(("Hello 1.2.0 on PyPI: other files than were sealed", "false", False)),
        ),
    ],
)
def test_the_plan_says_what_is_left_to_do(world: World, fake: FakeIndex, expected: object) -> None:
    assert planned(world, fake)[:3] == expected


def test_the_plan_leaves_no_trace_of_an_unknown_project(world: World) -> None:
    fake = FakeIndex()
    fake.trouble = lambda _: reply(status=404)
    summary, publish, ok, paths = planned(world, fake)
    assert (summary, publish, ok) == ("Hello 1.2.0 on PyPI: not published, 2 files to upload", "true", True)
    assert paths == ["/pypi/hello/json"]


def test_without_digests_the_files_themselves_are_compared(world: World) -> None:
    """As with an index that speaks HTML and names no sha256."""
    content = {f"/files/{SDIST.filename}": b"hello", f"/files/{WHEEL.filename}": b"longer than sealed"}
    sealed = replace(SDIST, sha256="2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
    page = "".join(f'<a href="{path}">x</a>' for path in content).encode()

    def behaviour(request: Request) -> list[Chunk]:
        return reply(content[request.path]) if request.path in content else reply(page, content_type="text/html")

    with FaultyServer(behaviour=behaviour) as server:
        outcome = plan(
            replace(MANIFEST, artifacts=(sealed, WHEEL)), address(server, name="own"), replace(world, environ={})
        )
    assert outcome.value is not None
    assert [(file.filename, file.state.value, file.shown) for file in outcome.value.files] == [
        (WHEEL.filename, "different", "of a longer file"),
        (SDIST.filename, "same", sealed.sha256),
    ]


def test_an_index_that_does_not_answer_gives_no_plan(world: World) -> None:
    fake = FakeIndex()
    with always(reply(status=503)) as server, pytest.raises(IndexUnavailableError):
        plan(MANIFEST, address(server), replace(world, environ={}, clock=fake.clock()))


def test_the_plan_beside_the_embedded_index(serving: tuple[Rehearsal, World], dist: Path) -> None:
    index, world = serving
    wheel = make_wheel(dist, "greeter", "1.2.0", "")
    sdist = make_sdist(wheel)
    manifest = seal(wheel, sdist)

    def now() -> tuple[str, str, list[str]]:
        outcome = plan(manifest, PYPI, world)
        assert outcome.value is not None
        return outcome.value.state.value, outcome.outputs["publish"], [finding.check for finding in outcome.findings]

    assert now() == ("pending", "true", [])
    publish(index, wheel)
    assert now() == ("publishing", "true", ["release-is-complete"])
    publish(index, sdist)
    assert now() == ("published", "false", [])
    publish(index, make_wheel(dist, "greeter", "1.2.1", ""))
    assert now() == ("published", "false", [])
    index.stores["pypi"].set_status("greeter", "quarantined")
    assert now()[1:] == ("false", ["project-takes-files"])
