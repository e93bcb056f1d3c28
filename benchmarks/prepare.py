"""`pypublish prepare` beside what it replaces, on real projects: medians, in turns, in one run.

(a) pypublish prepare, everything checked and the wheel installed and imported
(b) uv build alone
(c) the steps of build-and-inspect-python-package
(d) the pipeline by hand: check-manifest, build, twine check, a venv, pip install, import

    python3 bootstrap.py --dev python benchmarks/prepare.py [--rounds 7] [--without d] [NAME...]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from pairs import Step, Way, geometric_mean, measure
from projects import BIG, SMALL, fetch

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
INSPECTION = "build\ncheck-wheel-contents\ntwine\nwheel\n"
"""What build-and-inspect-python-package installs for a run."""


def prepare(tree: Path, folder: Path) -> list[Step]:
    """Run ours."""
    source = f"PYTHONPATH={ROOT / 'src'}"
    return [["env", source, sys.executable, "-m", "pypublish", "prepare", tree, "--out", folder / "out"]]


def uv_build(tree: Path, folder: Path) -> list[Step]:
    """Build, and nothing else."""
    return [[BIN / "uv", "build", "--quiet", "--out-dir", folder / "dist", tree]]


def inspect(tree: Path, folder: Path) -> list[Step]:
    """Build and inspect, with the locked tools in a venv of their own, as the action does."""
    venv, dist, out = folder / "tools", folder / "dist", folder / "out"
    wheels, sdists = f"{dist}/*.whl", f"{dist}/*.tar.gz"
    return [
        [BIN / "uv", "venv", "--quiet", "--python", sys.executable, venv],
        [BIN / "uv", "pip", "sync", "--quiet", "--python", venv, "--require-hashes", locked_tools()],
        [BIN / "uv", "build", "--quiet", "--out-dir", dist, tree],
        ["sh", "-c", f"{venv}/bin/check-wheel-contents {wheels}; {venv}/bin/twine check --strict {dist}/*"],
        ["sh", "-c", f"mkdir -p {out}; tar xf {sdists} -C {out}; {sys.executable} -m zipfile -e {wheels} {out}"],
    ]


@cache
def locked_tools() -> Path:
    """Lock the inspection's tools once, outside of what is measured."""
    asked, locked = Path(tempfile.mkdtemp()) / "tools.in", Path(tempfile.mkdtemp()) / "tools.txt"
    asked.write_text(INSPECTION)
    compile_: list[str | Path] = [BIN / "uv", "pip", "compile", "--quiet", "--generate-hashes"]
    compile_ += ["--output-file", locked, asked]
    subprocess.run(compile_, check=True, capture_output=True)
    return locked


def by_hand(tree: Path, folder: Path) -> list[Step]:
    """Do what a guide says, tools installed anew as in CI."""
    venv, dist, smoke = folder / "tools", folder / "dist", folder / "smoke" / "bin"
    module = {"django": "django", "markupsafe": "markupsafe", "attrs": "attr"}.get(tree.name, tree.name)
    return [
        [sys.executable, "-m", "venv", venv],
        [venv / "bin/pip", "install", "--quiet", "check-manifest", "build", "twine"],
        ["sh", "-c", f"{venv}/bin/check-manifest {tree} || true"],
        [venv / "bin/python", "-m", "build", "--outdir", dist, tree],
        ["sh", "-c", f"{venv}/bin/twine check {dist}/*"],
        [sys.executable, "-m", "venv", folder / "smoke"],
        ["sh", "-c", f"{smoke}/pip install --quiet {dist}/*.whl && {smoke}/python -c 'import {module}'"],
    ]


WAYS = {"a": prepare, "b": uv_build, "c": inspect, "d": by_hand}
GOALS = {"b": 1.0, "c": 0.45, "d": 0.08}


def main() -> None:
    """Measure, and print the table that docs/performance.md shows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", default=[*SMALL, *BIG])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--without", default="", help="ways to leave out, as in d")
    parser.add_argument("--samples", type=Path, default=Path(tempfile.gettempdir()) / "pypublish-benchmarks")
    options = parser.parse_args()
    ways = [Way(name=name, steps=steps) for name, steps in WAYS.items() if name not in options.without]
    print(f"| project | {' | '.join(way.name for way in ways)} | {' | '.join(f'a/{w.name}' for w in ways[1:])} |")
    print("|---" * (2 * len(ways)) + "|")
    ratios: dict[str, list[float]] = {way.name: [] for way in ways[1:]}
    with tempfile.TemporaryDirectory() as scratch:
        for sample in fetch(tuple(options.names), options.samples):
            found = measure(ways, sample.root, Path(scratch), rounds=options.rounds)
            row = [found["a"] / found[name] for name in ratios]
            print(f"| {sample.name} | {' | '.join(f'{v:.2f}' for v in (*found.values(), *row))} |", flush=True)
            if sample.name not in BIG:
                for name, ratio in zip(ratios, row, strict=True):
                    ratios[name].append(ratio)
    for name, values in ratios.items():
        if values:
            print(
                f"a/{name}: {geometric_mean(values):.2f}, geometric mean of {len(values)}; goal at most {GOALS[name]}"
            )


if __name__ == "__main__":
    main()
