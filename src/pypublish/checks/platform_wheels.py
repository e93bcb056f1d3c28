"""Wheels for several platforms: which workflow has them built, and which template a package needs for it."""

from __future__ import annotations

from pypublish.checks.jobs import action_name, jobs
from pypublish.checks.setup_plan import Package, Plan, Survey, Wanted
from pypublish.workflows import Workflows

CIBUILDWHEEL = "pypa/cibuildwheel"
ON_ONE_MACHINE, ON_EACH_PLATFORM = "release", "release-wheels"
"""Templates that differ in nothing but where the wheels are built."""
WITH_A_DRY_RUN = frozenset({ON_ONE_MACHINE, ON_EACH_PLATFORM})


def workflow_that_builds_them(workflows: Workflows | None) -> str:
    """Return the file of the first workflow that runs cibuildwheel; empty where none does."""
    if workflows is None:
        return ""
    return next(
        (
            file.path
            for file in workflows.workflows
            for job in jobs(file)
            if any(action_name(step.uses).lower() == CIBUILDWHEEL for step in job.steps)
        ),
        "",
    )


def proposed_template(survey: Survey) -> str:
    """Return the template that fits a repository whose maintainer names none."""
    return ON_EACH_PLATFORM if _compiles(survey) else ON_ONE_MACHINE


def template_of(package: Package, wanted: Wanted, survey: Survey) -> str:
    """Return the template for one package: cibuildwheel fails for the pure ones beside those with compiled modules."""
    beside = wanted.template == ON_EACH_PLATFORM and not package.compiled_by and _compiles(survey)
    return ON_ONE_MACHINE if beside else wanted.template


def built_on_each_platform(plan: Plan) -> tuple[Package, ...]:
    """Return the packages whose wheels cibuildwheel builds."""
    found = plan.survey.packages
    return tuple(one for one in found if template_of(one, plan.wanted, plan.survey) == ON_EACH_PLATFORM)


def _compiles(survey: Survey) -> bool:
    return any(package.compiled_by for package in survey.packages)
