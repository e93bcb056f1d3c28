"""Running `probe` in an environment, again where something ends it, and reading its reports."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

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


@dataclass(slots=True)
class _Report:
    """The lines of one report."""

    plan: dict[str, object] | None = None
    ends: dict[str, Mapping[str, object]] = field(default_factory=dict)
    pending: str | None = None
    """What was begun and not ended: it took the process with it."""


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
    order = {"name": name, "modules": list(modules), "extras": list(extras)}

    def run(only: str | None, number: int) -> tuple[_Report, str]:
        report = folder.parent / f"{folder.name}-{number}.jsonl"
        left = max(0.1, deadline - world.clock.monotonic())
        asked = json.dumps({**order, "only": only, "report": str(report)})
        ending = _run(environment, asked, folder=folder, env=env, timeout=left, world=world)
        return _read(report), ending

    report, ending = run(None, 0)
    if report.plan is None:
        if report.ends or ending:
            raise ToolError("the environment's Python could not be asked what is installed", output=ending)
        return None
    tasks = _tasks(report.plan)
    results = dict(report.ends)
    if report.pending is not None:
        left = [name for name, skipped in tasks if not skipped and name not in results]
        for number, one in enumerate(left, start=1):
            if world.clock.monotonic() >= deadline:
                results[one] = {"failure": f"was not tried: the time limit of {timeout:g} s was over"}
                continue
            again, how = run(one, number) if len(left) > 1 or one != report.pending else (report, ending)
            results[one] = again.ends.get(one, {"failure": how})
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
    report = _Report()
    try:
        text = path.read_text("utf-8", "replace")
    except FileNotFoundError:
        return report
    for text_line in text.splitlines():
        try:
            line = json.loads(text_line)
        except ValueError:
            continue  # an import may have written there; what it spoils counts as not reported
        if not isinstance(line, dict):
            continue
        if isinstance(line.get("plan"), dict):
            report.plan = line["plan"]
        elif "begin" in line:
            report.pending = str(line["begin"])
        elif "end" in line:
            report.ends[str(line["end"])] = line
            report.pending = None
    return report


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
