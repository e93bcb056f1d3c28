"""verify with the lowest versions of what a release depends on, when that is asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges.world import World
from pypublish.model import PYPI
from pypublish.rehearsal.server import Rehearsal
from pypublish.stages.verify import verify
from tests.stages.released import make_wheel, publish, seal, told

pytestmark = pytest.mark.slow

Serving = tuple[Rehearsal, World]


def test_the_lowest_dependencies_are_tried_when_asked_for(serving: Serving, dist: Path) -> None:
    index, world = serving
    needs = "import iniconfig\nassert hasattr(iniconfig, 'ParseError')\n"
    wheel = make_wheel(dist, "greeter", "1.2.0", needs, "iniconfig>=1.1", 'sortedcontainers>=2; extra == "sorted"')
    publish(index, wheel)
    outcome = verify(seal(wheel, lowest=True, extras=("sorted",)), PYPI, world)
    assert told(outcome) == []
    assert outcome.value is not None
    *newest, lowest = outcome.value.installations
    assert [(done.installer, done.lowest) for done in newest] == [("pip", False), ("uv", False)]
    assert (lowest.installer, lowest.lowest) == ("uv", True)
    assert dict(lowest.distributions) == {"greeter": "1.2.0", "iniconfig": "1.1.0", "sortedcontainers": "2.0.0"}
    assert all(done.distributions["iniconfig"] > "2" for done in newest)


def test_a_release_that_fails_with_its_lowest_dependencies(serving: Serving, dist: Path) -> None:
    index, world = serving
    wheel = make_wheel(dist, "greeter", "1.2.0", "import iniconfig.exceptions\n", "iniconfig>=1.1")
    publish(index, wheel)
    outcome = verify(seal(wheel, lowest=True), PYPI, world)
    assert [line.partition(": ModuleNotFoundError")[0] for line in told(outcome)] == snapshot(
        [
            "error modules-import greeter-1.2.0-py3-none-any.whl: greeter does not import on Python 3.X, with the lowest versions that it allows of what it depends on",
            "error entry-points-load greeter-1.2.0-py3-none-any.whl: console_scripts: greeter = greeter:main does not load on Python 3.X, with the lowest versions that it allows of what it depends on",
        ]
    )
    (environment,) = [finding for finding in outcome.findings if finding.check == "failures-are-described"]
    assert "installed there: greeter 1.2.0, iniconfig 1.1.0" in environment.message
    assert environment.hint.replace(sys.version.split()[0], "3.X") == snapshot(
        "To make it again: uv venv --python 3.X env; uv pip install --python env --resolution lowest-direct ./greeter-1.2.0-py3-none-any.whl 'iniconfig>=1.1'"
    )
