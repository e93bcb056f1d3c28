"""Publish to the embedded index as a job will publish to PyPI: by the real twine, with nothing but an identity."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pypublish.edges import process
from pypublish.edges.process import Completed
from pypublish.edges.world import World
from pypublish.model import PYPI, Index
from pypublish.rehearsal.environment import environment_for_clients
from pypublish.rehearsal.server import Rehearsal

TIME_LIMIT: Final = 600.0
"""Seconds."""


def upload(files: Sequence[Path], rehearsal: Rehearsal, world: World, *, index: Index = PYPI) -> Completed:
    """Upload `files` by the unmodified twine to the index's own upload address, and return how that ended.

    No token is given: twine has to get one by Trusted Publishing, as the job that the rehearsal plays.

    Raises:
        ToolError: twine could not run, or did not end in time.

    """
    scratch = world.scratch / "publish"
    environment = environment_for_clients(rehearsal, world.environ, scratch)
    settings = scratch / "pypirc"
    settings.write_bytes(b"")
    command: list[str | Path] = [
        *(sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"),
        *("--config-file", settings, "--repository", index.name, "--"),
        *(file.absolute() for file in files),
    ]
    environment["COLUMNS"] = "500"  # twine breaks its lines
    return process.run(command, env=environment, cwd=scratch, timeout=TIME_LIMIT, sink=world.sink)
