"""`pypublish plan` and `verify`: the sealed release beside the index, before and after the upload."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from pypublish.cli.options import format_options, manifest_options, option, patience_option, smoke_command_option
from pypublish.cli.session import exit_with, session
from pypublish.cli.surface import Format
from pypublish.edges import staging
from pypublish.errors import UsageError
from pypublish.model import Index, Manifest
from pypublish.settings import WELL_KNOWN


@click.command()
@manifest_options
@format_options
def plan(
    *,
    manifest: Path,
    manifest_sha256: str | None,
    index_name: str | None,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Compare the index with the sealed release: what is there, what is missing, what is another file.

    Other bytes under a name of ours, or a file that is not ours, stop the release before a token is asked for.
    """
    from pypublish.stages.plan import plan as stage

    with session("plan", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        sealed, _ = staging.read(manifest, sha256=manifest_sha256)
        run.surface.started("plan")
        exit_with(run.finish(stage(sealed, named_index(sealed, index_name), run.world)))


@click.command()
@manifest_options
@patience_option
@option(
    "--python-version",
    "--python",
    "pythons",
    multiple=True,
    metavar="PYTHON",
    help="Install on this Python too; may be given again.  [default: the one that runs this]",
)
@smoke_command_option
@format_options
def verify(
    *,
    manifest: Path,
    manifest_sha256: str | None,
    index_name: str | None,
    patience: int | None,
    pythons: tuple[str, ...],
    smoke_command: str | None,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Wait for the index to show the release, compare every byte, install it as users do, import and run it.

    Ends green only when the index serves exactly the files that were sealed and clean environments, made for wheel and
    sdist, installed and ran them. The files come from the index by digest, what they depend on from one index alone.
    Who published them is told by their attestations (PEP 740), verified where the extra `attestations` is installed.
    """
    from pypublish.stages.verify import verify as stage

    with session("verify", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        sealed, _ = staging.read(manifest, sha256=manifest_sha256)
        if smoke_command:
            sealed = replace(sealed, verify=replace(sealed.verify, smoke_command=smoke_command))
        run.surface.started("verify")
        outcome = stage(
            sealed,
            named_index(sealed, index_name),
            run.world,
            patience=patience,
            pythons=pythons or None,
            strict=bool(strict),
        )
        exit_with(run.finish(outcome))


def named_index(sealed: Manifest, named: str | None) -> Index:
    """Return the index that is meant: by default the one that the release was prepared for."""
    if named is None or named == sealed.index.name:
        return sealed.index
    for index in WELL_KNOWN.values():
        if named in {index.name, index.simple_url, index.simple_url.rstrip("/")}:
            return index
    parts = urlsplit(named)
    if parts.scheme in {"http", "https"} and parts.netloc:
        return Index(
            name=parts.netloc.rpartition("@")[2],
            upload_url="",
            simple_url=named if named.endswith("/") else f"{named}/",
            oidc_audience="",
        )
    raise UsageError(
        f"there is no index {named!r}",
        hint=f"Name {', '.join(WELL_KNOWN)}, {sealed.index.name} or the URL of a simple index.",
    )
