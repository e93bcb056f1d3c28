"""`pypublish gates`: what the project declares, run against the sealed release."""

from __future__ import annotations

from pathlib import Path

import click

from pypublish.cli.options import format_options, option, path_argument, several
from pypublish.cli.session import exit_with, session
from pypublish.cli.source import read_source
from pypublish.cli.surface import Format
from pypublish.edges import staging
from pypublish.errors import UsageError


@click.command()
@path_argument
@option(
    "--manifest",
    type=click.Path(path_type=Path, dir_okay=False),
    default="staging/manifest.json",
    show_default=True,
    help="The manifest that prepare wrote; the files are in dist beside it.",
)
@option("--manifest-sha256", metavar="DIGEST", help="Fail unless the manifest has this digest, which prepare prints.")
@option(
    "--python-version",
    "--python",
    "pythons",
    multiple=True,
    metavar="PYTHON",
    help='Run the gates that are for this Python on it; several as "3.11 3.13".  [default: each gate once, on this'
    " Python if it may]",
)
@option("--gate", "only", multiple=True, metavar="NAME", help="Run this gate alone; may be given again.")
@format_options
def gates(
    *,
    path: Path,
    manifest: Path,
    manifest_sha256: str | None,
    pythons: tuple[str, ...],
    only: tuple[str, ...],
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Run the gates of the project at PATH against the sealed release; one that fails stops it.

    [tool.pypublish.gates] names them: tests, lint, types, whatever, and those that are built in. Each runs in a copy of
    the tree, in an environment of its own with the sealed wheel and the dependency groups that it names; `import` finds
    the wheel, not the tree. They run at the same time, as many as there are cores.
    """
    from pypublish.stages.gates import gates as stage
    from pypublish.stages.stage import Staged

    with session("gates", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        source, settings = read_source(path)
        settings = run.settings(settings)
        if not settings.gates.names:
            raise UsageError(
                "the project declares no gates",
                hint="Name them in pyproject.toml, as in gates.tests = 'pytest' under [tool.pypublish]; docs/gates.md"
                " says more.",
            )
        sealed, digest = staging.read(manifest, sha256=manifest_sha256 or None)
        staged = Staged(out=manifest.parent, manifest=sealed, manifest_sha256=digest)
        outcome = stage(source, settings, staged, run.world, run.surface, pythons=several(pythons), only=several(only))
        exit_with(run.finish(outcome))
