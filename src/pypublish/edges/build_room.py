"""A room for one build: a folder, the variables that hold in it, and the environment that is made while others work."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path

from pypublish.edges import environment
from pypublish.edges.allowlist import build_variables
from pypublish.edges.environment import Environment
from pypublish.edges.running import end_strays
from pypublish.edges.world import World
from pypublish.model import DEFAULT_REQUIRES
from pypublish.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Where a build takes place. Whoever opens it closes it."""

    folder: Path
    variables: Mapping[str, str]
    """All that the backend, and whatever is built to install it, sees of the environment."""
    requires: frozenset[str]
    environment: Future[Environment]
    """The environment with `requires` in it; it may still be on its way."""

    def close(self) -> None:
        """End every process that was started in it and is still there; the environment has served."""
        end_strays(_MARK, self.variables[_MARK])
        # Here it goes while the wheel is tried; at the end of the command somebody would wait for it.
        shutil.rmtree(self.folder / ENVIRONMENT, ignore_errors=True)


ENVIRONMENT = "env"

_MARK = "TMPDIR"
"""It names a folder that no other process on the machine uses, so it also tells whose a process is."""


def open_room(source: Path, settings: Settings, world: World, pool: Executor) -> Room:
    """Let a worker of `pool` begin to make the environment for the project at `source`, and return at once."""
    folder = Path(tempfile.mkdtemp(prefix="build-", dir=world.scratch))
    temporary = folder / "tmp"
    temporary.mkdir()
    variables = build_variables(world.environ, settings.build_env) | {
        _MARK: str(temporary),
        "TEMP": str(temporary),
        "TMP": str(temporary),
        "PYTHONIOENCODING": "utf-8:backslashreplace",
        "PYTHONUNBUFFERED": "1",  # so that a log has the lines of both streams in their order
    }
    requires = frozenset(_requires(source))
    return Room(
        folder=folder,
        variables=variables,
        requires=requires,
        environment=pool.submit(
            make_environment,
            folder / ENVIRONMENT,
            requires,
            variables,
            world,
            timeout=settings.build_timeout,
        ),
    )


def make_environment(
    root: Path, requires: frozenset[str], variables: Mapping[str, str], world: World, *, timeout: float
) -> Environment:
    """Make an environment with `requires` in it, of the Python that runs pypublish; `timeout` is in seconds.

    Raises like `environment.install`.
    """
    with world.step("build", "installing the build requirements"):
        made = environment.create(root, world=world, env=variables, timeout=timeout)
        environment.install(made, requires, world=world, env=variables, timeout=timeout)
    return made


def build_system(source: Path) -> Mapping[str, object]:
    """Return the [build-system] table as it is written; empty where it is missing or does not read."""
    try:
        table = tomllib.loads((source / "pyproject.toml").read_text("utf-8")).get("build-system")
    except (OSError, ValueError):
        return {}  # `build` reads it again, strictly, and says what is wrong
    return table if isinstance(table, dict) else {}


def _requires(source: Path) -> tuple[str, ...]:
    requires = build_system(source).get("requires", DEFAULT_REQUIRES)
    return tuple(map(str, requires)) if isinstance(requires, list | tuple) else ()
