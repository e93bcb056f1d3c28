"""What a failed build most likely lacks, told from the last lines of its backend."""

from __future__ import annotations

import re

HINTS = (
    (
        r"was ended by signal 9|MemoryError|Cannot allocate memory",
        "The system ends what takes too much memory: use a machine with more, or build less at once.",
    ),
    (
        r"No space left on device|Disk quota exceeded",
        "There is no room left on the disk: make some, or use a machine with more.",
    ),
    (
        r"unable to detect version|LookupError: .*setuptools.scm|does not contain a valid version|Can't find version",
        "The version comes from git's tags: fetch them all (fetch-depth: 0 with actions/checkout), and tag a commit.",
    ),
    (
        r"ModuleNotFoundError: No module named '(?P<name>[\w.]+)'",
        "If {name} is needed to build, add what provides it to `requires` under [build-system].",
    ),
    (
        r"Multiple top-level (?:packages|modules) discovered",
        "setuptools found several packages and takes none by guess: set `packages` under [tool.setuptools].",
    ),
    (
        r"Unable to determine which files to ship",
        "hatchling found no folder named like the project: set `packages` under [tool.hatch.build.targets.wheel].",
    ),
    (
        r"fatal error: Python\.h|command '[^']*(?:gcc|clang|cc|c\+\+)[^']*' failed: No such file|vcvarsall\.bat",
        "A C compiler and Python's headers are needed (on Debian: build-essential and python3-dev).",
    ),
    (
        r"can't find Rust compiler|cargo: not found|Cargo, the Rust package manager, is not installed",
        "A Rust toolchain is needed: https://rustup.rs.",
    ),
    (
        r"(?:FileNotFoundError|No such file or directory|does not exist)",
        "If the file is in your tree, but not in the commit or not in the sdist, add it there.",
    ),
    (
        r"in the cache and you require|No solution found",
        "Mend `requires` under [build-system], so that one set of versions fits.",
    ),
)
"""Pattern -> hint; the first that matches."""


def hint_for(output: str) -> str:
    """Return a hint for a build that ended with `output`; empty where there is none but the check's own."""
    for pattern, hint in HINTS:
        if found := re.search(pattern, output):
            return hint.format(**found.groupdict())
    return ""
