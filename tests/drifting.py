"""Repositories that were set up and changed since: how a test changes one, and reads what is said of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from pypublish.edges.world import World
from pypublish.findings import Location, Outcome
from pypublish.stages.checking_setup import check
from tests.setting_up import Shape, planned, pyproject

PLAIN = Shape(files={"pyproject.toml": pyproject()})
RELEASE = ".github/workflows/release.yml"

Edit = Callable[[str], str]


def edit(root: Path, change: Edit, name: str = RELEASE) -> None:
    path = root / name
    before = path.read_text()
    after = change(before)
    assert after != before
    path.write_text(after)


def judged(root: Path, world: World, shape: Shape = PLAIN) -> Outcome[None]:
    return check(planned(root, world, shape), world, strict=False)


def told(root: Path, outcome: Outcome[None]) -> list[str]:
    """Return what was found, with the text of the line that was named."""
    return [f"{found.severity} {place(root, found.where)}: {found.message}" for found in outcome.findings]


def place(root: Path, where: Location) -> str:
    assert where.file is not None
    lines = (root / where.file).read_text().splitlines() if where.line else []
    text = lines[(where.line or 0) - 1].strip() if lines else ""
    return f"{Path(where.file).name} | {text}" if text else where.file


def sub(pattern: str, new: str, count: int = 1) -> Edit:
    return lambda text: re.sub(pattern, new, text, count=count, flags=re.MULTILINE)
