"""`pypublish upload`: publish a sealed release from here, for those who are not on GitHub."""

from __future__ import annotations

from pathlib import Path

import click

from pypublish.cli.options import format_options, manifest_options, option, patience_option
from pypublish.cli.session import exit_with, session
from pypublish.cli.surface import Format
from pypublish.cli.verify import named_index
from pypublish.edges import staging


@click.command()
@manifest_options
@option(
    "--config-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The .pypirc with the password.  [default: the one in your home]",
)
@patience_option
@format_options
def upload(
    *,
    manifest: Path,
    manifest_sha256: str | None,
    index_name: str | None,
    config_file: Path | None,
    patience: int | None,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Upload what the index lacks of a sealed release, and wait until the index shows it.

    For places other than GitHub, and for a release that has to be finished by hand. twine does the upload: with Trusted
    Publishing where this machine's job has an identity (GitLab, Google), else with a token from TWINE_PASSWORD,
    TWINE_API_TOKEN, .pypirc or the keyring. What will be used is named before anything is sent, and never shown.

    Files that the index has already are left alone, and other bytes under their names stop it; so it may be run again
    after any end.
    """
    from pypublish.stages.upload import upload as stage

    with session("upload", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        sealed, _ = staging.read(manifest, sha256=manifest_sha256)
        outcome = stage(
            sealed,
            manifest.parent / staging.DIST,
            named_index(sealed, index_name),
            run.world,
            run.surface,
            patience=patience,
            config_file=config_file,
            strict=bool(strict),
        )
        exit_with(run.finish(outcome))
