"""`pypublish preview`: the project's page on PyPI, before there is one."""

from __future__ import annotations

from pathlib import Path

import click

from pypublish.cli.finished import in_folder
from pypublish.cli.options import format_options, option, port_option
from pypublish.cli.rehearse import wait_for_interrupt
from pypublish.cli.session import Session, exit_with, session
from pypublish.cli.source import build_environment, read_source
from pypublish.cli.surface import Format
from pypublish.errors import UsageError
from pypublish.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH | FILE...]", envvar="PYPUBLISH_PATH")
@option(
    "--packages-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Show finished files, all of this folder, instead of building.",
)
@option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the page into this file instead of serving it; then end, with exit code 1 where PyPI would refuse it.",
)
@port_option("The port of the page.")
@option("--open", "opens", is_flag=True, help="Open the page in your browser.")
@format_options
def preview(
    *,
    paths: tuple[Path, ...],
    packages_dir: Path | None,
    out: Path | None,
    port: int,
    opens: bool,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Show the page of the project at PATH, or of finished FILEs, as PyPI will show it.

    Builds, renders the readme by PyPI's own renderer, and serves the page on this machine. Save your readme or
    pyproject.toml, and the page follows. Links, images and whatever else will not work on PyPI are marked.

    Nothing is published, and the page loads nothing but the images of the readme.
    """
    with session("preview", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        if out is None and run.world.environ.get("GITHUB_ACTIONS") == "true":
            raise UsageError(
                "nobody can look at a page that a runner serves",
                hint="Write it into a file by --out, and upload that as an artifact.",
            )
        _show(run, paths, packages_dir, out=out, port=port, opens=opens)


def _show(
    run: Session, paths: tuple[Path, ...], packages_dir: Path | None, *, out: Path | None, port: int, opens: bool
) -> None:
    from pypublish.render.html import page
    from pypublish.render.html_style import policy
    from pypublish.stages.preview import preview_files, preview_project
    from pypublish.stages.viewing import Viewing, refuse_unwritable

    if out is not None:
        refuse_unwritable(out)
    live = out is None
    viewing = Viewing(
        write=lambda preview: page(preview, live=live),
        policy=policy(live=live),
        hold=lambda address: _hold(address, opens=opens),
        out=out,
        port=port,
    )
    files = _files(paths, packages_dir)
    if files is not None:
        outcome = preview_files(files, run.settings(Settings()), run.world, run.surface, viewing)
    else:
        source, settings = read_source(paths[0] if paths else Path())
        settings = run.settings(settings)
        with build_environment(source, settings, run.world) as environment:
            outcome = preview_project(
                source, settings, run.world, run.surface, viewing, environment=environment, runner=run.runner
            )
    if out is not None or outcome.value is None:
        exit_with(run.finish(outcome))


def _files(paths: tuple[Path, ...], packages_dir: Path | None) -> tuple[Path, ...] | None:
    """Return the finished files to look at; None where it is a project."""
    if packages_dir is not None:
        if paths:
            raise UsageError("PATH or FILE and --packages-dir exclude each other")
        return in_folder(packages_dir, hint="Build first, or name the project instead.")
    if not paths or (len(paths) == 1 and not paths[0].is_file()):
        return None
    if (folder := next((path for path in paths if path.is_dir()), None)) is not None:
        raise UsageError(f"{folder} is a folder", hint="Name one project, or finished files.")
    return paths


def _hold(address: str, *, opens: bool) -> None:
    click.echo(f"\n  {address}\n\nThe page follows your changes. Ctrl-C ends it.")
    if opens:
        import webbrowser

        if not webbrowser.open(address):
            click.echo("There is no browser to open it in.", err=True)
    wait_for_interrupt()
