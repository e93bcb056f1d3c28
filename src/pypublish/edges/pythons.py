"""The Pythons on this machine that a release can be tried on."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from pypublish.edges import process
from pypublish.edges.environment import find_uv
from pypublish.edges.installers import variables
from pypublish.edges.world import World

TIME_LIMIT = 60.0


def find_python(wanted: str, world: World) -> str | None:
    """Find a Python by its version or path, as uv does and where runners and pyenv keep theirs; download none.

    Raises:
        ToolMissingError: there is no uv.

    """
    found = (_ask_uv(request, world) for request in (wanted, *_elsewhere(wanted, world.environ)))
    return next(filter(None, found), None)


def _ask_uv(request: str, world: World) -> str:
    # Its answer must not depend on any index, and no file of the user's may turn it into a download.
    env = variables(world.environ, "") | {"UV_PYTHON_DOWNLOADS": "never", "UV_OFFLINE": "1"}
    command = [find_uv(world.environ), "python", "find", "--no-project", "--no-config", "--", request]
    answer = process.run(command, env=env, cwd=world.scratch, timeout=TIME_LIMIT, running=world.running)
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _elsewhere(wanted: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the interpreters of a version that lie where no PATH leads, the newest first."""
    pyenv = environ.get("PYENV_ROOT") or (f"{environ['HOME']}/.pyenv" if environ.get("HOME") else "")
    places = ((environ.get("RUNNER_TOOL_CACHE", ""), "Python/*/*", -2), (pyenv, "versions/*", -1))
    found = [
        (_numbers(folder.parts[level]), str(folder / _INTERPRETER))
        for root, pattern, level in places
        if root
        for folder in Path(root).glob(pattern)
    ]
    numbers = _numbers(wanted)
    yield from (path for version, path in sorted(found, reverse=True) if numbers and version[: len(numbers)] == numbers)


_INTERPRETER = "python.exe" if sys.platform == "win32" else "bin/python"


def _numbers(version: str) -> tuple[int, ...]:
    """Split `3.13.0`; nothing for what is no plain version."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isascii() and part.isdigit() for part in parts) else ()
