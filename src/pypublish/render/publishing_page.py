"""PUBLISHING.md: how this project is released, for whoever does it after the one who set it up."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish import REPOSITORY
from pypublish.checks.platform_wheels import WITH_A_DRY_RUN, built_on_each_platform
from pypublish.checks.setup_plan import Package, Plan, Registration
from pypublish.render.markdown import code, escape, table
from pypublish.render.publishing_trouble import TROUBLE
from pypublish.render.raising_versions import follows_the_tag, on_the_command_line, tag, where_the_version_is

_CHANGELOGS = ("CHANGELOG.md", "CHANGELOG.rst", "CHANGES.md", "CHANGES.rst", "HISTORY.md", "HISTORY.rst", "NEWS.md",
               "NEWS.rst", "CHANGELOG", "CHANGES", "NEWS")  # fmt: skip

_INTRODUCTION = """\
A pushed tag releases: GitHub builds the tagged commit, checks the files by PyPI's rules, uploads them without any
password (Trusted Publishing), compares what users get with what was built, installs it and runs it."""

_DOCS = f"https://github.com/{REPOSITORY}/blob/main/docs"


def publishing_page(plan: Plan) -> str:
    """Return the page as Markdown, for all packages of the repository that are set up."""
    first = plan.survey.packages[0]
    parts = [
        f"# Releasing {_names(plan)}",
        _INTRODUCTION,
        _prerequisites(plan, first),
        _methods(plan, first),
        _before(plan, first),
        _numbers(plan, first),
        _after(plan),
        _trouble(plan),
    ]
    return "\n\n".join(parts) + "\n"


def _names(plan: Plan) -> str:
    return ", ".join(escape(package.name) for package in plan.survey.packages)


def _prerequisites(plan: Plan, first: Package) -> str:
    home = plan.survey.hosting
    asking = code(f"uvx pypublish-action doctor --online{on_the_command_line(first)}")
    return f"""\
## Once, before the first release

- On GitHub, [Settings → Environments]({home.url}/settings/environments): {_environments(plan)}.
- On GitHub, [a ruleset for tags]({home.url}/settings/rules): who may push a tag may start a release.
- On the indexes, a trusted publisher with exactly these values:

{table(("index", "project", "owner", "repository", "workflow", "environment"), map(_row, plan.registrations))}

An index that has the project takes the entry under Manage → Publishing instead. {asking}
prints the links, and compares the values with what is there.

Who approves a release is a reviewer of the environment, and needs no account on PyPI. Who yanks one needs an account on
PyPI, with two-factor authentication, that maintains the project there."""


def _environments(plan: Plan) -> str:
    named = dict.fromkeys((one.publisher.environment, one.index.title) for one in plan.registrations)
    return ", ".join(
        f"{code(name)}{', with a reviewer' if title == 'PyPI' else ', without one'}" for name, title in named if name
    )


def _row(one: Registration) -> tuple[str, ...]:
    who = one.publisher
    return (
        f"[{one.index.title}]({one.new})",
        *map(code, (one.package, who.owner, who.repository, who.workflow, who.environment)),
    )


def _methods(plan: Plan, first: Package) -> str:
    example = code(f"git tag -a {tag(first, '1.2.0')} -m 1.2.0 && git push origin {tag(first, '1.2.0')}")
    actions = f"{plan.survey.hosting.url}/actions"
    rows = [
        ("a release", example, "PyPI, then a GitHub release"),
        (
            "a rehearsal at home",
            code(f"uvx pypublish-action rehearse{on_the_command_line(first)}"),
            "nowhere; nothing is published",
        ),
    ]
    by_hand = f"[Actions]({actions}) → {escape(plan.workflow_name(first))} → Run workflow"
    # A compiler hardly ever makes the same wheel twice.
    run_id = " and, as run-id, the number of the run" if built_on_each_platform(plan) else ""
    if plan.wanted.template in WITH_A_DRY_RUN:
        rows += [
            ("a dry run on GitHub", f"{by_hand}, index `dry-run`", "nowhere; nothing is published"),
            ("a trial on TestPyPI", f"{by_hand}, index `testpypi`", "TestPyPI"),
            ("finish a release that stopped", f"{by_hand}, index `pypi`, with the tag{run_id}", "PyPI"),
        ]
    else:
        where = "TestPyPI, then PyPI" if plan.wanted.template == "release-testpypi-first" else "PyPI"
        rows += [("finish a release that stopped", f"{by_hand}, with the tag", where)]
    shown = table(("what", "how", "where to"), rows)
    return f"## Ways to release\n\n{shown}\n\n{_on_pull_requests(plan)}{_wheels(plan)}{_folders(plan)}"


def _on_pull_requests(plan: Plan) -> str:
    many = "workflows rehearse" if plan.survey.several else "workflow `rehearse.yml` rehearses"
    return f"The {many} the release on every pull request, so that a change which breaks it is seen there."


def _wheels(plan: Plan) -> str:
    built = built_on_each_platform(plan)
    if not built:
        return ""
    whose = f" of {', '.join(escape(one.name) for one in built)}" if len(built) < len(plan.survey.packages) else ""
    return f"""

