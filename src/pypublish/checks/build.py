"""The build: what it was made from, whether it came to an end, and whether it made what a release needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pypublish.building import Attempt, BuildFault, SourceOrigin, Workspace
from pypublish.checks.build_hints import hint_for
from pypublish.checks.catalog import check
from pypublish.findings import Location, Problem, Severity
from pypublish.model import ArtifactKind

LISTED = 10
"""Files that a message names."""

QUOTED = 15
"""Last lines of a backend that a message repeats; the log has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The subject: what was built from, and how it went."""

    workspace: Workspace
    attempt: Attempt


@check(Severity.ERROR)
def build_system_is_usable(subject: Build) -> Iterator[Problem]:
    """[build-system] names a backend that can be imported.

    Every installer that gets the sdist reads the same table to build from it (PEP 517, PEP 518).

    Fix: copy the [build-system] table from the documentation of your build backend.
    """
    yield from _failure(subject, BuildFault.BUILD_SYSTEM, where=Location(file="pyproject.toml"))


@check(Severity.ERROR)
def build_requirements_install(subject: Build) -> Iterator[Problem]:
    """What the build requires can be installed, all together.

    Whoever installs the sdist needs the same packages first.

    Fix: mend `requires` under [build-system]: the names, and the versions that they allow.
    """
    yield from _failure(subject, BuildFault.REQUIREMENTS, where=Location(file="pyproject.toml"))


@check(Severity.ERROR)
def build_backend_succeeds(subject: Build) -> Iterator[Problem]:
    """The build backend does what it is asked.

    Without its files there is nothing to release.

    Fix: read the backend's last lines; `python -m build` in a fresh clone of the commit says the same.
    """
    yield from _failure(subject, BuildFault.HOOK)


@check(Severity.ERROR)
def build_ends_in_time(subject: Build) -> Iterator[Problem]:
    """The build comes to an end within its time limit.

    A build that waits for something, such as an answer to a question, would wait for ever.

    Fix: find out what it waits for; if it only takes long, raise build-timeout in [tool.pypublish].
    """
    yield from _failure(subject, BuildFault.TIME_LIMIT)


@check(Severity.ERROR)
def build_makes_one_sdist(subject: Build) -> Iterator[Problem]:
    """The build makes one sdist, a .tar.gz file.

    PyPI takes one sdist for a version, in no other format (PEP 625).

    Fix: use a current build backend, and do not let the build write other files into its output folder.
    """
    yield from _not_one(subject, ArtifactKind.SDIST, (".tar.gz", ".zip", ".tar.bz2", ".tgz"))


@check(Severity.ERROR)
def sdist_can_be_built_from(subject: Build) -> Iterator[Problem]:
    """The sdist unpacks into one folder that can be built from.

    The wheel is built from the unpacked sdist, as installers build it for platforms without a wheel.

    Fix: let the build backend pack the sdist without steps of your own, and include pyproject.toml.
    """
    yield from _failure(subject, BuildFault.SDIST)


@check(Severity.ERROR)
def build_makes_one_wheel(subject: Build) -> Iterator[Problem]:
    """The build makes one wheel.

    Two wheels of one build would differ in what nobody chose; without one, every user has to build.

    Fix: use a current build backend, and do not let the build write other files into its output folder.
    """
    yield from _not_one(subject, ArtifactKind.WHEEL, (".whl",))


@check(Severity.NOTE)
def tree_has_no_untracked_files(subject: Build) -> Iterator[Problem]:
    """Every file in the tree is tracked or ignored.

    An untracked file is left out of the build; where it belongs to the package, the release lacks it.

    Fix: commit what belongs to the release, and name the rest in .gitignore.
    """
    workspace = subject.workspace
    if workspace.untracked and workspace.origin is not SourceOrigin.IN_TREE:
        yield Problem(message=f"left out of the build, because git does not track it: {_some(workspace.untracked)}")


@check(Severity.NOTE)
def build_is_from_a_clone(subject: Build) -> Iterator[Problem]:
    """The build is made from a clean clone of the commit.

    Elsewhere, leftovers of earlier builds and untracked files can get into the release.

    Fix: nothing where the checkout is fresh; else put the project under git, or check it out anew.
    """
    workspace = subject.workspace
    beside = (*workspace.changed, *workspace.untracked)
    if workspace.origin is SourceOrigin.IN_TREE:
        why = f", because {workspace.reason}" if workspace.reason else ""
        what = f"; the tree has what the commit has not: {_some(beside)}" if beside else ""
        yield Problem(message=f"built in the working tree{why}{what}")
    elif workspace.origin is SourceOrigin.COPY:
        why = f", because {workspace.reason}" if workspace.reason else ": it is in no git repository"
        yield Problem(message=f"built from a copy of the folder{why}")


@check(Severity.NOTE)
def build_backend_warns_of_nothing(subject: Build) -> Iterator[Problem]:
    """The build backend has nothing to warn of.

    What it warns of today is often an error in its next release.

    Fix: follow the warning.
    """
    for warning in subject.attempt.warnings:
        yield Problem(message=f"{subject.attempt.backend} warns: {warning}")


def _failure(subject: Build, fault: BuildFault, *, where: Location | None = None) -> Iterator[Problem]:
    failure = subject.attempt.failure
    if failure is None or failure.fault is not fault:
        return
    quoted = "\n".join(failure.output.splitlines()[-QUOTED:])
    yield Problem(
        message=f"{failure.reason}\n{quoted}" if quoted else failure.reason,
        hint=hint_for(f"{failure.reason}\n{failure.output}"),
        where=where or Location(),
    )


def _not_one(subject: Build, kind: ArtifactKind, suffixes: tuple[str, ...]) -> Iterator[Problem]:
    made = subject.attempt.made.get(kind)
    if made is None:
        return  # it was not got so far, and why not has been said
    found = sorted(name for name in made.files if name.endswith(suffixes))
    if not found:
        named = made.returned if re.fullmatch(r"[\w.+!-]{1,200}", made.returned) else "something that is no file name"
        yield Problem(message=f"the backend made no {kind.value}: it returned {named}, and there is no such file")
    elif len(found) > 1:
        yield Problem(message=f"the backend made {len(found)} {kind.value}s: {_some(found)}")
    elif not found[0].endswith(suffixes[0]):
        yield Problem(message=f"{found[0]} is no {suffixes[0]} file", where=Location(file=found[0]))
    elif found[0] != made.returned:
        yield Problem(message=f"the backend returned {made.returned!r}, but made {found[0]}")
    elif not made.files[found[0]]:
        yield Problem(message=f"{found[0]} is empty", where=Location(file=found[0]))


def _some(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
