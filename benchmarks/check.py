"""`pypublish check` beside twine and check-wheel-contents, over the same finished files: medians, in turns.

(a) pypublish check --no-smoke
(b) twine check --strict, then check-wheel-contents

    python3 bootstrap.py --dev python benchmarks/check.py [--rounds 7] [--wheels 500]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from pairs import environment
from projects import newest_files

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
NAMES = ("requests", "rich", "django")

METADATA = """\
Metadata-Version: 2.4
Name: many
Version: 1.0
Summary: One of many.
Author: Jo
License-Expression: MIT
Requires-Python: >=3.9
Description-Content-Type: text/plain

It is one of many.
"""

BASE, PER_MEGABYTE = 0.3, 0.02
"""The goal, in seconds beyond start-up."""


def pypublish(*args: str | Path) -> list[str | Path]:
    """Return the command that runs ours."""
    return ["env", f"PYTHONPATH={ROOT / 'src'}", sys.executable, "-m", "pypublish", *args]


def seconds(*commands: Sequence[str | Path]) -> float:
    """Run commands one after the other, whatever they find."""
    began = time.perf_counter()
    for command in commands:
        subprocess.run(command, env=environment(), check=False, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Measure, and print the table that docs/performance.md shows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--wheels", type=int, default=500)
    parser.add_argument("--samples", type=Path, default=Path(tempfile.gettempdir()) / "pypublish-benchmarks")
    options = parser.parse_args()
    print("| project | MB | start | a | b | a - start | goal |\n|---|---|---|---|---|---|---|")
    for name in NAMES:
        files = newest_files(name, options.samples / "files")
        wheels = [file for file in files if file.suffix == ".whl"]
        megabytes = sum(file.stat().st_size for file in files) / 1e6
        start, ours, theirs = [], [], []
        for _ in range(options.rounds):
            start.append(seconds(pypublish("--version")))
            ours.append(seconds(pypublish("check", "--no-smoke", *files)))
            theirs.append(
                seconds([BIN / "twine", "check", "--strict", *files], [BIN / "check-wheel-contents", *wheels])
            )
        a, b, s = statistics.median(ours), statistics.median(theirs), statistics.median(start)
        goal = BASE + PER_MEGABYTE * megabytes
        print(f"| {name} | {megabytes:.1f} | {s:.2f} | {a:.2f} | {b:.2f} | {a - s:.2f} | {goal:.2f} |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        many = [_wheel(Path(folder), number) for number in range(options.wheels)]
        few = many[: options.wheels // 10]
        for files in (few, many):  # in this order: the peak is that of all before
            ours_took = seconds(pypublish("check", "--no-smoke", *files))
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"{len(files)} wheels of 1 MB: a {ours_took:.1f} s, at most {peak:.0f} MB a process", flush=True)
        theirs_took = seconds([BIN / "twine", "check", "--strict", *many], [BIN / "check-wheel-contents", *many])
        print(f"{len(many)} wheels of 1 MB: b {theirs_took:.1f} s")


def _wheel(folder: Path, number: int) -> Path:
    """Make a sound wheel of about 1 MB, different from all others."""
    path = folder / f"many-1.0-{number}-py3-none-any.whl"
    info = "many-1.0.dist-info"
    content = {f"many/{part}.bin": _noise(number * 20 + part, 50_000) for part in range(20)}
    content |= {
        "many/__init__.py": b"",
        f"{info}/METADATA": METADATA.encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nBuild: {number}\nTag: py3-none-any\n".encode(),
    }
    rows = [f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in content.items()]
    content[f"{info}/RECORD"] = "".join([*rows, f"{info}/RECORD,,\n"]).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, data in content.items():
            wheel.writestr(name, data)
    return path


def _digest(data: bytes) -> str:
    return urlsafe_b64encode(sha256(data).digest()).rstrip(b"=").decode()


def _noise(seed: int, size: int) -> bytes:
    import random

    return random.Random(seed).randbytes(size)  # noqa: S311 - it has only to be hard to compress


if __name__ == "__main__":
    main()
