"""Run a gate's command: no shell, a constructed environment, a time limit, and nothing left running behind it."""

from __future__ import annotations

import secrets
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from pypublish.edges.gate_room import GateRoom
from pypublish.edges.process import attempt
from pypublish.edges.running import end_strays
from pypublish.edges.sandbox import sandbox
from pypublish.edges.world import World
from pypublish.errors import ToolError
from pypublish.gates import Gate

LOG_LIMIT = 1 << 18
"""Bytes of a gate's output that are kept, half of them from its beginning and half from its end."""

MARK = "PYPUBLISH_GATE_RUN"
"""The variable by which what a gate leaves running is found."""

SHEBANG_LIMIT = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class GateEnd:
    """How a gate's command ended."""

    trouble: str = ""
    """Why it did not succeed, in words; empty where it did."""
    log: str = ""
    """What it printed, both streams in their order; foreign text."""
    left_running: int = 0
    """Processes that it left behind, which were ended."""
    is_missing: bool = False
    """Whether there was no program to run."""


def run_command(gate: Gate, room: GateRoom, world: World) -> GateEnd:
    """Run the gate's command in its copy of the tree, and return how it ended; whatever it started is ended too.

    Raises:
        KeyboardInterrupt: the user interrupted.

    """
    program, *args = shlex.split(gate.command)
    env = _variables(gate, room, world)
    found = _find(program, room, env["PATH"])
    if found is None:
        return GateEnd(
            trouble=f"there is no program {program!r}, neither in the gate's environment nor on PATH", is_missing=True
        )
    if program != "python" and _is_of_another_python(found, room):
        return GateEnd(
            trouble=f"{program!r} is not in the gate's environment, and the one on PATH ({found}) is of another Python,"
            " which does not see the wheel",
            is_missing=True,
        )
    try:
        done = attempt(
            [found, *args],
            env=env,
            cwd=room.tree,
            timeout=gate.timeout,
            kept=LOG_LIMIT,
            merged=True,
            running=world.running,
        )
    except ToolError as error:
        return GateEnd(trouble=str(error), is_missing=True)
    finally:
        left = end_strays(MARK, env[MARK])
    log = done.stdout.rstrip()
    if done.stopped:
        return GateEnd(trouble=f"was stopped after its time limit of {gate.timeout} s", log=log, left_running=left)
    return GateEnd(trouble=_said(done.returncode), log=log, left_running=left)


def _said(code: int) -> str:
    if code == 0:
        return ""
    return f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}"


def _variables(gate: Gate, room: GateRoom, world: World) -> dict[str, str]:
    temporary = room.root / "tmp"
    temporary.mkdir()
    handed_on = {name: world.environ[name] for name in ("CI", *gate.pass_env) if name in world.environ}
    return {
        **sandbox(room.root / "home", room.environment, world),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)),
        # pytest is to take a test of the package from the wheel, although it found it in the tree.
        "PY_IGNORE_IMPORTMISMATCH": "1",
        **handed_on,
        **gate.env,
        MARK: secrets.token_hex(16),
    }


def _find(program: str, room: GateRoom, path: str) -> str | None:
    if "/" in program or "\\" in program:
        own = room.tree / program
        return shutil.which(str(own))
    return shutil.which(program, path=path)


def _is_of_another_python(found: str, room: GateRoom) -> bool:
    """Whether a program is a script of a Python that is not the environment's: it would judge something else."""
    path = Path(found)
    if path.is_relative_to(room.root):
        return False
    if path.parent.name == "shims":  # pyenv's
        return True
    try:
        with path.open("rb") as file:
            first = file.read(SHEBANG_LIMIT).split(b"\n", 1)[0]
    except OSError:
        return False
    return first.startswith(b"#!") and b"python" in first
