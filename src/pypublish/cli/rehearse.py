"""`pypublish rehearse`: the whole release on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from pypublish.cli.options import (
    format_options,
    option,
    packages_option,
    path_argument,
    port_option,
    rehearsal_options,
    several,
    smoke_command_option,
)
from pypublish.cli.session import exit_with, intent, session
from pypublish.cli.source import build_environment, read_source
from pypublish.cli.surface import Format


@click.command()
@path_argument
@rehearsal_options
@option("--out", type=click.Path(path_type=Path, file_okay=False), help="Keep dist/ and manifest.json there.")
@option("--in-tree", is_flag=True, default=None, help="Build in the working tree, not in a clean clone.")
@option("--keep", is_flag=True, help="Leave the index running at the end, and print how to reach it.")
@port_option("The port of the index.")
@smoke_command_option
@option(
    "--python-version",
    "--python",
    "pythons",
    multiple=True,
    metavar="PYTHON",
    help='Install, and run the gates, on this Python; several as "3.11 3.13".  [default: the one that runs pypublish]',
)
@packages_option
@format_options
def rehearse(
    *,
    path: Path,
    index_name: str | None,
    tag: str | None,
    given_version: str | None,
    out: Path | None,
    in_tree: bool | None,
    keep: bool,
    port: int,
    smoke_command: str | None,
    pythons: tuple[str, ...],
    packages_dir: Path | None,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Go through the whole release of the project at PATH; nothing is published.

    Validates, builds, checks and stages as a release does; runs the project's gates against the sealed wheel; uploads
    by the real twine, with Trusted Publishing, to PyPI's own address, behind which an embedded index answers on this
    machine and refuses what PyPI refuses; waits for it, compares every byte, installs wheel and sdist, imports and
    runs.

    No account and no token is needed, and none of yours is used.
    """
    with session("rehearse", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        source, settings = read_source(path)
        settings = run.settings(settings, in_tree=in_tree, smoke_command=smoke_command)
        wanted = intent(settings, run.world.environ, index_name=index_name or "dry-run", tag=tag, version=given_version)
        with build_environment(source, settings, run.world, packages_dir=packages_dir) as environment:
            from pypublish.stages.rehearse import rehearse as stage

            outcome = stage(
                source,
                settings,
                wanted,
                run.world,
                run.surface,
                out=out,
                environment=environment,
                packages_dir=packages_dir,
                port=port,
                runner=run.runner,
                look_back=run.is_document,
                hold=_hold if keep else None,
                pythons=several(pythons),
            )
        exit_with(run.finish(outcome))


def _hold(how_to_reach: str) -> None:
    click.echo(how_to_reach)
    click.echo("# The index runs until Ctrl-C.")
    wait_for_interrupt()


def wait_for_interrupt() -> None:
    """Wait until the user or the system asks to end; that is how a server ends well."""
    import threading

    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("", err=True)
