"""Measure commands side by side: in turns, so that what else the machine does hits all of them alike."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path

Step = Sequence[str | Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to do a job: the commands, given a folder of their own that is empty each time."""

    name: str
    steps: Callable[[Path, Path], list[Step]]
    """(tree, empty folder) -> commands."""


def environment() -> dict[str, str]:
    """Return the environment of every command: as a user has it, byte code written."""
    environ = {k: v for k, v in os.environ.items() if k not in {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV"}}
    return {**environ, "PYTHONUNBUFFERED": ""}


def measure(ways: Sequence[Way], tree: Path, scratch: Path, *, rounds: int) -> dict[str, float]:
    """Return the median seconds of each way, after one round that does not count."""
    seconds: dict[str, list[float]] = {way.name: [] for way in ways}
    for number in range(rounds + 1):
        for way in ways:
            folder = scratch / "run"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            copy = folder / tree.name
            shutil.copytree(tree, copy, symlinks=True)
            began = time.perf_counter()
            for step in way.steps(copy, folder):
                done = subprocess.run(step, cwd=copy, env=environment(), check=False, capture_output=True, text=True)
                if done.returncode:
                    raise SystemExit(f"{way.name}: {step} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
            if number:
                seconds[way.name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in seconds.items()}


def geometric_mean(values: Sequence[float]) -> float:
    """Return the geometric mean, which is what ratios are averaged by."""
    return exp(sum(map(log, values)) / len(values))
