"""The commands of the jobs beside the publishing one, as processes of their own, for a scene."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pypublish.edges import staging
from pypublish.rehearsal.environment import environment_for_clients
from tests.faults.scene import Scene

SRC = Path(__file__).resolve().parents[2] / "src"


def seal(scene: Scene, out: Path) -> tuple[str | Path, ...]:
    """Put the scene's sealed files into `out`, and return how they are named to a command."""
    digest = staging.write(out, scene.manifest, [scene.wheel, scene.sdist])
    return ("--manifest", out / "manifest.json", "--manifest-sha256", digest)


def environment(scene: Scene, folder: Path) -> dict[str, str]:
    """Return the environment of a command; as somebody at a terminal asks, not as a job does."""
    made = environment_for_clients(scene.index, scene.world.environ, folder)
    return {name: value for name, value in made.items() if name != "GITHUB_ACTIONS"} | {"PYTHONPATH": str(SRC)}


def pypublish(*arguments: str | Path) -> list[str]:
    """Return a command line."""
    return [sys.executable, "-m", "pypublish", *map(str, arguments)]


def run(scene: Scene, command: Sequence[str], environ: Mapping[str, str]) -> tuple[int, str]:
    """Run a command; return its exit code and all that it says. No end of it is a traceback."""
    done = subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=120
    )
    said = done.stdout + done.stderr
    scene.said.append(said)
    assert "Traceback" not in said
    return done.returncode, said
