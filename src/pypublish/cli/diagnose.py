"""`pypublish diagnose`: explain the index's answer to a trial of Trusted Publishing."""

from __future__ import annotations

from pathlib import Path

import click

from pypublish.cli.options import format_options, option
from pypublish.cli.session import exit_with, session
from pypublish.cli.surface import Format


@click.command()
@option(
    "--tool-output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="What uv, or twine, printed on stderr.",
)
@format_options
def diagnose(*, tool_output: Path, chosen_format: Format | None, verbose: bool, strict: bool | None) -> None:
    """Explain how the index answered when a publishing job asked for its upload token.

    The workflow diagnose.yml tries that before the first release: a job like the publishing job runs `uv publish
    --dry-run --trusted-publishing always`, which uploads nothing, and stores what it prints on stderr (never stdout:
    the token is there). This says what that means, and what to do. The log of a failed publishing job can be read too.

    The exchange is a real one: where a pending publisher fits the job, the index makes the project then.
    """
    from pypublish.stages.diagnose import diagnose as stage

    with session("diagnose", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        exit_with(run.finish(stage(tool_output, run.world, run.surface)))
