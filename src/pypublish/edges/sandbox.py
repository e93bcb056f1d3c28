"""The variables of a program of the project's: no credential, no settings and no home of the user's is among them."""

from __future__ import annotations

import os
from pathlib import Path

from pypublish.edges.allowlist import build_variables
from pypublish.edges.environment import Environment
from pypublish.edges.world import World

HOMES = ("HOME", "USERPROFILE")


def sandbox(home: Path, environment: Environment, world: World) -> dict[str, str]:
    """Return the variables by which a program runs in `environment`; its home is the empty folder `home`, made here."""
    home.mkdir()
    allowed = build_variables(world.environ)
    return {
        **{name: value for name, value in allowed.items() if not name.startswith(("UV_", "PIP_"))},
        **{name: str(home) for name in HOMES if name in allowed},
        "PATH": os.pathsep.join((str(environment.scripts), allowed.get("PATH", os.defpath))),
        "VIRTUAL_ENV": str(environment.root),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