cibuildwheel builds the wheels{whose}, on a machine for each platform. For which Pythons, and how each wheel is tested,
stands under `[tool.cibuildwheel]` in pyproject.toml ([its options](https://cibuildwheel.pypa.io/en/stable/options/)). A
dry run on GitHub builds all of them; a rehearsal at home or on a pull request builds the sdist and one wheel."""


def _folders(plan: Plan) -> str:
    if not plan.survey.several:
        return ""
    rows = [
        (code(one.name), code(one.folder), code(tag(one, "1.2.0")), escape(plan.workflow_name(one)))
        for one in plan.survey.packages
    ]
    head = ("package", "folder", "tag of 1.2.0", "workflow")
    return "\n\nEach package has tags and a workflow of its own:\n\n" + table(head, rows)


def _before(plan: Plan, first: Package) -> str:
    changelog = next((name for name in _CHANGELOGS if name in plan.survey.files), "")
    steps = [
        f"The default branch{_branch(plan)} is green, `rehearse` included.",
        f"{code(changelog)} says what users notice, under the new version." if changelog else
        "What users notice is written down; without a changelog, the GitHub release lists the commits.",
        "The number says how much changes (below)." if follows_the_tag(first) else
        "The version is raised (below), committed and pushed.",
        "`requires-python` and the classifiers name the Pythons that the tests run on. It cannot be mended later.",
        f"The page looks right: `uvx pypublish-action preview{on_the_command_line(first)}`.",
        f"`uvx pypublish-action rehearse{on_the_command_line(first)}` ends green.",
    ]  # fmt: skip
    return "## Before a release\n\n" + "\n".join(f"- [ ] {step}" for step in steps)


def _branch(plan: Plan) -> str:
    return f", {code(plan.survey.default_branch)}," if plan.survey.default_branch else ""


def _numbers(plan: Plan, first: Package) -> str:
    if len(plan.survey.packages) > 1:
        where = "\n".join(f"- {escape(one.name)}: {where_the_version_is(one)}" for one in plan.survey.packages)
    else:
        where = where_the_version_is(first)
    rows = list(_kinds(first))
    return f"""\
## Version numbers

{where}

{table(("what it is", "version", "tag"), rows)}

The form is that of [PEP 440](https://packaging.python.org/en/latest/specifications/version-specifiers/). From old to
new: `1.2.0.dev1`, `1.2.0a1`, `1.2.0b1`, `1.2.0rc1`, `1.2.0`, `1.2.0.post1`, `1.2.1`. `pip install` gives pre-releases
(`dev`, `a`, `b`, `rc`) only to who asks for them. A version with `+` cannot be uploaded, and none can twice, not even
after it was deleted."""


def _kinds(first: Package) -> Iterator[tuple[str, str, str]]:
    kinds = {
        "corrections alone": "1.2.1",
        "something new, and nothing breaks": "1.3.0",
        "something breaks": "2.0.0",
        "to be tried by some before all get it": "1.3.0rc1",
        "the same code, with a mended description": "1.2.0.post1",
        "for TestPyPI alone": "1.3.0.dev1",
    }
    for what, version in kinds.items():
        yield what, code(version), code(tag(first, version))


def _after(plan: Plan) -> str:
    names = [package.name for package in plan.survey.packages]
    pages = ", ".join(f"[{escape(name)}](https://pypi.org/project/{name}/)" for name in names)
    yanking = ", ".join(f"[{escape(name)}](https://pypi.org/manage/project/{name}/releases/)" for name in names)
    return f"""\
## After a release

- [ ] `verify` is green: what PyPI serves is what was built, and it installs and runs. Green means done.
- [ ] Look at the page: {pages}.
- [ ] Look at the [GitHub release]({plan.survey.hosting.url}/releases); announce it where your users are.
- [ ] If the release is broken, yank it: {yanking} → Options → Yank. Who has pinned it still gets it, nobody else does.
      Then release the next version. Do not delete it: that breaks those who pinned it, and frees nothing."""


def _can_be_seen(what: str, plan: Plan) -> bool:
    if "`wheels`" in what:
        return bool(built_on_each_platform(plan))
    return "dry-run" not in what or plan.wanted.template in WITH_A_DRY_RUN


def _trouble(plan: Plan) -> str:
    rows = [(what, do) for what, do in TROUBLE if _can_be_seen(what, plan)]
    return f"""\
## When something is red

The first thing to try is *Re-run failed jobs*: every step may be run again, and the same files are used.

{table(("what you see", "what to do"), rows)}

[Everything that can stop a release]({_DOCS}/recovery.md) is listed by what you see. `uvx pypublish-action status` says
where a release stands, and `uvx pypublish-action explain CHECK` what a finding means."""
