"""Options: a flag, its PYPUBLISH_* variable and the action's input of the same name are one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any] | click.Command)


def option(*flags: str, **attributes: Any) -> Callable[[Function], Function]:
    """Make an option that is also read from its variable: `--tag` from PYPUBLISH_TAG."""
    name = next(flag for flag in flags if flag.startswith("--")).removeprefix("--").partition("/")[0]
    attributes.setdefault("envvar", f"PYPUBLISH_{name.upper().replace('-', '_')}")
    return click.option(*flags, **attributes)


def path_argument(function: Function) -> Function:
    """Take the project's folder; the current one unless it is named."""
    decorate = click.argument(
        "path", type=click.Path(path_type=Path), default=".", envvar="PYPUBLISH_PATH", metavar="[PATH]"
    )
    return decorate(function)


def format_options(function: Function) -> Function:
    """Take how the outcome is shown."""
    from pypublish.cli.surface import FORMATS

    function = option(
        "--format",
        "chosen_format",
        type=click.Choice(FORMATS),
        help="How to show the outcome. json and markdown put the document alone on stdout and the rest on stderr.  "
        "[default: github on a GitHub runner, else text]",
    )(function)
    function = option("--verbose", "-v", is_flag=True, help="Show what the tools print.")(function)
    return option("--strict", is_flag=True, default=None, help="Let warnings fail too.")(function)


def release_options(function: Function) -> Function:
    """Take what is to be released, and where."""
    return _release_options(function, index="pypi for a tag that is named or pushed, else dry-run")


def rehearsal_options(function: Function) -> Function:
    """Take what would be released, and where it would go."""
    return _release_options(function, index="dry-run")


def _release_options(function: Function, *, index: str) -> Function:
    function = option(
        "--index",
        "index_name",
        metavar="NAME",
        help=f"pypi, testpypi, an index of your own from [tool.pypublish.index], or dry-run.  [default: {index}]",
    )(function)
    function = option("--tag", metavar="TAG", help="The tag to release.  [default: the one at the commit]")(function)
    return option("--version", "given_version", metavar="VERSION", help="Fail unless it is the project's version.")(
        function
    )


def manifest_options(function: Function) -> Function:
    """Take the sealed release, and the index to compare it with."""
    function = option(
        "--index",
        "index_name",
        metavar="NAME|URL",
        help="pypi, testpypi, or the address of a simple index.  [default: the one it was prepared for]",
    )(function)
    function = option(
        "--manifest-sha256", metavar="DIGEST", help="Fail unless the manifest has this digest, which prepare prints."
    )(function)
    return option(
        "--manifest",
        type=click.Path(path_type=Path, dir_okay=False),
        default="staging/manifest.json",
        show_default=True,
        help="The manifest that prepare wrote.",
    )(function)


def smoke_command_option(function: Function) -> Function:
    """Take the command that shows that what is installed works."""
    return option(
        "--smoke-command",
        metavar="COMMAND",
        help="A command that must succeed where the package is installed.  [default: the one in [tool.pypublish]]",
    )(function)


def patience_option(function: Function) -> Function:
    """Take how long the index is waited for, in seconds."""
    return option(
        "--patience",
        type=click.IntRange(0),
        metavar="SECONDS",
        help="How long to wait for the index to show the files.  [default: 1800]",
    )(function)


def port_option(what: str) -> Callable[[Function], Function]:
    """Take the port on which something is served."""
    return option(
        "--port", type=click.IntRange(0, 65535), default=0, metavar="PORT", help=f"{what}  [default: any that is free]"
    )


def files_options(function: Function) -> Function:
    """Take finished distributions, one by one or as a folder, and the project that they are of."""
    function = smoke_command_option(function)
    function = option(
        "--project",
        envvar="PYPUBLISH_PATH",
        type=click.Path(path_type=Path, file_okay=False),
        help="The project's folder: its settings count, and the files are compared with it.",
    )(function)
    function = option(
        "--packages-dir",
        type=click.Path(path_type=Path, file_okay=False),
        help="The folder of the files, all of it, instead of FILE...",
    )(function)
    return click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE...]")(function)


def packages_option(function: Function) -> Function:
    """Take what was built elsewhere, to be released with what is built here."""
    return option(
        "--packages-dir",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="A folder of wheels that were built elsewhere, as by cibuildwheel: they are released with the sdist that"
        " is built here. The wheel that is built of it shows that it can be, and is released only if it is for any"
        " platform. With an sdist in the folder too, nothing is built.",
    )(function)


def several(values: Iterable[str]) -> tuple[str, ...]:
    """Return the words of an option that may be given again, and may have several words each time."""
    return tuple(word for value in values for word in value.replace(",", " ").split())
