"""`pypublish validate`, `build` and `prepare`: from the project to what is ready for the upload."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from pypublish.cli.earlier import recovery_options, wanted_recovery
from pypublish.cli.options import (
    format_options,
    option,
    packages_option,
    path_argument,
    release_options,
    smoke_command_option,
)
from pypublish.cli.session import exit_with, intent, session
from pypublish.cli.source import build_environment, read_source
from pypublish.cli.surface import Format


@click.command()
@path_argument
@release_options
@format_options
def validate(
    *,
    path: Path,
    index_name: str | None,
    tag: str | None,
    given_version: str | None,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Judge the project at PATH, its version and its tag, before anything is built.

    The version has to be that of the tag (v0.2.0-beta1 is 0.2.0b1), the commit that of the tag, the tree clean, and the
    version not on the index yet. Without a tag these are notes.
    """
    from pypublish.stages.validate import validate as stage

    with session("validate", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        source, settings = read_source(path)
        wanted = intent(settings, run.world.environ, index_name=index_name, tag=tag, version=given_version)
        run.surface.started("validate")
        exit_with(run.finish(stage(source, run.settings(settings), wanted, run.world)))


@click.command()
@path_argument
@release_options
@option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default="dist",
    show_default=True,
    help="Where to put the files.",
)
@option("--in-tree", is_flag=True, default=None, help="Build in the working tree, not in a clean clone.")
@format_options
def build(
    *,
    path: Path,
    index_name: str | None,
    tag: str | None,
    given_version: str | None,
    out: Path,
    in_tree: bool | None,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Build the sdist of the commit, and the wheel from the sdist, isolated.

    What is built is a clean clone: no untracked file, no leftover of an earlier build. Without a tag, uncommitted
    changes are built too, and that is said.
    """
    from pypublish.stages.build import build as stage
    from pypublish.stages.validate import validate as before

    with session("build", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        source, settings = read_source(path)
        settings = run.settings(settings, in_tree=in_tree)
        wanted = intent(settings, run.world.environ, index_name=index_name, tag=tag, version=given_version)
        run.surface.started("validate")
        valid = before(source, settings, wanted, run.world, ask_index=False)
        if not valid.ok or valid.value is None:
            exit_with(run.finish(valid))
            return
        run.surface.started("build")
        exit_with(run.finish(stage(valid.value.project, valid.value.release, settings, run.world, out=out)))


@click.command()
@path_argument
@release_options
@option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default="staging",
    show_default=True,
    help="Where to put dist/ and manifest.json.",
)
@option("--in-tree", is_flag=True, default=None, help="Build in the working tree, not in a clean clone.")
@smoke_command_option
@packages_option
@recovery_options
@format_options
def prepare(
    *,
    path: Path,
    index_name: str | None,
    tag: str | None,
    given_version: str | None,
    out: Path,
    in_tree: bool | None,
    smoke_command: str | None,
    packages_dir: Path | None,
    run_id: int | None,
    artifact_name: str,
    manifest_sha256: str | None,
    github_token: str | None,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Validate, build, check and stage the project at PATH: everything up to the upload.

    Ends with OUT/dist, which holds exactly the files to upload, and OUT/manifest.json, which seals them.

    What an earlier attempt of the same GitHub run has sealed is used again, and what the run of --run-id has: a release
    is finished with the bytes that it was begun with.
    """
    with session("prepare", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        source, settings = read_source(path)
        settings = run.settings(settings, in_tree=in_tree, smoke_command=smoke_command)
        wanted = intent(settings, run.world.environ, index_name=index_name, tag=tag, version=given_version)
        recovery = wanted_recovery(
            run,
            wanted,
            run_id=run_id,
            artifact_name=artifact_name,
            token=github_token,
            digest=manifest_sha256,
        )
        # Where there may be files already, the build waits until it is known that there are none.
        begun = (
            build_environment(source, settings, run.world, packages_dir=packages_dir)
            if recovery is None
            else nullcontext()
        )
        with begun as environment:
            from pypublish.stages.prepare import prepare as stage

            outcome = stage(
                source,
                settings,
                wanted,
                run.world,
                run.surface,
                out=out,
                environment=environment,
                packages_dir=packages_dir,
                runner=run.runner,
                look_back=run.is_document,
                workflow=run.workflow,
                recovery=recovery,
            )
        exit_with(run.finish(outcome))
