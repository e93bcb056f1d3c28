"""What every command needs: settings, surface and world, made of options and environment."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from pypublish.cli.interruption import interruptible
from pypublish.cli.machine import room_is_missed
from pypublish.cli.surface import Format, Surface, default_format, errors_as_json, show, surface
from pypublish.edges.steps import Steps
from pypublish.edges.world import World
from pypublish.errors import ExitCode, UsageError
from pypublish.findings import Outcome
from pypublish.model import Intent
from pypublish.settings import Settings, find_index


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of a command."""

    world: World
    surface: Surface
    format: Format
    strict: bool | None

    def settings(
        self, settings: Settings, *, in_tree: bool | None = None, smoke_command: str | None = None
    ) -> Settings:
        """Return the settings with what the command line says above them."""
        return replace(
            settings,
            strict=settings.strict if self.strict is None else self.strict,
            in_tree=settings.in_tree if in_tree is None else in_tree,
            smoke_command=settings.smoke_command if smoke_command is None else smoke_command,
        )

    @property
    def is_document(self) -> bool:
        """Whether what is shown is looked at afterwards, at leisure: then there may be more to it."""
        return self.format != "text"

    @property
    def runner(self) -> str:
        """What machine this is, for the build record; empty where it is nobody's business."""
        environ = self.world.environ
        if environ.get("GITHUB_ACTIONS") != "true":
            return ""
        return " ".join(filter(None, (environ.get("RUNNER_OS"), environ.get("RUNNER_ARCH"), environ.get("ImageOS"))))

    @property
    def workflow(self) -> str:
        """The file of the workflow that runs this; empty where none does."""
        from pypublish.github import context

        environ = self.world.environ
        return context.read(environ).workflow if environ.get("GITHUB_ACTIONS") == "true" else ""

    def show_text(self, text: str) -> None:
        """Show lines that are the project's, not ours: a runner obeys nothing in them, and no document has them."""
        import click

        from pypublish.render.text import printable

        if self.format == "github":
            for line in text.splitlines():
                self.surface.foreign(line)
            return
        click.echo(printable(text), err=self.format != "text")

    def finish(self, outcome: Outcome[object]) -> int:
        """Show the end of the command and return the exit code."""
        outcome = replace(outcome, steps=self.world.steps.done)
        show(self.format, self.surface, outcome)
        return ExitCode.OK if outcome.ok else ExitCode.FINDINGS


@contextmanager
def session(stage: str, *, chosen_format: Format | None, verbose: bool, strict: bool | None) -> Iterator[Session]:
    """Begin a command: a scratch folder that goes with it, and an end that leaves nothing behind."""
    environ = dict(os.environ)
    chosen = chosen_format or default_format(environ)
    shown = surface(chosen, environ, verbose=verbose)
    with tempfile.TemporaryDirectory(prefix="pypublish-", ignore_cleanup_errors=True) as folder:
        scratch = Path(folder).resolve()
        world = World(environ=environ, scratch=scratch, sink=shown.foreign, steps=Steps(shown.doing))
        told = errors_as_json(stage) if chosen == "json" else nullcontext()
        with closing(shown), interruptible(world.running, scratch, shown.close), told, room_is_missed(scratch):
            if environ.get("GITHUB_ACTIONS") == "true":
                from pypublish.github import context

                here = context.read(environ)
                context.refuse_event(here, stage)
                context.refuse_server(here, stage, of_the_action=bool(environ.get("PYPUBLISH_STAGE")))
            yield Session(world=world, surface=shown, format=chosen, strict=strict)


def intent(
    settings: Settings, environ: Mapping[str, str], *, index_name: str | None, tag: str | None, version: str | None
) -> Intent:
    """Return what the user asked for.

    On a runner the tag that was pushed counts as named. A binding index without a tag is refused here already.

    Raises:
        UsageError: there is no such index, or PyPI was named without a tag.

    """
    tag = given_tag(tag, environ)
    chosen = index_name or ("pypi" if tag else "dry-run")
    if chosen == "dry-run":
        chosen, dry_run = "pypi", True
    else:
        dry_run = False
    index = find_index(settings, chosen)
    if index is None:
        known = ", ".join(["pypi", "testpypi", *settings.index, "dry-run"])
        raise UsageError(f"there is no index {chosen!r}; known are {known}")
    if index.name == "pypi" and not dry_run and tag is None:
        raise UsageError(
            "a release to PyPI needs a tag",
            hint="Name it by --tag, push it, or use --index dry-run to go through everything but the upload.",
        )
    return Intent(index=index, dry_run=dry_run, tag=tag, tag_given=tag is not None, version=version or None)


def given_tag(tag: str | None, environ: Mapping[str, str]) -> str | None:
    """Return the tag that was named, or that was pushed to start this run of a runner."""
    if not tag and environ.get("GITHUB_ACTIONS") == "true" and environ.get("GITHUB_REF_TYPE") == "tag":
        tag = environ.get("GITHUB_REF_NAME")
    return tag.removeprefix("refs/tags/") if tag else None


def exit_with(code: int) -> None:
    """Leave with an exit code, by click's way."""
    import click

    raise click.exceptions.Exit(code)
