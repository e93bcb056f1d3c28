"""`pypublish doctor`: what to register, and what to mend."""

from __future__ import annotations

from pathlib import Path

import click

from pypublish.cli.earlier import account, github_token_option
from pypublish.cli.options import format_options, option, path_argument
from pypublish.cli.session import exit_with, session
from pypublish.cli.source import read_source
from pypublish.cli.surface import Format


@click.command()
@path_argument
@option(
    "--online",
    is_flag=True,
    help="Ask the indexes whether the project exists and who published last, and GitHub who may deploy.",
)
@github_token_option
@format_options
def doctor(
    *,
    path: Path,
    online: bool,
    github_token: str | None,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Say what PyPI has to be told to trust this repository, and what in its workflows will not do.

    Reads the workflows and the git remotes at PATH. Prints, for PyPI and TestPyPI, the values of the trusted publisher
    and the page to enter them at.
    """
    from pypublish.stages.doctor import doctor as stage

    with session("doctor", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        source, settings = read_source(path)
        run.surface.started("doctor")
        outcome = stage(source, run.settings(settings), run.world, online=online, account=account(run, github_token))
        exit_with(run.finish(outcome))
