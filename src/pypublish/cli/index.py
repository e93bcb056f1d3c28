"""`pypublish index`: the embedded index alone, and what can be made to go wrong there."""

from __future__ import annotations

import re
from pathlib import Path

import click

from pypublish.cli.options import option, port_option
from pypublish.cli.rehearse import wait_for_interrupt
from pypublish.cli.session import session
from pypublish.errors import UsageError
from pypublish.model import Publisher

_PUBLISHER = re.compile(
    r"(?P<owner>[^/:]+)/(?P<repository>[^/:]+):(?P<workflow>[^/:]+\.ya?ml)(?::(?P<environment>.*))?"
)


@click.group()
def index() -> None:
    """Run the embedded index: PyPI and TestPyPI as they answer, on this machine."""


@index.command("serve", short_help="Serve it until Ctrl-C.")
@option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Where the index keeps its files; what is in it survives.",
)
@port_option("The port.")
@option(
    "--publisher",
    default="acme/project:release.yml:pypi",
    show_default=True,
    metavar="OWNER/REPOSITORY:WORKFLOW[:ENVIRONMENT]",
    help="The trusted publisher, which is also the job that clients are taken for.",
)
@option(
    "--project",
    "projects",
    multiple=True,
    metavar="NAME",
    help="Trust the publisher for this project alone, pending until it is used; may be given again.  [default: every]",
)
@option(
    "--cdn",
    metavar="SECONDS|never",
    help="Keep pages as PyPI's CDN does, which learns of an upload so late, or never.  [default: pages are fresh]",
)
@option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME[:ARGUMENT][/TIMES]",
    help="Let this go wrong, so many times; may be given again. `pypublish index faults` lists what can.",
)
def serve(
    *, folder: Path, port: int, publisher: str, projects: tuple[str, ...], cdn: str | None, faults: tuple[str, ...]
) -> None:
    """Serve the embedded index until Ctrl-C or SIGTERM.

    Prints what makes a shell a client of it, so in another shell: eval the lines, then twine upload, uv publish and pip
    go to PyPI's own addresses and arrive here. Nothing reaches PyPI.

    Faults can be asked for while it runs, too: the last line that it prints says how.
    """
    from pypublish.stages.serve import serve_index

    with session("index", chosen_format="text", verbose=False, strict=None) as run:
        serve_index(
            folder.resolve(),
            _publisher(publisher),
            run.world,
            projects=projects,
            port=port,
            hold=_print_and_wait,
            cdn=cdn,
            faults=faults,
        )


@index.command("faults", short_help="List what can be made to go wrong.")
def list_faults() -> None:
    """List what can be made to go wrong: by `pypublish index serve --fault`, or while it serves."""
    from pypublish.render.faults import listing
    from pypublish.stages.serve import known_faults

    click.echo(listing(known_faults()), nl=False)


def _print_and_wait(exports: str) -> None:
    click.echo(exports, nl=False)
    wait_for_interrupt()


def _publisher(text: str) -> Publisher:
    found = _PUBLISHER.fullmatch(text)
    if found is None:
        raise UsageError(
            f"{text!r} is no publisher",
            hint="Write it as owner/repository:release.yml, and :environment where it has one.",
        )
    return Publisher(
        owner=found["owner"],
        repository=found["repository"],
        workflow=found["workflow"],
        environment=found["environment"] or "",
    )
