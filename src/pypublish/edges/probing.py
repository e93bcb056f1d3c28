"""Running `probe` in an environment, again where something ends it, and reading its reports."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pypublish.edges import process
from pypublish.edges.environment import Environment
from pypublish.edges.world import World
from pypublish.errors import ToolError, ToolTimeoutError
from pypublish.model import Use

PROBE = Path(__file__).with_name("probe.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What an installed distribution is and does."""

    version: str
    python: str
    optional: tuple[str, ...]
    imports: tuple[Use, ...]
    entry_points: tuple[Use, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """What one run of the probe left, and how it ended."""

    plan: Mapping[str, object] | None = None
    ends: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    pending: str | None = None
    """What was begun and not ended: it took the process with it."""
    ending: str = ""
    """How the process ended; empty where it came to its own end."""

    def result_of(self, task: str) -> Mapping[str, object]:
        return self.ends.get(task, {"failure": self.ending or "ends the process with exit code 0"})


def probe(
    environment: Environment,
    name: str,
    *,
    modules: tuple[str, ...],
    extras: tuple[str, ...],
    folder: Path,
    env: Mapping[str, str],
    timeout: float,
    world: World,
) -> Probed | None:
    """Import the modules and load the entry points of the distribution `name`; None where it is not installed.

    `modules` are tried instead of all of its own, if there are any. `folder` is where it runs, `env` all that it sees.
    Everything together may take `timeout` seconds. One process does it all; where that is ended by something it
    tries, what is left is tried in a process each.

    Raises:
        ToolError: the environment's Python does not run.

    """
    deadline = world.clock.monotonic() + timeout

    def run(only: str | None, number: int) -> _Report:
        report = folder.parent / f"{folder.name}-{number}.jsonl"
        order = {"name": name, "modules": modules, "extras": extras, "only": only, "report": str(report)}
        left = max(0.1, deadline - world.clock.monotonic())
        ending = _run(environment, json.dumps(order), folder=folder, env=env, timeout=left, world=world)
        return replace(_read(report), ending=ending)

    report = run(None, 0)
    if report.plan is None:
        if report.ending:
            raise ToolError("the environment's Python could not be asked what is installed", output=report.ending)
        return None
    tasks = _tasks(report.plan)
    results = dict(report.ends)
    left = [task for task, skipped in tasks if not skipped and task not in results]
    for number, task in enumerate(left, start=1):
        if world.clock.monotonic() < deadline:
            results[task] = run(task, number).result_of(task)
        elif task == report.pending:
            results[task] = report.result_of(task)
        else:
            results[task] = {"failure": f"was not tried: the time limit of {timeout:g} s was over"}
    uses = {task: _use(task, skipped, results.get(task, {})) for task, skipped in tasks}
    return Probed(
        version=str(report.plan["version"]),
        python=str(report.plan["python"]),
        optional=_strings(report.plan["optional"]),
        imports=tuple(use for task, use in uses.items() if ": " not in task),
        entry_points=tuple(use for task, use in uses.items() if ": " in task),
    )


def _run(
    environment: Environment, order: str, *, folder: Path, env: Mapping[str, str], timeout: float, world: World
) -> str:
    """Run the probe once; return how it ended, or "" where it ended well."""
    command = [str(environment.python), "-I", "-B", str(PROBE)]
    try:
        done = process.run(
            command,
            env=env,
            cwd=folder,
            timeout=timeout,
            sink=world.sink,
            stdin=order.encode(),
            running=world.running,
        )
    except ToolTimeoutError:
        return f"did not come to an end within the time limit ({timeout:.0f} s were left)"
    if done.returncode == 0:
        return ""
    if done.returncode < 0:
        return f"ends the process with {_signal_name(-done.returncode)}{_where(done.stderr)}"
    return f"ends the process with exit code {done.returncode}{_where(done.stderr)}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _where(errors: str) -> str:
    """Return the innermost line of the trace that Python's fault handler leaves."""
    lines = [line.strip() for line in errors.splitlines() if line.lstrip().startswith('File "')]
    own = [line for line in lines if "site-packages" in line]
    return f" ({own[0].partition('site-packages')[2].lstrip('/')})" if own else ""


def _read(path: Path) -> _Report:
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return _Report()
    plan: Mapping[str, object] | None = None
    ends: dict[str, Mapping[str, object]] = {}
    pending: str | None = None
    for line in filter(None, map(_parse, lines)):
        if isinstance(line.get("plan"), dict):
            plan = line["plan"]
        elif "begin" in line:
            pending = str(line["begin"])
        elif "end" in line:
            ends[str(line["end"])] = line
            pending = None
    return _Report(plan=plan, ends=ends, pending=pending)


def _parse(text: str) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None  # an import may have written there; what it spoils counts as not reported
    return line if isinstance(line, dict) else None


def _tasks(plan: Mapping[str, object]) -> list[tuple[str, str]]:
    tasks = plan["tasks"]
    return [(str(task["name"]), str(task["skipped"])) for task in tasks] if isinstance(tasks, list) else []


def _use(name: str, skipped: str, result: Mapping[str, object]) -> Use:
    return Use(
        name=name,
        skipped=skipped,
        failure=str(result.get("failure", "")),
        missing=str(result.get("missing", "")),
        version=str(result.get("version", "")),
    )


def _strings(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
