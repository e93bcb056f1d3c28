"""The project that a command is about: its tree, read and parsed, and its settings."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import click

from pypublish.checks.project import Source, parse
from pypublish.edges.build_room import Room, open_room
from pypublish.edges.projects_below import project_folders
from pypublish.edges.tree import read_tree
from pypublish.edges.world import World
from pypublish.errors import UsageError
from pypublish.settings import Settings
from pypublish.settings import parse as parse_settings

OLD = frozenset({"setup.py", "setup.cfg"})
"""Files that make a folder a project without a pyproject.toml."""
SHOWN = 5
"""Folders that are named, where a repository holds several projects."""


def read_source(path: Path) -> tuple[Source, Settings]:
    """Read the project at `path`.

    Raises:
        UsageError: there is no such folder, or it holds several projects and is none.
        SettingsError: its `[tool.pypublish]` has mistakes.

    """
    tree = read_tree(path.resolve())
    if tree.pyproject is None and tree.files.isdisjoint(OLD):
        _name_those_below(tree.root)
    source = parse(tree)
    tools = source.table("tool")
    return source, parse_settings(tools.get("pypublish"))


def _has_sdist(packages_dir: Path) -> bool:
    from pypublish.stages.elsewhere import read_elsewhere

    return read_elsewhere(packages_dir).sdist is not None


def _name_those_below(root: Path) -> None:
    from pypublish.render.text import printable

    # Only in a repository: a command may be typed in the wrong folder, with half a disk below it.
    folders = project_folders(root) if (root / ".git").exists() else ()
    if folders:
        command = click.get_current_context().info_name
        shown = ", ".join(map(printable, folders[:SHOWN])) + (" …" if len(folders) > SHOWN else "")
        raise UsageError(
            f"there is no project in {printable(str(root))} itself, but in {shown}",
            hint=f"Name the one that is meant, as in: pypublish {command} {shlex.quote(printable(folders[0]))};"
            " in a workflow, by the action's input path.",
        )


@contextmanager
def build_environment(
    source: Source, settings: Settings, world: World, *, packages_dir: Path | None = None
) -> Iterator[Room | None]:
    """Let uv begin with the build environment while Python still imports what the stages need.

    A project that does not read gets none, and so does one whose sdist is in `packages_dir`.

    Raises:
        UsageError: `packages_dir` is not as it has to be.

    """
    if packages_dir is not None and _has_sdist(packages_dir):
        yield None
        return
    with ThreadPoolExecutor(1, thread_name_prefix="environment") as pool:
        try:
            yield open_room(source.tree.root, settings, world, pool) if source.document is not None else None
        except BaseException:
            world.running.end()
            raise
