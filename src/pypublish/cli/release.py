"""`pypublish release`: the release on GitHub, after the files are on the index."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from pypublish.cli.options import format_options, manifest_options, option, path_argument
from pypublish.cli.session import Session, exit_with, given_tag, session
from pypublish.cli.source import read_source
from pypublish.cli.surface import Format
from pypublish.cli.verify import named_index
from pypublish.edges import staging
from pypublish.errors import UsageError
from pypublish.model import Index, Manifest

if TYPE_CHECKING:
    from pypublish.edges.git import Repository
    from pypublish.edges.github_api import Account
    from pypublish.findings import Outcome

TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")
"""Where a token is looked for that was not given: as GitHub's own tools do."""


@click.command()
@path_argument
@manifest_options
@option("--tag", metavar="TAG", help="The tag to release.  [default: the one that was sealed]")
@option(
    "--github-token",
    metavar="TOKEN",
    help="By which GitHub is asked (`contents: write`). Better as a variable, PYPUBLISH_GITHUB_TOKEN, GITHUB_TOKEN or"
    " GH_TOKEN: others can see a command line.",
)
@option(
    "--webhook",
    metavar="URL",
    help="Where the outcome is sent as JSON, once the release is made. Better as the variable"
    " PYPUBLISH_WEBHOOK: it is a secret.",
)
@option("--dry-run", is_flag=True, help="Print the notes and what would be done; change nothing.")
@format_options
def release(
    *,
    path: Path,
    manifest: Path,
    manifest_sha256: str | None,
    index_name: str | None,
    tag: str | None,
    github_token: str | None,
    webhook: str | None,
    dry_run: bool,
    chosen_format: Format | None,
    verbose: bool,
    strict: bool | None,
) -> None:
    """Make the release on GitHub for the tag of a sealed release, or complete the one that is there.

    A draft first, then the files, SHA256SUMS and the manifest, then it is published: so an immutable release is never
    empty. The notes are the changelog's section in the project at PATH, else what was merged since the last release.

    May be run again after any end. What is published already is only added to, never changed.
    """
    from pypublish.checks.github_release import tag_format_of
    from pypublish.render.release_notes import release_notes
    from pypublish.stages.changelog import find_changelog
    from pypublish.stages.release import release as stage
    from pypublish.stages.release_parts import Wanted
    from pypublish.stages.release_words import Checkout

    with session("release", chosen_format=chosen_format, verbose=verbose, strict=strict) as run:
        sealed, _ = staging.read(manifest, sha256=manifest_sha256)
        index = _index(sealed, index_name)
        chosen = _tag(sealed, given_tag(tag, run.world.environ))
        source, settings = read_source(path)
        settings = run.settings(settings)
        repository, account = _place(run, path, github_token)
        run.surface.started("release")
        read = source.document is not None
        wanted = Wanted(
            manifest=sealed,
            seal=manifest,
            index=index,
            tag=chosen,
            account=account,
            server_url=_server(run, account),
            project_url=_project_url(index, sealed),
            checkout=Checkout(changelog=find_changelog(source, settings, sealed.release.name), repository=repository),
            ignore=settings.ignore,
            tag_format=settings.tag_format if read else tag_format_of(sealed.release, chosen),
            webhook=(webhook or "").strip(),
            dry_run=dry_run,
            strict=settings.strict,
        )
        try:
            outcome = stage(wanted, run.world, write=release_notes)
        except KeyboardInterrupt:
            run.surface.close()
            if not dry_run:
                click.echo("\nA draft may be on GitHub. Run the same command again: it is completed.", err=True)
            raise
        code = run.finish(outcome)
        if dry_run and outcome.ok:
            _show_notes(run, outcome)
        exit_with(code)


def _index(sealed: Manifest, named: str | None) -> Index:
    """Return the index whose release this is.

    Raises:
        UsageError: nothing was released there.

    """
    if named == "dry-run":
        raise UsageError(
            "a dry run has published nothing that a release on GitHub could announce",
            hint="Prepare with --index pypi, publish, verify; then run this. To see the notes alone, use --dry-run"
            " instead of --index dry-run.",
        )
    index = named_index(sealed, named)
    if index.name == "testpypi":
        raise UsageError(
            "TestPyPI is for trials, so no release on GitHub is made of what is there",
            hint="Publish the same files to PyPI; then run this with --index pypi.",
        )
    return index


def _tag(sealed: Manifest, given: str | None) -> str:
    """Return the tag of the release.

    Raises:
        UsageError: there is none, or another one than was sealed.

    """
    own = sealed.release.tag
    if given and own and given != own:
        raise UsageError(
            f"the files were sealed for the tag {own}, not for {given}",
            hint=f"Name the manifest of {given}, or leave out --tag.",
        )
    if not (given or own):
        raise UsageError(
            "a release on GitHub needs a tag, and the files were sealed without one",
            hint="Tag the commit, and prepare and publish the release from the tag; or name the tag by --tag.",
        )
    return given or own or ""


def _place(run: Session, path: Path, token: str | None) -> tuple[Repository | None, Account]:
    """Return the repository that the project is in, and as whom GitHub is asked of which one.

    Raises:
        UsageError: neither GITHUB_REPOSITORY nor the git remote names one on GitHub.

    """
    from pypublish.edges import git
    from pypublish.edges.github_api import Account
    from pypublish.github import context

    environ = run.world.environ
    here = context.read(environ)
    repository = git.find_repository(path, run.world)
    given = token or next((environ[name] for name in TOKENS if environ.get(name)), "")
    account = Account(repository=here.repository, token=given.strip(), api_url=here.api)
    if account.repository:
        return repository, account
    url = git.origin_url(repository, run.world) if repository is not None else None
    return repository, replace(account, repository=_on_github(url, here.server))


def _on_github(remote: str | None, server: str) -> str:
    from pypublish.checks.publisher import repository_of
    from pypublish.checks.repository_host import host_of
    from pypublish.edges.route import shown

    found = repository_of(remote) if remote is not None else None
    if remote is None or found is None:
        raise UsageError(
            "it is not known which repository on GitHub this is: there is no git remote that names one",
            hint="Run this in a clone of it, or set GITHUB_REPOSITORY to owner/name.",
        )
    host = host_of(remote)
    if "github" not in host and host != (urlsplit(server).hostname or ""):
        raise UsageError(
            f"the git remote {shown(remote)} is not on GitHub, and this makes releases there alone",
            hint="Where the project is on GitHub too, set GITHUB_REPOSITORY to owner/name.",
        )
    return "/".join(found)


def _server(run: Session, account: Account) -> str:
    """Return where people look at GitHub: of an API of one's own, the host alone."""
    named = run.world.environ.get("GITHUB_SERVER_URL")
    if named:
        return named
    parts = urlsplit(account.api_url)
    return "https://github.com" if parts.hostname == "api.github.com" else f"{parts.scheme}://{parts.netloc}"


def _project_url(index: Index, sealed: Manifest) -> str:
    from pypublish.edges.index import normalised, page_url

    name, version = sealed.release.name, sealed.release.version
    if index.name == "pypi":
        return f"https://pypi.org/project/{normalised(name)}/{version}/"
    parts = urlsplit(page_url(index, name))
    # An address with a login is shown to nobody.
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _show_notes(run: Session, outcome: Outcome[object]) -> None:
    """Show the notes as they would be sent; of documents for machines, they are a part already."""
    if run.format in {"github", "text"}:
        run.show_text(f"\n{outcome.outputs['release-notes']}")
