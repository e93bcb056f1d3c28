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


def read_text(root: Path, name: str, *, limit: int = TEXT_LIMIT) -> str | None:
    """Return the text of a file of the tree; None where there is no such file or it is no text of ours to read.

    One of more than `limit` bytes is none.
    """
    try:
        path = (root / name).resolve()
        if not path.is_relative_to(root.resolve()) or not path.is_file() or path.stat().st_size > limit:
            return None
        return path.read_text("utf-8", errors="replace")
    except (OSError, ValueError):  # not ours to read, or a name that cannot be
        return None


def names_in(root: Path, folders: Iterable[str]) -> tuple[str, ...]:
    """Return the files in some folders of the tree, seen from `root`; a folder that is not there has none."""
    found = []
    for folder in folders:
        try:
            entries = sorted(entry.name for entry in (root / folder).iterdir())
        except OSError:
            continue
        found += [f"{folder}/{name}" if folder else name for name in entries]
    return tuple(found)


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
