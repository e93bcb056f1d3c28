"""How the index stands to the project before anything is built: whether it would take a new release of it at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pypublish.checks.catalog import check
from pypublish.checks.described import PYPROJECT
from pypublish.checks.words import expected
from pypublish.findings import Location, Problem, Severity
from pypublish.listing import Released
from pypublish.model import Intent, Project
from pypublish.pypi import callers, limits, names
from pypublish.pypi.callers import Caller
from pypublish.pypi.shelf import ShelvedProject

NEARLY_FULL = 0.9
"""From which part of the limit on a project is told that it fills up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The subject: the project, where it is to be released, and what the index says of it."""

    project: Project
    intent: Intent
    released: Released

    @property
    def where(self) -> Location:
        """Where the project is named."""
        return Location(file=PYPROJECT, line=self.project.lines.get("project.name"))


@check(Severity.ERROR, pypi="P4:standard-library P4:prohibited")
def new_project_may_have_its_name(subject: Standing) -> Iterator[Problem]:
    """The name of a project that is not on PyPI yet is one that PyPI gives away.

    It keeps those of the standard library's modules, of any Python, and some others. What a name must not look like
    the server alone can tell: then the first upload fails, or the registration of its publisher.

    Fix: choose another name, and see at https://pypi.org/project/<name>/ that nobody has it.

    Example:
        - name = "dataclasses"
        + name = "acme-dataclasses"

    """
    name = subject.project.name
    if subject.released.project_exists or not subject.intent.index.is_pypi:
        return
    if answer := names.is_no_standard_module(name):
        message = f"{name!r} is a module of Python's standard library; PyPI gives its name to no new project"
        yield Problem(message=message, where=subject.where, answer=expected(answer))
    elif answer := names.is_not_prohibited(name):
        message = f"PyPI gives the name {name!r} to nobody"
        yield Problem(message=message, where=subject.where, answer=expected(answer))


@check(Severity.ERROR, pypi="P6:status")
def project_is_active(subject: Standing) -> Iterator[Problem]:
    """The project on the index is neither archived nor quarantined.

    Neither takes new files (PEP 792).

    Fix: for a quarantine, read the index's mail to the owners; an archived project is opened again in its settings.

    Example:
        https://pypi.org/manage/project/hello/settings/ → Unarchive

    """
    released, index = subject.released, subject.intent.index
    project = ShelvedProject(name=subject.project.name, status=released.status)
    if answer := callers.may_upload_to(Caller(user=None), project, now=0):
        yield Problem(
            message=f"{subject.project.name} is {released.status} on {index.title}",
            severity=Severity.ERROR if subject.intent.binding else Severity.NOTE,
            answer=expected(answer) if index.is_pypi else "",
        )


@check(Severity.WARNING, pypi="S2")
def project_has_room(subject: Standing) -> Iterator[Problem]:
    """The project's files have less than 10 GiB together, with room for the next release.

    PyPI refuses what goes beyond, unless the project was granted more, which is not public.

    Fix: ask for a higher limit, which takes days (https://docs.pypi.org/project-management/storage-limits/); deleting
    old releases breaks those who use them.
    """
    size, name = subject.released.size, subject.project.name
    if size is None or not subject.intent.index.is_pypi or size < NEARLY_FULL * limits.PROJECT_SIZE:
        return
    answer = limits.project_is_small_enough(name, size)
    yield Problem(
        message=f"the files of {name} on {subject.intent.index.title} have {size / limits.GIBIBYTE:.1f} GiB;"
        f" a project may have {limits.PROJECT_SIZE // limits.GIBIBYTE}, if it was not granted more",
        severity=None if answer else Severity.NOTE,
        answer=expected(answer),
    )
