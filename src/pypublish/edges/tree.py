"""Read a source tree as far as it can be judged before a build: pyproject.toml and what lies beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pypublish.errors import UsageError
from pypublish.model import Tree

PYPROJECT_LIMIT = 1 << 20
"""Bytes. The largest pyproject.toml in use is a tenth of it."""

TEXT_LIMIT = 1 << 20


def read_tree(root: Path) -> Tree:
    """Read the tree at `root`.

    Raises:
        UsageError: there is no such folder, or pyproject.toml is too large to be one.

    """
    if not root.is_dir():
        what = "is a file, not a project's folder" if root.exists() else "does not exist"
        raise UsageError(f"{root} {what}", hint="Name the folder in which pyproject.toml lies.")
    path = root / "pyproject.toml"
    try:
        content = _bounded(path) if path.is_file() else None
        files = frozenset(entry.name for entry in root.iterdir())
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be read: {error.strerror}") from None
    return Tree(root=root, pyproject=content, files=files)


def read_text(root: Path, name: str) -> str | None:
    """Return the text of a file of the tree; None where there is no such file or it is no text of ours to read."""
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file() or path.stat().st_size > TEXT_LIMIT:
        return None
    return path.read_text("utf-8", errors="replace")


def unmatched(root: Path, patterns: Iterable[str]) -> frozenset[str]:
    """Return those of the files and glob patterns, seen from `root`, that no file fits; an absolute one fits none."""
    return frozenset(pattern for pattern in patterns if not _fits(root, pattern))


def _fits(root: Path, pattern: str) -> bool:
    try:
        # A readme may be shared with other projects of the repository; only what is read has to be in the tree.
        if Path(pattern).is_absolute():
            return False
        return (root / pattern).is_file() or any(path.is_file() for path in root.glob(pattern))
    except (ValueError, NotImplementedError, OSError):  # no pattern, or a name that cannot be
        return False


def _bounded(path: Path) -> bytes:
    size = path.stat().st_size
    if size > PYPROJECT_LIMIT:
        raise UsageError(f"{path} has {size} bytes; more than {PYPROJECT_LIMIT} is no pyproject.toml")
    return path.read_bytes()


def projects_below(top: Path) -> tuple[str, ...]:
    """Return the names of the projects in a repository, as their pyproject.toml files give them; at most two deep."""
    import tomllib

    found = []
    for path in sorted({*top.glob("pyproject.toml"), *top.glob("*/pyproject.toml"), *top.glob("*/*/pyproject.toml")}):
        try:
            name = tomllib.loads(_bounded(path).decode("utf-8")).get("project", {}).get("name")
        except (OSError, UsageError, ValueError, AttributeError, RecursionError):
            continue  # a project that does not read is none that can be published
        if isinstance(name, str):
            found.append(name)
    return tuple(dict.fromkeys(found))
