"""The project that a command is about: its tree, read and parsed, and its settings."""

from __future__ import annotations

from pathlib import Path

from pypublish.checks.project import Source, parse
from pypublish.edges.tree import read_tree
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
