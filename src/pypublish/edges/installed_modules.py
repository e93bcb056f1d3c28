"""The modules of an installed distribution, and that they are what `import` finds."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from pypublish.edges import installed_first
from pypublish.edges.environment import Environment
from pypublish.pypi.names import normalise

MODULES = {".py", ".so", ".pyd"}
HELPER = "_pypublish_installed_first"


def put_first(environment: Environment, name: str) -> tuple[str, ...]:
    """Let the modules of the distribution `name` be found before any source tree; return which they are.

    Of a namespace package, which others may share, only what the distribution has in it.
    """
    record = _record(environment, name)
    if record is None:
        return ()
    folder = record.parent.parent
    modules = modules_of(row[0] for row in csv.reader(record.read_text("utf-8").splitlines()) if row)
    if modules:
        shutil.copyfile(installed_first.__file__, folder / f"{HELPER}.py")
        (folder / f"{HELPER}.pth").write_text(f"import {HELPER}; {HELPER}.install({list(modules)!r})\n", "utf-8")
    return modules


def modules_of(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the outermost modules and packages of a wheel's files, by their full names; foreign names are left out."""
    split = [PurePosixPath(path).parts for path in paths if not path.startswith(("/", ".."))]
    packages = {parts[:-1] for parts in split if parts[-1].startswith("__init__.")}
    found = set()
    for parts in split:
        if PurePosixPath(parts[-1]).suffix not in MODULES or "__pycache__" in parts:
            continue
        outer = next((parts[:end] for end in range(1, len(parts)) if parts[:end] in packages), None)
        names = outer or (*parts[:-1], parts[-1].partition(".")[0])
        if all(part.isidentifier() for part in names):
            found.add(".".join(names))
    return tuple(sorted(found))


def _record(environment: Environment, name: str) -> Path | None:
    wanted = normalise(name)
    records = environment.root.rglob("*.dist-info/RECORD")
    return next((one for one in records if normalise(one.parent.name.partition("-")[0]) == wanted), None)
