"""Isolated Python environments, made and filled by uv.

What is installed is resolved anew each time, online unless the user has set UV_OFFLINE: yesterday's answer may be a
backend that has been withdrawn since.
"""

from __future__ import annotations

import re
import shutil
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pypublish.edges import process
from pypublish.edges.process import Completed
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, ToolError, ToolMissingError
from pypublish.pypi.names import normalise

UNREACHABLE = re.compile(
    r"Failed to fetch|error sending request|Request failed after|dns error|tcp connect error|operation timed out"
    r"|invalid peer certificate"
)
"""How uv says that the network, not the requirement, is to blame."""

OFFLINE = "the network was disabled"

UNSATISFIABLE = "No solution found"

UV_HINT = "Install uv (https://docs.astral.sh/uv/), or install pypublish-action again: it brings one."


class RequirementsError(ToolError):
    """What was to be installed cannot be had, or not together; the output is what uv says of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A virtual environment."""

    root: Path

    @property
    def scripts(self) -> Path:
        """The folder of its programs."""
        return self.root / ("Scripts" if sys.platform == "win32" else "bin")

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.scripts / ("python.exe" if sys.platform == "win32" else "python")


_ONE_AT_A_TIME = threading.Lock()
"""uv asks sysconfig where it lies, which until Python 3.12 answers nonsense to two that ask first at the same time."""


def find_uv(environ: Mapping[str, str]) -> str:
    """Return the uv that came with pypublish, else the one on PATH.

    Raises:
        ToolMissingError: there is none.

    """
    try:
        with _ONE_AT_A_TIME:
            import uv

            return uv.find_uv_bin()
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv", path=environ.get("PATH", ""))
    if found is None:
        raise ToolMissingError("uv is not on this machine, so no isolated environment can be made", hint=UV_HINT)
    return found


def create(
    root: Path,
    *,
    world: World,
    env: Mapping[str, str],
    python: str | None = None,
    timeout: float | None = None,
) -> Environment:
    """Make an empty environment at `root`, of the Python that runs pypublish or of `python` (a version or a path).

    `env` is all that uv sees. `timeout` is in seconds.

    Raises:
        ToolMissingError: there is no uv.
        ToolError: uv could not make it.

    """
    wanted = python or sys.executable
    made = process.run(
        [find_uv(world.environ), "venv", "--quiet", "--no-project", "--python", wanted, "--", str(root)],
        env=env,
        cwd=_neutral(world),
        timeout=timeout,
        running=world.running,
    )
    if made.returncode != 0:
        raise ToolError(
            f"uv could not make an environment of Python {wanted}",
            hint="Name a Python that is on this machine." if python else UV_HINT,
            output=made.tail,
        )
    return Environment(root=root)


def install(
    environment: Environment,
    requirements: Iterable[str],
    *,
    world: World,
    env: Mapping[str, str],
    timeout: float | None = None,
    alone: bool = False,
    options: Sequence[str] = (),
) -> None:
    """Install `requirements`, with what they need unless `alone`, into an environment.

    `env` is all that uv sees, and what it builds from source. `timeout` is in seconds, over all. `options` are further
    ones of `uv pip install`.

    Raises:
        ToolMissingError: there is no uv.
        ToolTimeoutError: it took longer than `timeout`.
        IndexUnavailableError: the index of the requirements did not answer.
        RequirementsError: they cannot be had, or not together.

    """
    wanted = sorted(requirements)
    if not wanted and not options:
        return
    constraints = [f"--constraints={Path(file).absolute()}" for file in env.get("UV_BUILD_CONSTRAINT", "").split()]
    given = ["--quiet", "--python", str(environment.python), *constraints, *(["--no-deps"] if alone else []), *options]
    installed = process.run(
        [find_uv(world.environ), "pip", "install", *given, "--", *wanted],
        env={**env, "NO_COLOR": "1"},
        cwd=_neutral(world),
        timeout=timeout,
        sink=world.sink,
        running=world.running,
    )
    if installed.returncode != 0:
        raise trouble(", ".join(wanted or options), installed)


def trouble(what: str, ended: Completed) -> ToolError | IndexUnavailableError:
    """Return the error for a uv that could not install or resolve `what`."""
    if OFFLINE in ended.stderr:
        return IndexUnavailableError(
            f"{what} is not in uv's cache, and UV_OFFLINE forbids to fetch it",
            hint="Unset UV_OFFLINE, or run once with the network.",
        )
    if UNREACHABLE.search(ended.stderr) and UNSATISFIABLE not in ended.stderr:
        return IndexUnavailableError(
            f"{what} could not be fetched from the index",
            hint=f"Run it again when the index can be reached. uv says:\n{ended.tail}",
        )
    return RequirementsError(f"{what} could not be installed", output=ended.tail)


def packages(environment: Environment) -> dict[str, str]:
    """Return what is installed in an environment: normalised name and version."""
    where = "Lib/site-packages" if sys.platform == "win32" else "lib/python*/site-packages"
    folders = sorted(folder.name for folder in environment.root.glob(f"{where}/*.dist-info"))
    found = (name.removesuffix(".dist-info").partition("-") for name in folders)
    return {normalise(name): version for name, _, version in found}


def facts(environment: Environment) -> dict[str, str]:
    """Return what uv noted of an environment: `version_info` is Python's version, `uv` is its own."""
    lines = (environment.root / "pyvenv.cfg").read_text("utf-8").splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)}


def _neutral(world: World) -> Path:
    """Return a folder in which uv finds no settings of a project's, ours or anybody's."""
    folder = world.scratch / "uv"
    folder.mkdir(exist_ok=True)
    (folder / "uv.toml").touch()  # so that it looks no further up; the user's own settings count all the same
    return folder
