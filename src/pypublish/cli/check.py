"""`pypublish check` and `stage`: judge finished distributions, and seal them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from pypublish.cli.finished import chosen
from pypublish.cli.options import files_options, format_options, option
from pypublish.cli.session import exit_with, given_tag, session
from pypublish.cli.source import read_source
from pypublish.cli.surface import Format
from pypublish.settings import Settings


@click.command()
@files_options
@option(
    "--smoke/--no-smoke",
    default=True,
    show_default=True,
    help="Install the wheel in a clean environment and import it, or not.",
)
@format_options
def check(
    *,
    files: tuple[Path, ...],
    packages_dir: Path | None,
    project: Path | None,
    smoke_command: str | None,
    smoke: bool,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Judge finished distributions: everything PyPI would refuse, and what it would not notice.

    The files may come from anywhere; nothing of them is extracted. Where none are named, those in dist are taken.
    """
    from pypublish.checks.project import describe
    from pypublish.stages import gate_outputs
    from pypublish.stages.check import check as stage

    with session("check", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        source, settings = read_source(project) if project else (None, Settings())
        folder = project.resolve() if project else None  # tools that compare with it run elsewhere
        files = chosen(files, packages_dir)
        run.surface.started("check")
        outcome = stage(
            files,
            run.settings(settings, smoke_command=smoke_command),
            run.world,
            project=describe(source) if source else None,
            source=(lambda: folder) if folder else None,
            smoke=smoke,
        )
        if source is not None:
            # On a machine that builds nothing they can be believed more than what the build's machine says.
            outcome = replace(outcome, outputs={**outcome.outputs, **gate_outputs.outputs(source, settings)})
        exit_with(run.finish(outcome))


@click.command()
@files_options
@option("--tag", metavar="TAG", help="The tag that is released; it goes into the manifest.")
@option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default="staging",
    show_default=True,
    help="Where to put dist/ and manifest.json.",
)
@format_options
def stage(
    *,
    files: tuple[Path, ...],
    packages_dir: Path | None,
    project: Path | None,
    smoke_command: str | None,
    tag: str | None,
    out: Path,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Check finished distributions and seal them with a manifest, for files that prepare did not build.

    All files of the release have to be there; prepare takes wheels that other machines built together with the sdist
    that it builds itself (--packages-dir). Where no files are named, those in dist are taken.
    """
    from pypublish.stages.seal import seal

    with session("stage", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        source, settings = read_source(project) if project else (None, Settings())
        outcome = seal(
            chosen(files, packages_dir),
            run.settings(settings, smoke_command=smoke_command),
            run.world,
            run.surface,
            source=source,
            tag=given_tag(tag, run.world.environ),
            out=out,
            workflow=run.workflow,
        )
        exit_with(run.finish(outcome))
