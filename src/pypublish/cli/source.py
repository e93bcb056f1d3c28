"""The project that a command is about: its tree, read and parsed, and its settings."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from pypublish.checks.project import Source, parse
from pypublish.edges.build_room import Room, open_room
from pypublish.edges.tree import read_tree
from pypublish.edges.world import World
from pypublish.settings import Settings
from pypublish.settings import parse as parse_settings


def read_source(path: Path) -> tuple[Source, Settings]:
    """Read the project at `path`.

    Raises:
        UsageError: there is no such folder.
        SettingsError: its `[tool.pypublish]` has mistakes.

    """
    source = parse(read_tree(path.resolve()))
    tools = source.table("tool")
    return source, parse_settings(tools.get("pypublish"))


@contextmanager
def build_environment(source: Source, settings: Settings, world: World) -> Iterator[Room | None]:
    """Let uv begin with the build environment while Python still imports what the stages need.

    A project that does not read gets none.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="environment") as pool:
        try:
            yield open_room(source.tree.root, settings, world, pool) if source.document is not None else None
        except BaseException:
            world.running.end()
            raise
