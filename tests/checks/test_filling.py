"""Templates filled in: what a workflow says of itself is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pypublish.edges.github_yaml import parse
from pypublish.edges.world import World
from tests.setting_up import SHAPES, make, planned


@pytest.mark.parametrize(
    "name", ["hatchling, src layout, tests", "a workspace of uv's", "several packages, TestPyPI first"]
)
def test_a_workflow_is_started_by_hand_under_the_name_that_it_has(name: str, tmp_path: Path, world: World) -> None:
    shape = SHAPES[name]
    said = []
    for one in planned(make(tmp_path / "it", shape), world, shape).workflows:
        comments = " ".join(line.strip(" #") for line in one.text.splitlines() if line.lstrip().startswith("#"))
        own = parse(one.text, one.path).data["name"]
        said += [(own, found) for found in re.findall(r"Actions → (.+?) → Run workflow", comments)]
    assert all(own == found for own, found in said), said
    assert bool(said) is (shape.template == "release")
