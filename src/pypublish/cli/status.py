"""`pypublish status`: how far a release has come, and what comes next."""

from __future__ import annotations

from pathlib import Path

import click

from pypublish.cli.earlier import account, github_token_option
from pypublish.cli.options import format_options, option, path_argument
from pypublish.cli.session import exit_with, intent, session
from pypublish.cli.source import read_source
from pypublish.cli.surface import Format
from pypublish.edges import staging


@click.command()
@path_argument
@option(
    "--index",
    "index_name",
    metavar="NAME",
    help="pypi, testpypi, or an index of your own from [tool.pypublish.index].  [default: pypi]",
)
@option("--tag", metavar="TAG", help="The tag of the release.  [default: the one at the commit]")
@option(
    "--manifest",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The manifest that prepare sealed: then files are compared byte for byte.",
)
@option(
    "--run-id", type=click.IntRange(1), metavar="NUMBER", help="The run that prepared it: are its files still kept?"
)
@option(
    "--artifact-name",
    default="release",
    show_default=True,
    metavar="NAME",
    help="With --run-id: what the workflow calls its artifacts, without the number of the attempt.",
)
@github_token_option
@format_options
def status(
    *,
    path: Path,
    index_name: str | None,
    tag: str | None,
    manifest: Path | None,
    run_id: int | None,
    artifact_name: str,
    github_token: str | None,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Say where the release of the project at PATH stands, and what to do next.

    Reads the index, the manifest where it is at hand and, with --run-id, what GitHub keeps of that run. Nothing is
    changed.
    """
    from pypublish.stages.status import status as stage

    with session("status", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        source, settings = read_source(path)
        wanted = intent(settings, run.world.environ, index_name=index_name, tag=tag, version=None)
        run.surface.started("status")
        outcome = stage(
            source,
            run.settings(settings),
            wanted,
            run.world,
            manifest=staging.read(manifest)[0] if manifest is not None else None,
            run=run_id,
            account=account(run, github_token),
            artifact_name=artifact_name,
        )
        exit_with(run.finish(outcome))
