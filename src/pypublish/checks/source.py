"""Whether an sdist is the tree that was tagged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from pypublish.checks.catalog import check
from pypublish.checks.subjects import Dist
from pypublish.checks.wheel_source import STATES_VERSION
from pypublish.checks.words import some
from pypublish.findings import Problem, Severity

OF_EVERY_BACKEND = re.compile(r"^PKG-INFO$|(^|/)[^/]+\.egg-info/")

WRITTEN_BY = {
    "setuptools": re.compile(r"^setup\.cfg$|^_custom_build/"),
    "poetry": re.compile(r"^setup\.py$"),
    "flit": re.compile(r"^setup\.py$"),
    "maturin": re.compile(r"(^|/)(Cargo\.(toml|lock)|Cargo\.toml\.orig|pyproject\.toml)$"),
    "pdm": re.compile(r"^pyproject\.toml$"),
    "scikit_build_core": re.compile(r"^pyproject\.toml$"),
    "mesonpy": re.compile(r"^pyproject\.toml$"),
}
"""What build backends write into an sdist themselves, by the beginning of their names."""

SUBSTITUTED = re.compile(r"(^|/)\.git_archival\.(txt|json)$|(^|/)(PKG-INFO|MANIFEST)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The subject: an sdist, and what git has of the tree that it was made of."""

    sdist: Dist
    prefix: str
    """The project's folder in the repository; empty at its top."""
    tracked: Mapping[str, frozenset[str]]
    """Tracked files that bear a name which is in the sdist, too: path from the top level -> SHA-256 it may have."""
    submodules: tuple[str, ...] = ()
    """Folders of other repositories in this one, by their paths from the top level: their files are not compared."""
    commit: str | None
    """The commit that is released; None where the tree was taken as it stands."""
    backend: str = ""
    generated: Mapping[str, str] = field(default_factory=dict)
    """Pattern -> why the build makes such files (`[tool.pypublish.generated]`)."""

    @property
    def tree(self) -> str:
        """Say what the sdist is compared with."""
        return f"commit {self.commit[:7]}" if self.commit is not None else "the tracked files"

    @property
    def severity(self) -> Severity | None:
        """How grave a difference is: what is no release yet may be under way."""
        return None if self.commit is not None else Severity.WARNING

    def is_explained(self, path: str) -> bool:
        """Whether it is known why a file is not as git has it, or is not there."""
        by_backend = next((made for name, made in WRITTEN_BY.items() if self.backend.startswith(name)), None)
        patterns = (OF_EVERY_BACKEND, SUBSTITUTED, STATES_VERSION, by_backend)
        return any(pattern is not None and pattern.search(path) for pattern in patterns) or any(
            fnmatchcase(path, pattern) for pattern in self.generated
        )


@check(Severity.ERROR)
def sdist_matches_commit(origin: Origin) -> Iterator[Problem]:
    """Every file in the sdist that git tracks is byte for byte what the commit has.

    Users who read the repository believe that they read what they install. A build that changes files on the way, by
    intent or by a manipulated tool, breaks that; nobody else looks.

    Fix: if the build changes it on purpose, name it with a reason under [tool.pypublish.generated]; else find out what
    changes it.

    Example:
        [tool.pypublish.generated]
        + "hello/_version.py" = "setuptools-scm writes it"

    """
    changed = [
        path
        for path, sha256 in _files(origin)
        if _is_tracked(path, origin) and not _is_as_tracked(path, sha256, origin)
    ]
    unexplained = [path for path in changed if not origin.is_explained(path)]
    for path in unexplained:
        yield Problem(
            message=f"{path} is not as in {origin.tree}",
            where=origin.sdist.at(f"{origin.sdist.top}/{path}"),
            severity=origin.severity,
        )
    if explained := [path for path in changed if path not in unexplained]:
        yield Problem(
            message=f"written anew while the sdist was built: {some(explained)}",
            where=origin.sdist.at(),
            severity=Severity.NOTE,
        )


@check(Severity.WARNING)
def sdist_has_only_tracked_files(origin: Origin) -> Iterator[Problem]:
    """Every file in the sdist is tracked, or it is known where it comes from.

    A file that is in no commit was made by the build, or lay around; nobody can review it.

    Fix: commit it, or leave it out; if the build makes it, name it with a reason under [tool.pypublish.generated].
    """
    known = frozenset().union(*origin.tracked.values())
    stray = [
        path
        for path, sha256 in _files(origin)
        # A licence from the repository's root, or a file that was moved, has the content of a tracked one.
        if not _is_tracked(path, origin) and sha256 not in known and not origin.is_explained(path)
    ]
    if stray:
        yield Problem(
            message=f"not in {origin.tree}: {some(stray)}", where=origin.sdist.at(f"{origin.sdist.top}/{stray[0]}")
        )


def _files(origin: Origin) -> Iterator[tuple[str, str]]:
    top = f"{origin.sdist.top}/"
    elsewhere = tuple(f"{folder}/" for folder in origin.submodules)
    for path, member in origin.sdist.files.items():
        below = path.removeprefix(top)
        if path.startswith(top) and not _in_repository(below, origin).startswith(elsewhere):
            yield below, member.sha256


def _in_repository(path: str, origin: Origin) -> str:
    return f"{origin.prefix}/{path}" if origin.prefix else path


def _is_tracked(path: str, origin: Origin) -> bool:
    return _in_repository(path, origin) in origin.tracked


def _is_as_tracked(path: str, sha256: str, origin: Origin) -> bool:
    return sha256 in origin.tracked[_in_repository(path, origin)]
