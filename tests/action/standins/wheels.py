"""Build a wheel as cibuildwheel does: by the project's own backend, each leg of the matrix for a platform of its own."""

from __future__ import annotations

import itertools
import os
import platform
import subprocess
import sys
from pathlib import Path

PLATFORMS = (f"manylinux_2_17_{platform.machine()}", "win_amd64", "macosx_11_0_arm64", "musllinux_1_2_x86_64", "win32")
"""The first is this machine's, so that one of the wheels can be installed here."""


def leg() -> int:
    """Return which leg of this attempt asks: act tells an action nothing of the matrix, so they count themselves."""
    store = Path(os.environ["STANDIN_ARTIFACTS"])
    store.mkdir(parents=True, exist_ok=True)
    for number in itertools.count():
        mark = store / f"leg-{os.environ['GITHUB_RUN_ID']}-{os.environ['GITHUB_RUN_ATTEMPT']}-{number}"
        try:
            mark.touch(exist_ok=False)
        except FileExistsError:
            continue
        return number
    raise AssertionError


def main() -> int:
    """Build, where the project's backend is told the platform by WHEEL_PLATFORM, and refuse a pure wheel."""
    out = Path(os.environ["INPUT_OUTPUT_DIR"])
    command = ["uv", "build", "--wheel", "--python", sys.executable, "--out-dir", str(out)]
    environ = os.environ | {"WHEEL_PLATFORM": PLATFORMS[leg()]}
    done = subprocess.run([*command, os.environ["INPUT_PACKAGE_DIR"]], env=environ, check=False)
    if any(file.name.endswith("-any.whl") for file in out.glob("*.whl")):
        sys.stdout.write("::error::cibuildwheel: Build failed because a pure Python wheel was generated.\n")
        return 5
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
