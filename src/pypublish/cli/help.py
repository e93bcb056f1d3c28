"""Help that fits the terminal it is read on, be it narrow."""

from __future__ import annotations

from collections.abc import Iterable

import click

NARROW = 52
"""Columns below which click writes wider than the terminal is …"""
NARROWEST = 30
"""… and below which we do, since no option would fit."""


class Formatter(click.HelpFormatter):
    """Writes as click does, and leaves two thirds of a narrow terminal to what an option is for."""

    def __init__(self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None) -> None:
        import shutil

        columns = shutil.get_terminal_size().columns
        if width is None and columns < NARROW:
            width = max(columns, NARROWEST) - 2
        super().__init__(indent_increment, width, max_width)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names and what they mean, side by side."""
        super().write_dl(rows, min(col_max, self.width // 3), col_spacing)


class Context(click.Context):
    """A command that is called, whose help is written so."""

    formatter_class = Formatter


def fitted(command: click.Command) -> click.Command:
    """Let a command, and those below it, write their help so."""
    command.context_class = Context
    if isinstance(command, click.Group):
        for below in command.commands.values():
            fitted(below)
    return command
