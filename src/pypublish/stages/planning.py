"""Plan what init writes: each workflow for each package, and what PyPI has to be told of them."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.checks import filling
from pypublish.checks.platform_wheels import ON_EACH_PLATFORM, built_on_each_platform
from pypublish.checks.publisher import publish_jobs, publishing_page
from pypublish.checks.publishing import secrets_for_an_index
from pypublish.checks.setting_up import (
    ONE_MACHINE_IS_ENOUGH,
    ONE_WORKFLOW_PUBLISHES,
    PUBLISHER_IS_KNOWN,
    SOMETHING_IS_COMPILED,
    TAG_FORMAT_FITS,
    found,
)
from pypublish.checks.setup_plan import Package, Plan, Planned, Registration, Survey, Wanted
from pypublish.checks.tag_formats import OF_SEVERAL
from pypublish.edges import templates
from pypublish.edges.github_yaml import parse
from pypublish.edges.workflows import read_workflows
from pypublish.findings import Finding, Location
from pypublish.pypi.names import normalise
from pypublish.stages.doctor import SITES, forms_of
from pypublish.workflows import Workflows


def plan(survey: Survey, wanted: Wanted) -> Plan:
    """Fill the templates in for each package.

    Raises:
        UsageError: there is no such template.

    """
    needed = [(package, name) for package in survey.packages for name in filling.templates_of(package, wanted, survey)]
    texts = {name: templates.read(name) for name in dict.fromkeys(name for _, name in needed)}
    workflows = tuple(filling.planned(survey, package, name, texts[name], wanted.pin) for package, name in needed)
    registrations = tuple(one for package in survey.packages for one in _registrations(survey, package, workflows))
    return Plan(survey=survey, wanted=wanted, workflows=workflows, registrations=registrations)


def concerns(plan: Plan) -> Iterator[Finding]:
    """Yield what of the repository does not go with what is planned."""
    yield from _about_the_host(plan.survey)
    yield from _about_tags(plan.survey)
    yield from _about_compiled_modules(plan)
    ours = {one.path for one in plan.workflows}
    there = read_workflows(plan.survey.top)
    for path in dict.fromkeys(job.file.path for job in publish_jobs(there)):
        if path not in ours and not path.endswith(
            tuple(f"-{name}.yml" for name in map(normalise, plan.survey.neighbours))
        ):
            message = "publishes already; beside the new workflow it would publish a second time"
            yield found(ONE_WORKFLOW_PUBLISHES, message, where=Location(file=path))
    yield from _about_tokens(there, ours)


def _about_the_host(survey: Survey) -> Iterator[Finding]:
    home = survey.hosting
    if not home.is_known:
        why = "there is no git repository" if not survey.in_git else "the repository has no remote on GitHub"
        yield found(PUBLISHER_IS_KNOWN, f"{why}: OWNER and REPOSITORY stand in the links and values below")
    elif home.others:
        message = (
            f"the remotes name {home.owner}/{home.repository} and {', '.join(home.others)};"
            f" {home.owner}/{home.repository} is taken"
        )
        hint = "PyPI trusts the repository that the tags are pushed to. Another one: --repository OWNER/NAME."
        yield found(PUBLISHER_IS_KNOWN, message, hint=hint)


def _about_tags(survey: Survey) -> Iterator[Finding]:
    assumed = [package for package in survey.packages if not package.has_settings]
    if survey.has_no_history and assumed:
        message = (
            f"the clone is shallow and has no tags, so nobody knows how it tags: {assumed[0].tag_format!r} is assumed"
        )
        hint = (
            "See by git ls-remote --tags; set tag-format in [tool.pypublish] to it, then run pypublish init --update."
        )
        yield found(TAG_FORMAT_FITS, message, hint=hint)
    for package in survey.packages:
        if survey.several and package.has_settings and "{name}" not in package.tag_format:
            message = f"{package.name} has tags like {package.tag_format!r}, which do not name it among the packages"
            hint = f'Write tag-format = "{OF_SEVERAL}" under [tool.pypublish]; then run pypublish init --update.'
            where = Location(file=package.pyproject, line=package.source.lines.get("tool.pypublish"))
            yield found(TAG_FORMAT_FITS, message, hint=hint, where=where)


def _about_tokens(there: Workflows, ours: set[str]) -> Iterator[Finding]:
    """Yield the workflows that have a token for PyPI, and seem to publish by what cannot be read in them: tox, make."""
    known = ours | {job.file.path for job in publish_jobs(there)}
    for file in there.workflows:
        secret = next(secrets_for_an_index(file), None)
        if secret is not None and file.path not in known:
            name, where = secret
            message = f"has the secret {name}, so it seems to publish; beside the new workflow it would do so again"
            yield found(ONE_WORKFLOW_PUBLISHES, message, where=where)


def _about_compiled_modules(plan: Plan) -> Iterator[Finding]:
    on_each_platform = built_on_each_platform(plan)
    for package in plan.survey.packages:
        if package.compiled_by and package not in on_each_platform:
            message = (
                f"{package.name} has compiled modules ({package.compiled_by}): the workflow releases its sdist, and no"
                " wheels but what one Linux machine builds"
            )
            hint = (
                f"pypublish init --update --template {ON_EACH_PLATFORM} has cibuildwheel build them for each platform."
            )
            yield found(ONE_MACHINE_IS_ENOUGH, message, hint=hint)
        elif package in on_each_platform and not package.compiled_by:
            message = f"nothing in {package.name} seems to be compiled, and cibuildwheel fails where a wheel is pure"
            yield found(SOMETHING_IS_COMPILED, message)


def _registrations(survey: Survey, package: Package, planned: tuple[Planned, ...]) -> Iterator[Registration]:
    own = tuple(
        parse(one.text, one.path)
        for one in planned
        if one.package == package.name and one.path.startswith(filling.FOLDER)
    )
    home = survey.hosting
    for form in forms_of(Workflows(workflows=own), package.name, (home.owner, home.repository)):
        if form.assumed:
            continue  # the template that was chosen does not publish there
        site = SITES[form.index.name]
        yield Registration(
            index=form.index,
            package=package.name,
            publisher=form.publisher,
            new=f"{site}/manage/account/publishing/",
            existing=publishing_page(site, package.name, form.publisher),
        )
