"""Find the workflows of a repository and its own actions, and read them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pypublish.edges.github_yaml import parse, unreadable
from pypublish.workflows import WorkflowFile, Workflows

SIZE_LIMIT = 1 << 19
"""Bytes of one file; no workflow that people write comes near it."""

FILE_LIMIT = 500

_FOLDER = Path(".github", "workflows")
_SUFFIXES = {".yml", ".yaml"}
_ACTION_NAMES = ("action.yml", "action.yaml")


def read_workflows(repository: Path, *, seen_from: Path | None = None) -> Workflows:
    """Read what the repository whose root is `repository` tells GitHub to run.

    Findings name the files as seen from `seen_from`, which is the root unless it is given. A file that does not
    read is there too, with its mistake.
    """
    seen_from = seen_from or repository
    workflows = [path for path in _files(repository / _FOLDER) if path.suffix in _SUFFIXES]
    actions = [path for folder in _action_folders(repository) for path in _files(folder) if path.name in _ACTION_NAMES]
    return Workflows(
        workflows=tuple(_read(path, seen_from) for path in workflows),
        actions=tuple(_read(path, seen_from) for path in actions),
    )


def _read(path: Path, seen_from: Path) -> WorkflowFile:
    shown = Path(os.path.relpath(path, seen_from)).as_posix()
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        return unreadable(shown, "", f"cannot be read: {error.strerror or error}")
    if len(data) > SIZE_LIMIT:
        return unreadable(shown, "", f"is longer than {SIZE_LIMIT} bytes")
    try:
        return parse(data.decode("utf-8-sig"), shown)
    except UnicodeDecodeError as error:
        return unreadable(shown, "", "is not UTF-8", data[: error.start].count(b"\n") + 1)


def _action_folders(repository: Path) -> Iterator[Path]:
    """Where repositories keep their own actions: at the root, and below .github and actions."""
    yield repository
    for base in (repository / ".github", repository / "actions"):
        for folder, _, _ in os.walk(base):
            yield Path(folder)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file())[:FILE_LIMIT]
