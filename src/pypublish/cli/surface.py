"""Where an outcome is shown: on the console, on the GitHub runner, or as a document on stdout."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal, Protocol

import click

from pypublish.edges.steps import Activity
from pypublish.errors import PypublishError
from pypublish.findings import Outcome

Format = Literal["text", "json", "markdown", "github"]
FORMATS: tuple[Format, ...] = ("text", "json", "markdown", "github")


class Surface(Protocol):
    """What shows a release to somebody. The console and the GitHub runner are the two."""

    def foreign(self, line: str) -> None:
        """Show a line that a build backend or another tool printed, so that it can do no harm."""

    def started(self, stage: str) -> None:
        """Show that a stage has begun."""

    def doing(self, activity: Activity | None) -> None:
        """Show what is being done at the moment; any thread may tell it."""

    def done(self, outcome: Outcome[object]) -> None:
        """Show how a stage ended."""

    def finish(self, outcome: Outcome[object]) -> None:
        """Show the end of the command: the verdict, and what to do next."""

    def error(self, error: PypublishError) -> None:
        """Show why pypublish could not do its job."""

    def close(self) -> None:
        """Show nothing more that changes: the command ends, or somebody else is to write."""


def surface(chosen: Format, environ: Mapping[str, str], *, verbose: bool) -> Surface:
    """Return the surface for a format."""
    if chosen == "github":
        from pypublish.github.runner import Runner

        return Runner(environ)
    from pypublish.console import Console

    if chosen == "text":
        return Console(sys.stdout, environ, verbose=verbose)
    # The document alone is on stdout.
    return Console(sys.stderr, environ, verbose=verbose)


def default_format(environ: Mapping[str, str]) -> Format:
    """Return the format for where we run."""
    return "github" if environ.get("GITHUB_ACTIONS") == "true" else "text"


def show(chosen: Format, shown: Surface, outcome: Outcome[object]) -> None:
    """Show the end of a command in the chosen format."""
    shown.finish(outcome)
    if chosen == "json":
        from pypublish.render.report import as_json

        click.echo(as_json(outcome), nl=False)
    elif chosen == "markdown":
        from pypublish.render.summary import as_markdown

        click.echo(as_markdown(outcome), nl=False)


@contextmanager
def errors_as_json(stage: str) -> Iterator[None]:
    """Print an error as JSON on stdout too, so that who asked for JSON gets JSON."""
    try:
        yield
    except PypublishError as error:
        from pypublish.render.report import error_as_json

        click.echo(error_as_json(stage, error), nl=False)
        raise


def surface_for_errors(args: Sequence[str], environ: Mapping[str, str]) -> Surface:
    """Return the surface that shows an error which ended the command."""
    chosen = next((arg for flag, arg in itertools.pairwise(args) if flag == "--format"), None)
    chosen = chosen or environ.get("PYPUBLISH_FORMAT") or default_format(environ)
    if chosen == "github":
        return surface("github", environ, verbose=False)
    return surface("json", environ, verbose=False)
