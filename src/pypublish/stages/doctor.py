"""doctor: what PyPI has to be told of this project, and what in its workflows will not do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pypublish.checks import catalog, publishing, workflow
from pypublish.checks.project import Source
from pypublish.checks.publisher import of_folder, publishers, publishing_page, repository_of, template_publisher
from pypublish.checks.publishing import Publishing
from pypublish.checks.repository_host import hosting
from pypublish.edges import git
from pypublish.edges.github_api import Account
from pypublish.edges.http import Session
from pypublish.edges.workflows import read_workflows
from pypublish.edges.world import World
from pypublish.findings import Finding, Outcome, note
from pypublish.model import PYPI, TESTPYPI, Index, Publisher
from pypublish.settings import Settings
from pypublish.stages.surveying import name_of, released_names
from pypublish.workflows import Workflows

SITES = {PYPI.name: "https://pypi.org", TESTPYPI.name: "https://test.pypi.org"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What has to stand in one index's form for one way to publish."""

    index: Index
    project: str
    publisher: Publisher
    assumed: bool
    """There is no such workflow yet: these are the template's values."""
    exists: bool | None
    """Whether the project exists on the index; None where it was not asked."""


def doctor(
    source: Source, settings: Settings, world: World, *, online: bool, account: Account | None = None
) -> Outcome[tuple[Form, ...]]:
    """Read the repository's workflows and remotes, and say what to register and what to mend.

    Only with `online` are the indexes asked whether the project exists and who published last, and, as `account`,
    GitHub whether the publishing job may deploy.

    Raises:
        ToolMissingError: there is a repository, but no git.
        IndexUnavailableError: with `online`, the index does not answer.
        GitHubUnavailableError: with `online`, GitHub does not answer.

    """
    began = world.clock.monotonic()
    name = name_of(source) or source.tree.root.name
    repository = git.find_repository(source.tree.root, world)
    top = repository.toplevel if repository is not None else source.tree.root
    remotes = git.remotes(repository, world) if repository is not None else {}
    every = read_workflows(top, seen_from=source.tree.root)
    found = of_folder(every, repository.prefix if repository is not None else "")
    projects = released_names(top) if found == every else (name,)
    subject = Publishing(
        workflows=found,
        tag_format=settings.tag_format,
        name=name,
        tag_format_is_set="tag-format" in source.table("tool", "pypublish"),
        projects=projects,
    )
    findings = [
        *catalog.run(catalog.collect(workflow, Workflows), found, ignore=settings.ignore),
        *catalog.run(catalog.collect(publishing, Publishing), subject, ignore=settings.ignore),
    ]
    home = hosting(remotes)
    named = (home.owner, home.repository) if home.is_known else None
    if named is None:
        message = f"none of the remotes is on GitHub: {', '.join(remotes) or 'there is none'}"
        findings.append(
            note("publisher-is-predicted", message, hint="The owner and the repository are to be filled in.")
        )
    elif len({repository_of(url) for url in remotes.values()}) > 1:
        message = f"there are several remotes; {named[0]}/{named[1]} is taken, which is origin or the first"
        findings.append(note("publisher-is-predicted", message))
    forms = tuple(forms_of(found, name, (home.owner, home.repository)))
    if online:
        forms, learnt = _ask_indexes(forms, name, world)
        findings += catalog.waive(learnt, settings.ignore)
    if online and account is not None and (account.repository or named is not None):
        from pypublish.stages.asking import ask_github

        asked = account if account.repository or named is None else replace(account, repository="/".join(named))
        findings += ask_github(found, asked, settings, name, world)
    return Outcome(
        stage="doctor",
        value=forms,
        summary=f"{name}: {len(forms)} publishers to register",
        findings=tuple(findings),
        closing=tuple(line for form in forms for line in in_words(form, forms)),
        strict=settings.strict,
    ).taking(world.clock.monotonic() - began, began=began)


def _ask_indexes(forms: tuple[Form, ...], project: str, world: World) -> tuple[tuple[Form, ...], list[Finding]]:
    from pypublish.stages.asking import ask_index

    told: list[Form] = []
    findings: list[Finding] = []
    with Session(world) as session:
        for index in (PYPI, TESTPYPI):
            own = [form for form in forms if form.index == index]
            expected = tuple(form.publisher for form in own if not form.assumed)
            exists, found = ask_index(session, index, project, expected)
            told += [replace(form, exists=exists) for form in own]
            findings += found
    return tuple(told), findings


def forms_of(workflows: Workflows, project: str, named: tuple[str, str]) -> Iterator[Form]:
    """Yield what has to stand in each index's form, for each way to publish that the workflows have."""
    owner, repository = named
    for index in (PYPI, TESTPYPI):
        found = publishers(workflows, owner=owner, repository=repository, index_name=index.name)
        ways = list(dict.fromkeys(way.publisher for way in found))
        assumed = template_publisher(owner=owner, repository=repository, index_name=index.name)
        for publisher in ways or [assumed]:
            yield Form(index=index, project=project, publisher=publisher, assumed=not ways, exists=None)


def in_words(form: Form, forms: Sequence[Form]) -> tuple[str, ...]:
    """Return what a maintainer has to do for one way to publish among all `forms`, with the values to copy."""
    site, title = SITES[form.index.name], {"pypi": "PyPI", "testpypi": "TestPyPI"}[form.index.name]
    publisher = form.publisher
    link = publishing_page(site, form.project, publisher)
    values = (
        ("PyPI project name", form.project),
        ("Owner", publisher.owner),
        ("Repository name", publisher.repository),
        ("Workflow name", publisher.workflow),
        ("Environment name", publisher.environment or "(none)"),
    )
    origin = " (of the template: the repository has no workflow that publishes there)" if form.assumed else ""
    lines = [f"{title}{_which(form, forms)}{origin}"]
    asked = form.exists is not None
    if form.exists is not False:
        lines.append(f"  {'the' if asked else 'if the'} project exists: {link}")
    if form.exists is not True:
        lines.append(f"  {'a new project' if asked else 'if it is new'}: {site}/manage/account/publishing/")
        lines += [f"    {name:<18} {value}" for name, value in values]
    return (*lines, "")


def _which(form: Form, forms: Sequence[Form]) -> str:
    """Tell the ways to publish to one index apart, where there are several."""
    beside = [one.publisher for one in forms if one.index == form.index and one.publisher != form.publisher]
    own = form.publisher
    if not beside:
        return ""
    if all(one.workflow != own.workflow for one in beside):
        return f", by {own.workflow}"
    return f", by {own.workflow} " + (
        f"from the environment {own.environment}" if own.environment else "from no environment"
    )
