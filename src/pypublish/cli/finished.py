"""The finished distributions that a command is about: named one by one, by their folder, or those in dist."""

from __future__ import annotations

from pathlib import Path

import click

from pypublish.errors import UsageError

DIST = Path("dist")
"""Where build front ends put what they make."""


def chosen(files: tuple[Path, ...], packages_dir: Path | None) -> tuple[Path, ...]:
    """Return the files; where none were named, the distributions in dist, and say so.

    Raises:
        UsageError: both were given, or there are none.

    """
    if files and packages_dir is not None:
        raise UsageError("files and --packages-dir exclude each other")
    if files:
        return files
    if packages_dir is not None:
        return in_folder(packages_dir, hint="Build first; an empty release is none.")
    return _in_dist()


def in_folder(folder: Path, *, hint: str) -> tuple[Path, ...]:
    """Return what lies in a folder.

    Raises:
        UsageError: there is no such folder, or, with this hint, nothing in it.

    """
    from pypublish.edges import packages_dir

    found = packages_dir.entries(folder, hint=hint)
    if not found:
        raise UsageError(f"the folder {folder} is empty", hint=hint)
    return found


def _in_dist() -> tuple[Path, ...]:
    from pypublish.checks.subjects import kind_of
    from pypublish.checks.words import some
    from pypublish.render.text import printable

    found = sorted(path for path in DIST.iterdir() if kind_of(path.name)) if DIST.is_dir() else []
    if not found:
        lacking = "there are none in dist" if DIST.is_dir() else "there is no folder dist here"
        raise UsageError(
            f"no files were named, and {lacking}",
            hint="Name files, or their folder by --packages-dir; pypublish build makes some, in dist.",
        )
    names = printable(some([path.name for path in found]))
    click.echo(f"No files were named; those in dist are taken: {names}", err=True)
    return tuple(found)
