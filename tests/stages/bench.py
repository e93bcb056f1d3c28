"""A bench for check: it writes the files that a test made, checks them, and says what was found."""

from __future__ import annotations

import re
from pathlib import Path

from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.model import Project, Release
from pypublish.settings import Settings
from pypublish.stages.check import Checked, check
from tests.factories import Made

RELEASE = Release(name="hello", version="1.0.0", tag="v1.0.0", commit="3fd21c0", epoch=0)
SETTINGS = Settings()


class Bench:
    """Writes files, checks them, and says what was found."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder

    def outcome(self, *made: Made, settings: Settings = SETTINGS, **more: object) -> Outcome[Checked]:
        files = [one.write(self.folder / str(number)) for number, one in enumerate(made)]
        return check(files, settings, self.world, **more)  # type: ignore[arg-type]

    def __call__(self, *made: Made, settings: Settings = SETTINGS, **more: object) -> list[str]:
        return said(self.outcome(*made, settings=settings, **{"smoke": False, **more}))


def said(outcome: Outcome[Checked]) -> list[str]:
    lines = [f"{found.severity} {found.check} {found.where}: {found.message}" for found in outcome.findings]
    return [re.sub(r"Python 3\.\d+\.\d+", "Python 3.x", line) for line in lines]


def project(root: Path) -> Project:
    return Project(
        root=root,
        name="hello",
        version="1.0.0",
        backend="setuptools.build_meta",
        build_requires=(),
        metadata={},
        tool={},
        lines={},
    )
