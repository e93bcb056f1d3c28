"""lowest: the tests with the lowest dependencies that the wheel allows, from an index on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.gates import Log
from tests import projects
from tests.gated import make

pytestmark = pytest.mark.slow


@pytest.fixture
def world(world: World, uv_cache: Path) -> World:
    return replace(world, environ={**world.environ, "UV_CACHE_DIR": str(uv_cache)})


def log(outcome: Outcome[object]) -> str:
    return "\n".join(one.text for one in outcome.exhibits if isinstance(one, Log))


def test_the_lowest_versions_are_those_of_what_the_wheel_itself_names(world: World, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    for version in ("1.0", "2.0", "3.0"):
        projects.put_wheel(shelf, "direct", {"direct.py": f"v = {version!r}\n"}, version=version, needs=("further",))
        projects.put_wheel(shelf, "further", {"further.py": f"v = {version!r}\n"}, version=version)
        projects.put_wheel(shelf, "tool", {"tool.py": f"v = {version!r}\n"}, version=version)
    gated = make(
        tmp_path,
        """
        [dependency-groups]
        test = ["tool"]
        [tool.pypublish.gates]
        tests = { command = "python check.py", groups = ["test"] }
        lowest = true
        """,
        wheel={"hello.py": ""},
        needs=("direct>=2",),
        tree={
            "check.py": "import direct, further, tool\nprint(direct.v, further.v, tool.v)\nassert direct.v > '2.5'\n"
        },
        dependencies=shelf,
    )
    outcome = gated.run(world)
    assert [log(part).splitlines()[0] for part in outcome.parts] == ["3.0 3.0 3.0", "2.0 3.0 3.0"]
    (found,) = outcome.all_findings
    assert found.check == "gate:lowest"
    assert "with direct 2.0; its last words: AssertionError" in found.message


def test_what_has_no_lower_bound_is_named_where_the_lowest_does_not_install(world: World, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    projects.put_wheel(shelf, "direct", {"direct.py": ""}, version="1.0", needs=("gone-for-good",))
    gated = make(
        tmp_path,
        """
        [tool.pypublish.gates]
        lowest = "python -c pass"
        """,
        wheel={"hello.py": ""},
        needs=("direct",),
        dependencies=shelf,
    )
    (found,) = gated.run(world).all_findings
    assert found.check == "gate:lowest"
    assert found.hint == "Give direct a lower bound in [project.dependencies]: any version is allowed now."
