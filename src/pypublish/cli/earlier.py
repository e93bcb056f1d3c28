"""What `prepare` needs to find what was sealed before: in an earlier attempt of the run, or in a run that is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pypublish.cli.options import Function, option
from pypublish.cli.session import Session
from pypublish.errors import UsageError
from pypublish.model import Intent

if TYPE_CHECKING:
    from pypublish.edges.github_api import Account
    from pypublish.stages.proof import CurrentJob
    from pypublish.stages.recover import Recovery


def github_token_option(function: Function) -> Function:
    """Take the token by which GitHub is asked; it is never shown."""
    return option(
        "--github-token",
        metavar="TOKEN",
        help="By which GitHub is asked (`actions: read`). Better as the variable PYPUBLISH_GITHUB_TOKEN: others can see"
        " a command line.",
    )(function)


def recovery_options(function: Function) -> Function:
    """Take where an earlier run's files are looked for."""
    function = github_token_option(function)
    function = option(
        "--manifest-sha256",
        metavar="DIGEST",
        help="With --run-id: take the files only if their manifest has this digest, which that run's summary shows.",
    )(function)
    function = option(
        "--artifact-name",
        default="release",
        show_default=True,
        metavar="NAME",
        help="What the workflow calls its artifacts, without the number of the attempt.",
    )(function)
    return option(
        "--run-id",
        type=click.IntRange(1),
        metavar="NUMBER",
        help="Take the files that this run of the workflow sealed, instead of building anew.  "
        "[default: on a GitHub runner, those of an earlier attempt]",
    )(function)


def account(run: Session, token: str | None) -> Account:
    """Return as whom GitHub is asked, and of which repository: on a runner its own, else that of the git remote."""
    from pypublish.edges.github_api import Account
    from pypublish.github import context

    environ = run.world.environ
    here = context.read(environ)
    repository = here.repository if environ.get("GITHUB_ACTIONS") == "true" else ""
    return Account(repository=repository, token=(token or "").strip(), api_url=here.api)


def wanted_recovery(
    run: Session, intent: Intent, *, run_id: int | None, artifact_name: str, token: str | None, digest: str | None
) -> Recovery | None:
    """Return where to look for what was sealed before; None where that is nowhere: everybody's first attempt.

    Raises:
        UsageError: a run was named, but no token to look into it.

    """
    current = _current_job(run)
    again = current is not None and current.attempt > 1 and not intent.dry_run
    if run_id is None and not again:
        return None
    asked = account(run, token)
    if run_id is not None and not asked.token:
        raise UsageError(
            "GitHub hands no artifact over without a token",
            hint="Set PYPUBLISH_GITHUB_TOKEN (on a laptop, to what `gh auth token` prints; in a workflow, the action"
            " sets it).",
        )
    from pypublish.stages.recover import Recovery

    return Recovery(account=asked, artifact_name=artifact_name, run=run_id, current=current, manifest_sha256=digest)


def _current_job(run: Session) -> CurrentJob | None:
    environ = run.world.environ
    if environ.get("GITHUB_ACTIONS") != "true":
        return None
    from pypublish.github import context
    from pypublish.stages.proof import CurrentJob

    here = context.read(environ)
    if not (here.run_id.isdigit() and here.attempt.isdigit()):
        return None
    return CurrentJob(run=int(here.run_id), attempt=int(here.attempt), runner=here.runner_name)
