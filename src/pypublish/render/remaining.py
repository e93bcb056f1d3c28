"""What is left to do by hand after init, with links and values: the last thing that it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pypublish.checks.platform_wheels import built_on_each_platform
from pypublish.checks.setup_plan import Package, Plan
from pypublish.checks.tag_formats import tag_filter
from pypublish.checks.tags import parse_version, version_of_tag
from pypublish.model import PYPI
from pypublish.render.raising_versions import on_the_command_line, tag

PENDING = 3
"""Publishers of projects that do not exist yet, which an index keeps for one account (PyPI, 2026)."""


def remaining(plan: Plan, *, written: bool, to_write: bool = False, left: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the steps as lines: files were `written`, there are some `to_write`, or nothing is new.

    `left` are files that were not touched, and are not what the rest speaks of.
    """
    # Where nothing is new, all this has been said before, and what of it is done by now is not known here.
    lines = ["Left to do by hand:" if written or to_write else "To do by hand, as far as it is not done yet:", ""]
    for number, step in enumerate(_steps(plan, written=written, to_write=to_write, left=left), start=1):
        first, *rest = step
        lines += [f" {number}. {first}", *(f"    {line}".rstrip() for line in rest), ""]
    return tuple(lines[:-1])


def _steps(plan: Plan, *, written: bool, to_write: bool, left: Sequence[str]) -> Iterator[list[str]]:
    home, packages = plan.survey.hosting, plan.survey.packages
    if left:
        yield [f"Decide on {', '.join(left)}, as said above:", "what follows is about the files that init writes."]
    if written:
        yield ["Read what was written, and commit it."]
    elif to_write:
        yield ["Run this without --dry-run, and commit the files."]
    if not plan.wanted.pin.is_commit:
        yield [
            f"The workflows name our action by {plan.wanted.pin.ref}, and a tag can be moved. Its commit is not known:",
            f"{plan.wanted.pin.why_not}.",
            "Write it in later: uvx pypublish-action init --update (or, with the commit: --pin COMMIT)",
        ]
    yield list(_environments(plan))
    filters = ", ".join(dict.fromkeys(tag_filter(one.tag_format, one.name) for one in packages))
    yield [
        "Protect the tags: who may push one may start a release. Make a ruleset:",
        f"  {home.url}/settings/rules/new?target=tag",
        f"  target {filters}; restrict creations, updates and deletions; who releases may bypass it.",
    ]
    for index in dict.fromkeys(one.index.name for one in plan.registrations):
        yield list(_publisher(plan, index))
    yield list(_try_it(plan))


def _environments(plan: Plan) -> Iterator[str]:
    yield "Make the environments that the workflow publishes from:"
    yield f"  {plan.survey.hosting.url}/settings/environments"
    packages = plan.survey.packages
    filters = ", ".join(dict.fromkeys(tag_filter(one.tag_format, one.name) for one in packages))
    branch = f"the branch {plan.survey.default_branch}" if plan.survey.default_branch else "the default branch"
    named = dict.fromkeys((one.publisher.environment, one.index.name == PYPI.name) for one in plan.registrations)
    for name, is_pypi in named:
        if is_pypi:
            yield f"  {name}: with a required reviewer, who is not the one that pushes the tag if you are several;"
            yield f"    deployment branches and tags: {filters}, and {branch}, from which stopped releases are finished"
        elif name:
            yield f"  {name}: without reviewers, for every branch"


def _publisher(plan: Plan, index_name: str) -> Iterator[str]:
    own = [one for one in plan.registrations if one.index.name == index_name]
    title, new = own[0].index.title, own[0].new
    yield f"Tell {title} who publishes. What it does not have yet is entered here, with the values below:"
    yield f"  {new}"
    for number, one in enumerate(own):
        if number:
            yield ""
        who = one.publisher
        values = (
            ("PyPI project name", one.package),
            ("Owner", who.owner),
            ("Repository name", who.repository),
            ("Workflow name", who.workflow),
            ("Environment name", who.environment or "(none)"),
        )
        yield from (f"    {name:<18} {value}" for name, value in values)
        yield f"  If it has {one.package} already, here, with the form filled in:"
        yield f"  {one.existing}"
    if len(own) > PENDING:
        yield f"  {title} lets one account have {PENDING} new projects waiting: enter the others after a release."


def _try_it(plan: Plan) -> Iterator[str]:
    first = plan.survey.packages[0]
    path = on_the_command_line(first)
    yield f"Try it at home, where nothing is published: uvx pypublish-action rehearse{path}"
    compiled = built_on_each_platform(plan)
    if compiled:
        name = plan.workflow_name(compiled[0])
        yield f"On GitHub, too, with all the wheels: {plan.survey.hosting.url}/actions → {name} → Run workflow."
    yield f"{_tagging(first)} PUBLISHING.md has the rest."


def _tagging(package: Package) -> str:
    if package.version is None and package.tags:
        return f"Then push the tag of the next version; the newest tag is {package.tags[0]}."
    version = parse_version(package.version or "")
    there = (one for one in package.tags if version_of_tag(one, package.tag_format, package.name) == version)
    if (own := next(there, None)) is not None:
        return f"There is a tag {own} already: raise the version, then push the tag of the new one."
    return f"Then push a tag like {tag(package, package.version or '1.2.0')}."
