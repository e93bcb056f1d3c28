"""`pypublish init`: set a repository up for releases, see whether it still is, and bring it up to date."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pypublish.cli.options import format_options, option, path_argument
from pypublish.cli.session import Session, exit_with, session
from pypublish.cli.surface import Format
from pypublish.errors import PypublishError, UsageError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pypublish.checks.setup_plan import Change, Pin, Plan, Survey, Texts

TEMPLATES = {
    "release": "to PyPI; a trial on TestPyPI can be started by hand",
    "release-wheels": "the same, with wheels for each platform, which cibuildwheel builds",
    "release-testpypi-first": "to TestPyPI, and when it installs from there, the same files to PyPI",
    "release-hardened": "to PyPI; what one machine built is checked by another",
}
EXTRAS = ("diagnose",)


@click.command()
@path_argument
@option(
    "--template",
    type=click.Choice(list(TEMPLATES)),
    help="How to release: to PyPI; with wheels that cibuildwheel builds; to TestPyPI first, then the same bytes to"
    " PyPI; or checked on another machine.  [default: release, and release-wheels where modules are compiled]",
)
@option(
    "--with",
    "extras",
    type=click.Choice(EXTRAS),
    multiple=True,
    help="A further workflow to write: diagnose asks an index, before the first tag, whether it would take a release.",
)
@option("--package", "packages", metavar="NAME", multiple=True, help="The package, where a repository has several.")
@option("--repository", metavar="OWNER/NAME", help="The repository on GitHub.  [default: the git remote's]")
@option("--pin", metavar="COMMIT", help="The commit of our own action.  [default: GitHub is asked for it]")
@option("--check", is_flag=True, help="Write nothing; fail where the files are not as this version writes them.")
@option("--update", is_flag=True, help="Bring the files to this version, and keep your own lines.")
@option("--force", is_flag=True, help="Write over files that are there already.")
@option("--dry-run", is_flag=True, help="Write nothing; show what would be written.")
@option("--packaging", is_flag=True, help="Propose what pyproject.toml lacks, and nothing else.")
@option("--yes", is_flag=True, help="Write what --packaging proposes without a question.")
@format_options
def init(
    *,
    path: Path,
    template: str | None,
    extras: tuple[str, ...],
    packages: tuple[str, ...],
    repository: str | None,
    pin: str | None,
    check: bool,
    update: bool,
    force: bool,
    dry_run: bool,
    packaging: bool,
    yes: bool,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Set the repository at PATH up for releases: workflows, settings, and a page on how to release.

    Looks at the project, writes .github/workflows/release.yml and rehearse.yml with every action pinned to a commit,
    Dependabot's entry that keeps the pins fresh, PUBLISHING.md, and a [tool.pypublish] table, and says what is left to
    do by hand, with links and values. What is there already stays.

    With --packaging it proposes what the project's pyproject.toml lacks, as a diff, and writes it when you say yes.
    """
    _one_of(check=check, update=update, force=force, packaging=packaging)
    _one_of(check=check, pin=bool(pin))
    with session("init", chosen_format=chosen_format, verbose=verbose, strict=strict) as run, ExitStack() as stack:
        from pypublish.checks.platform_wheels import proposed_template
        from pypublish.edges import own_action

        run.surface.started("init")
        if packaging:
            from pypublish.cli.packaging import propose

            exit_with(propose(run, path, dry_run=dry_run, yes=yes))
        own = None if check or pin else own_action.commit_of_checkout(run.world)
        asked = None if check or pin or own else stack.enter_context(own_action.asking(run.world))
        from pypublish.stages.surveying import survey as look

        found = _host(look(path, packages, run.world), repository, anywhere=check)
        asks = chosen_format in {None, "text"} and sys.stdin.isatty() and sys.stdout.isatty()
        if asks and not (check or update):
            run.surface.close()  # nothing may be drawn over the questions
            found, template = _ask(found, template)
        if strict is None:
            strict = any(one.settings.strict for one in found.packages)
        strictly = replace(run, strict=strict)
        pinned = _pin(pin, own, asked)
        if check:
            exit_with(_check(strictly, found, pinned, template, extras))
        if update:
            exit_with(_update(strictly, found, pinned, template, extras, dry_run=dry_run))
        exit_with(
            _init(strictly, found, pinned, template or proposed_template(found), extras, force=force, dry_run=dry_run)
        )


def _one_of(**given: bool) -> None:
    chosen = [f"--{name}" for name, is_given in given.items() if is_given]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} do not go together", hint="Give one of them.")


def _init(
    run: Session, found: Survey, pin: Pin, template: str, extras: tuple[str, ...], *, force: bool, dry_run: bool
) -> int:
    from pypublish.checks.setting_up import EXISTING_FILE_STAYS
    from pypublish.checks.setup_plan import Wanted
    from pypublish.findings import Severity
    from pypublish.render.remaining import remaining
    from pypublish.stages.init import init as stage
    from pypublish.stages.planning import plan

    planned = plan(found, Wanted(template=template, extras=extras, pin=pin))
    outcome = stage(planned, _texts(planned), run.world, force=force, dry_run=dry_run, strict=bool(run.strict))
    if dry_run:
        _show(run, outcome.value or ())
    listed = tuple(f"  {change.path}" for change in outcome.value or ())
    head = ("Would be written:" if dry_run else "Written:", *listed, "") if listed else ()
    left = [
        found.where.file
        for found in outcome.findings
        if found.check == EXISTING_FILE_STAYS.id and found.severity is Severity.WARNING and found.where.file
    ]
    written, to_write = bool(listed) and not dry_run, bool(listed) and dry_run
    steps = remaining(planned, written=written, to_write=to_write, left=left)
    return run.finish(replace(outcome, closing=(*head, *steps)))


