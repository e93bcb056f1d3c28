"""The folders of a repository that hold a pyproject.toml."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

DEPTH = 3
"""How deep below the root projects are looked for."""
LIMIT = 200
"""Projects; and a thousand times as many folders."""

_NOT_SOURCES = {"node_modules", "venv", "env", "build", "dist", "site-packages", "__pycache__"}


def project_folders(top: Path) -> tuple[str, ...]:
    """Return the folders, seen from the root with slashes and `.` for the root itself; the root comes first."""
    found: list[str] = []
    for looked, (folder, below, files) in enumerate(os.walk(top)):
        place = Path(folder).relative_to(top)
        if "pyproject.toml" in files:
            found.append(place.as_posix())
        deep = len(place.parts) >= DEPTH
        below[:] = (
            [] if deep else sorted(name for name in below if not name.startswith(".") and name not in _NOT_SOURCES)
        )
        if len(found) >= LIMIT or looked >= LIMIT * 1000:
            break
    return tuple(found)


def members(folders: Iterable[str], patterns: Iterable[str], excluded: Iterable[str]) -> frozenset[str]:
    """Return those of the folders that the patterns of a workspace name."""
    wanted, unwanted = [_parts(one) for one in patterns], [_parts(one) for one in excluded]
    return frozenset(
        folder
        for folder in folders
        if any(_matches(_parts(folder), one) for one in wanted)
        and not any(_matches(_parts(folder), one) for one in unwanted)
    )


def _parts(path: str) -> tuple[str, ...]:
    return PurePosixPath(path).parts


def _matches(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_matches(parts[count:], pattern[1:]) for count in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])
