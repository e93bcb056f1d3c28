"""The command `pypublish`: its commands by group, and what becomes of every error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

import click

from pypublish import REPOSITORY, __version__
from pypublish.cli.help import Context, fitted
from pypublish.errors import ExitCode, PypublishError

ISSUES = f"https://github.com/{REPOSITORY}/issues"


def _validate() -> click.Command:
    from pypublish.cli.prepare import validate

    return validate


def _build() -> click.Command:
    from pypublish.cli.prepare import build

    return build


def _check() -> click.Command:
    from pypublish.cli.check import check

    return check


def _stage() -> click.Command:
    from pypublish.cli.check import stage

    return stage


def _prepare() -> click.Command:
    from pypublish.cli.prepare import prepare

    return prepare


def _verify() -> click.Command:
    from pypublish.cli.verify import verify

    return verify


def _gates() -> click.Command:
    from pypublish.cli.gates import gates

    return gates


def _release() -> click.Command:
    from pypublish.cli.release import release

    return release


def _plan() -> click.Command:
    from pypublish.cli.verify import plan

    return plan


def _rehearse() -> click.Command:
    from pypublish.cli.rehearse import rehearse

    return rehearse


def _status() -> click.Command:
    from pypublish.cli.status import status

    return status


def _upload() -> click.Command:
    from pypublish.cli.upload import upload

    return upload


def _preview() -> click.Command:
    from pypublish.cli.preview import preview

    return preview


def _index() -> click.Command:
    from pypublish.cli.index import index

    return index


def _init() -> click.Command:
    from pypublish.cli.init import init

    return init


def _doctor() -> click.Command:
    from pypublish.cli.doctor import doctor

    return doctor


def _diagnose() -> click.Command:
    from pypublish.cli.diagnose import diagnose

    return diagnose


def _explain() -> click.Command:
    from pypublish.cli.explain import explain

    return explain


GROUPS: dict[str, dict[str, tuple[str, Callable[[], click.Command]]]] = {
    "Release": {
        "rehearse": ("Go through the whole release on this machine; nothing is published.", _rehearse),
        "prepare": ("Validate, build, check and stage: everything up to the upload.", _prepare),
        "gates": ("Run the tests and other gates of the project against the sealed release.", _gates),
        "verify": ("Wait for the index, compare every byte, install and run.", _verify),
        "release": ("Make the release on GitHub: notes, files, checksums.", _release),
    },
    "Set up": {
        "init": ("Write workflows, settings and a page on how to release; say what is left to do.", _init),
        "doctor": ("Say what PyPI has to be told, and what in the workflows will not do.", _doctor),
        "diagnose": ("Explain the index's answer to a trial of Trusted Publishing.", _diagnose),
    },
    "Look": {
        "preview": ("Show the project's page as PyPI will show it.", _preview),
        "status": ("Say where a release stands, and what comes next.", _status),
        "explain": ("Say what a check is for and how to mend what it finds.", _explain),
    },
    "Parts": {
        "validate": ("Judge the project, its version and its tag.", _validate),
        "build": ("Build sdist and wheel of the commit, isolated.", _build),
        "check": ("Judge finished distributions.", _check),
        "stage": ("Seal distributions with a manifest.", _stage),
        "upload": ("Upload what the index lacks of the sealed release, for places other than GitHub.", _upload),
        "plan": ("Compare the index with the sealed release before the upload.", _plan),
        "index": ("Run the embedded index alone.", _index),
    },
}
"""Loaders, not commands: `pypublish --version` imports none of them."""


class Commands(click.Group):
    """A group that loads a command when it is called, and lists its commands by what they are for."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return [name for commands in GROUPS.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        for commands in GROUPS.values():
            if cmd_name in commands:
                return fitted(commands[cmd_name][1]())
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called, or suggest the nearest."""
        from difflib import get_close_matches

        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            suggestion = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"No such command {args[0]!r}.{suggestion}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, each group under its name."""
        for group, commands in GROUPS.items():
            with formatter.section(group):
                formatter.write_dl([(name, text) for name, (text, _) in commands.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="pypublish", message="%(prog)s %(version)s")
def cli() -> None:
    """From a git tag to a release on PyPI that is known to install.

    Start with `pypublish rehearse` in your project: it goes through the whole release on this machine, upload and
    installation included, against an embedded index. Nothing is published.

    Every option can also be given as a variable: --tag is PYPUBLISH_TAG.
    """


def run(args: Sequence[str]) -> int:
    """Run the command line and return the exit code; what a user did never ends in a traceback."""
    try:
        result: object = cli.main(list(args), prog_name="pypublish", standalone_mode=False)
    except (click.ClickException, click.exceptions.Exit, click.exceptions.Abort) as ended:
        return _ended_by_click(ended)
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        # Whoever read our output has gone; the interpreter must not stumble over it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FINDINGS
    except PypublishError as error:
        return _told(error, args)
    except Exception as error:  # noqa: BLE001 - the last resort: a bug of ours, said as one
        from pypublish.cli.machine import lack

        lacking = lack(error)
        return _bug() if lacking is None else _told(lacking, args)
    return result if isinstance(result, int) else ExitCode.OK


def leave(code: int) -> NoReturn:
    """End the process with an exit code."""
    if code == ExitCode.INTERRUPTED:
        # An interruption that went through a string being executed, as when a dataclass is made, is remembered by
        # Python, which then ends by the signal whatever exit code it was given.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _told(error: PypublishError, args: Sequence[str]) -> int:
    from pypublish.cli.machine import let_go_of_output
    from pypublish.cli.surface import surface_for_errors

    let_go_of_output()
    try:
        surface_for_errors(args, os.environ).error(error)
    except (OSError, PypublishError):  # what it is said on cannot be written either
        click.echo(f"error: {error}\n  {error.hint}", err=True)
    let_go_of_output()
    return error.exit_code


def _ended_by_click(ended: Exception) -> int:
    if isinstance(ended, click.exceptions.Exit):
        return ended.exit_code
    if isinstance(ended, click.ClickException):
        ended.show(sys.stderr)
        return ExitCode.USAGE
    return _interrupted()


def _interrupted() -> int:
    click.echo("\nInterrupted. What was started has been stopped, and nothing half-written is left.", err=True)
    return ExitCode.INTERRUPTED


def _bug() -> int:
    import traceback

    click.echo(traceback.format_exc(), err=True)
    click.echo(f"This is a bug in pypublish {__version__}. Please report it with the lines above: {ISSUES}", err=True)
    return ExitCode.BUG