def _update(
    run: Session, found: Survey, pin: Pin, template: str | None, extras: tuple[str, ...], *, dry_run: bool
) -> int:
    from pypublish.stages import setup_record
    from pypublish.stages.planning import plan
    from pypublish.stages.updating import update

    record = setup_record.read(found.top)
    planned = plan(found, setup_record.wanted_so_far(found, record, pin, template=template, extras=extras))
    outcome = update(planned, _texts(planned), run.world, dry_run=dry_run, strict=bool(run.strict))
    if dry_run:
        _show(run, outcome.value or ())
    return run.finish(outcome)


def _check(run: Session, found: Survey, pin: Pin, template: str | None, extras: tuple[str, ...]) -> int:
    from pypublish.stages import setup_record
    from pypublish.stages.checking_setup import check
    from pypublish.stages.planning import plan

    record = setup_record.read(found.top)
    planned = plan(found, setup_record.wanted_so_far(found, record, pin, template=template, extras=extras))
    return run.finish(check(planned, run.world, strict=bool(run.strict)))


def _texts(plan: Plan) -> Texts:
    from pypublish.checks.setup_plan import Texts
    from pypublish.render.publishing_page import publishing_page
    from pypublish.render.settings_table import settings_table

    return Texts(
        page=publishing_page(plan),
        tables={package.pyproject: settings_table(package) for package in plan.survey.packages},
    )


def _host(found: Survey, repository: str | None, *, anywhere: bool) -> Survey:
    from pypublish.checks.repository_host import named
    from pypublish.checks.setup_plan import Hosting

    if repository:
        owner, name = named(repository)
        return replace(found, hosting=Hosting(owner=owner, repository=name))
    if found.hosting.elsewhere and not anywhere:
        raise UsageError(
            f"the repository is on {', '.join(found.hosting.elsewhere)}, and the workflows run on github.com alone",
            hint="There, a job of your own runs `pypublish prepare`, `pypublish upload` and `pypublish verify`: the"
            " same checks, and an API token. To set up GitHub nevertheless: --repository OWNER/NAME.",
        )
    return found


def _pin(given: str | None, own: tuple[str, bool] | None, asked: Future[str] | None) -> Pin:
    from pypublish import __version__
    from pypublish.checks.setup_plan import Pin

    if given:
        if not (len(given) == 40 and set(given) <= set("0123456789abcdef")):  # noqa: PLR2004
            raise UsageError(
                f"--pin {given}: a commit is 40 hex digits", hint="git rev-parse v1.2.0^{commit} prints one."
            )
        return Pin(ref=given, version=__version__)
    if own is not None:
        commit, is_the_versions = own
        return Pin(ref=commit, version=__version__, remark="" if is_the_versions else "unreleased")
    if asked is None:
        return Pin(ref=f"v{__version__}", version=__version__, why_not="nobody was asked for the commit")
    try:
        return Pin(ref=asked.result(), version=__version__)
    except PypublishError as error:
        return Pin(ref=f"v{__version__}", version=__version__, why_not=str(error))


def _ask(found: Survey, template: str | None) -> tuple[Survey, str | None]:
    """Ask on a terminal what cannot be found out; Enter takes what is proposed."""
    from pypublish.checks.platform_wheels import proposed_template
    from pypublish.checks.setup_plan import PLACEHOLDER, Hosting

    home = found.hosting
    if not home.is_known:
        question = "Repository on GitHub, as OWNER/NAME; Enter to fill it in later"
        answer: tuple[str, str] = click.prompt(
            question, default=PLACEHOLDER, show_default=False, value_proc=_repository, err=True
        )
        found = replace(found, hosting=Hosting(owner=answer[0], repository=answer[1]))
    elif home.others:
        own = f"{home.owner}/{home.repository}"
        chosen = click.prompt("Whose tags release", type=click.Choice([own, *home.others]), default=own, err=True)
        owner, _, name = chosen.partition("/")
        found = replace(found, hosting=Hosting(owner=owner, repository=name))
    if template is None:
        for name, meaning in TEMPLATES.items():
            click.echo(f"  {name:<24}{meaning}", err=True)
        template = click.prompt(
            "How to release",
            type=click.Choice(list(TEMPLATES)),
            show_choices=False,
            default=proposed_template(found),
            err=True,
        )
    return found, template


def _repository(answer: str | tuple[str, str]) -> tuple[str, str]:
    from pypublish.checks.repository_host import named

    try:
        return answer if isinstance(answer, tuple) else named(answer)
    except UsageError as error:
        raise click.UsageError(f"{error}. {error.hint}") from None  # click asks again


def _show(run: Session, changes: tuple[Change, ...]) -> None:
    """Show what would change as a patch: beside the document, where one is asked for."""
    from pypublish.render.diff import diff

    run.surface.close()
    for change in changes:
        run.show_text(diff(change.path, change.before or "", change.after))
