"""What tests of rendering start from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pypublish.checks.setup_plan import Plan
from pypublish.edges.world import World
from tests.setting_up import SHAPES, make, planned


@pytest.fixture
def of(tmp_path: Path, world: World) -> Callable[[str], Plan]:
    """Plan the setting up of a repository of a shape."""
    return lambda name: planned(make(tmp_path / "it", SHAPES[name]), world, SHAPES[name])
