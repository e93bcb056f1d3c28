"""`pypublish preview` beside `pypublish build`: what the page costs beyond the build, in turns, medians.

And, of a page that is being looked at: how long it takes to be made anew when the readme was edited.

    python3 bootstrap.py --dev python benchmarks/preview.py [--rounds 7] [NAME ...]
"""

from __future__ import annotations

import argparse
import math
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from pairs import environment
from projects import fetch

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("httpx", "requests", "attrs", "rich", "packaging")
GOAL = 0.3
"""Seconds beyond the build."""
POLL = 0.002
PATIENCE = 5.0
"""Seconds for a page to show what was edited."""


def pypublish(*args: str | Path) -> list[str | Path]:
    """Return the command that runs ours."""
    return ["env", f"PYTHONPATH={ROOT / 'src'}", sys.executable, "-m", "pypublish", *args]


def cost(command: list[str | Path]) -> tuple[float, float]:
    """Return the seconds that a command takes, and the processor's of it and all that it starts."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environment(), check=False, capture_output=True)
    taken, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextmanager
def served(tree: Path) -> Iterator[str]:
    """Serve a project's page; give its address."""
    command = pypublish("preview", tree)
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None  # noqa: S101 - it is a pipe
        try:
            yield next(line.strip() for line in running.stdout if line.strip().startswith("http://"))
        finally:
            running.terminate()


def anew(tree: Path, address: str) -> float:
    """Return how many seconds after an edit of the readme the page shows it; infinite where the backend composes it."""
    readme = next(path for path in sorted(tree.iterdir()) if path.name.lower().startswith("readme."))
    mark = f"edited at {time.time_ns()}"
    with httpx.Client(trust_env=False) as browser:
        browser.get(address)
        readme.write_text(f"{readme.read_text('utf-8')}\n\n{mark}\n", "utf-8")
        began = time.perf_counter()
        while mark not in browser.get(address).text:
            if time.perf_counter() - began > PATIENCE:
                return math.inf
            time.sleep(POLL)
        return time.perf_counter() - began


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", default=NAMES)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--samples", type=Path, default=Path(tempfile.gettempdir()) / "pypublish-benchmarks")
    options = parser.parse_args()
    print("| project | build | preview | beyond | CPU beyond | anew |\n|---|---|---|---|---|---|")
    for sample in fetch(tuple(options.names), options.samples):
        with tempfile.TemporaryDirectory() as scratch:
            build = pypublish("build", sample.root, "--out", Path(scratch) / "dist")
            preview = pypublish("preview", sample.root, "--out", Path(scratch) / "page.html")
            rounds = [(cost(build), cost(preview)) for _ in range(options.rounds + 1)][1:]
        built, shown = (statistics.median(pair[which][0] for pair in rounds) for which in (0, 1))
        beyond, of_cpu = (statistics.median(after[kind] - before[kind] for before, after in rounds) for kind in (0, 1))
        with tempfile.TemporaryDirectory() as scratch:
            tree = shutil.copytree(sample.root, Path(scratch) / sample.name, symlinks=True)
            with served(tree) as address:
                edited = statistics.median(anew(tree, address) for _ in range(options.rounds))
        print(f"| {sample.name} | {built:.2f} | {shown:.2f} | {beyond:.2f} | {of_cpu:.2f} | {edited:.3f} |", flush=True)
    print(f"goal: at most {GOAL} s beyond the build")


if __name__ == "__main__":
    main()
