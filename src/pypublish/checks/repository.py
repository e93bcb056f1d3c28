"""The repository that is released from: clean, whole, and there where the version comes from it."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.checks.catalog import check
from pypublish.checks.version import Versioning
from pypublish.checks.version_source import Origin
from pypublish.findings import Location, Problem, Severity


@check(Severity.ERROR)
def tree_is_clean(subject: Versioning) -> Iterator[Problem]:
    """The tracked files are as they were committed.

    A release is built from the commit, so that what is uploaded can be found again in the repository.

    Fix: commit the changes, or undo them (git restore).

    Example:
        $ git status --short
         M hello/__init__.py
        $ git commit -a

    """
    if not subject.changes:
        return
    shown = ", ".join(subject.changes[:3]) + (f" and {len(subject.changes) - 3} more" if subject.changes[3:] else "")
    built = "is left out of the build" if subject.intent.binding else "is built as it stands"
    yield Problem(
        message=f"uncommitted changes in {shown}: what is uncommitted {built}",
        where=Location(file=subject.changes[0]),
        severity=subject.weight,
    )


@check(Severity.ERROR)
def history_is_complete(subject: Versioning) -> Iterator[Problem]:
    """The clone has the history that the version is made of.

    A shallow clone knows no earlier tags, so a version control tool counts wrongly, and the version is a wrong one.

    Fix: set fetch-depth: 0 for actions/checkout, or run git fetch --unshallow --tags.

    Example:
        - uses: actions/checkout@…
          with:
        +   fetch-depth: 0

    """
    if subject.git is None or not subject.git.shallow or subject.source.origin is not Origin.VCS:
        return
    yield Problem(
        message=f"the clone is shallow, and {subject.source.tool} needs the history to find the version",
        # With the tag at the commit the version is right all the same.
        severity=Severity.NOTE if subject.tag_commit == subject.git.commit else subject.weight,
    )


@check(Severity.ERROR)
def repository_has_the_version(subject: Versioning) -> Iterator[Problem]:
    """There is a repository where the version comes from one.

    Outside a repository a version control tool finds no version, or makes 0.0.0.

    Fix: run it in a clone of the repository, not in a copy or a downloaded archive.

    Example:
        $ git clone https://github.com/acme/hello
        $ pypublish rehearse hello

    """
    if subject.source.origin is Origin.VCS and (subject.git is None or subject.git.commit is None):
        what = "the project is in no git repository" if subject.git is None else "the repository has no commit yet"
        yield Problem(
            message=f"{subject.source.tool} makes the version of git's tags, but {what}",
            # An unpacked sdist brings its version along (PKG-INFO).
            severity=subject.weight,
        )
