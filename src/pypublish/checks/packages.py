"""The packages in a wheel, and where their sources are in the sdist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pypublish.archive.contents import Member
from pypublish.checks.subjects import Dist

LIBRARIES = ("purelib", "platlib")
ASIDE = frozenset(
    {"test", "tests", "testing", "doc", "docs", "example", "examples", "benchmark", "benchmarks", "_build"}
)
"""Folders in a package that are not for its users."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A folder at the top of what a wheel installs for import."""

    name: str
    files: Mapping[str, Member]
    """Its files, by their paths below the folder."""


def packages(wheel: Dist) -> tuple[Package, ...]:
    """Return the folders that a wheel puts into site-packages."""
    grouped: dict[str, dict[str, Member]] = {}
    for path, member in library(wheel):
        folder, slash, below = path.partition("/")
        if slash:
            grouped.setdefault(folder, {})[below] = member
    return tuple(Package(name=name, files=files) for name, files in sorted(grouped.items()))


def library(wheel: Dist) -> Iterator[tuple[str, Member]]:
    """Yield the files that a wheel puts into site-packages, by their paths there."""
    data = f"{wheel.top.removesuffix('.dist-info')}.data/"
    for path, member in wheel.files.items():
        if path.startswith(data):
            part, _, below = path.removeprefix(data).partition("/")
            if part in LIBRARIES and below:
                yield below, member
        elif not path.partition("/")[0].endswith(".dist-info"):
            yield path, member


def source_of(package: Package, sdist: Dist) -> Mapping[str, Member]:
    """Return the files of the sdist's folder that the package was made of; nothing where there is no such folder.

    Of several folders of that name it is the one that has the most files in common.
    """
    folders: Counter[str] = Counter()
    for path in sdist.files:
        for folder in _folders_named(package.name, path):
            if path[len(folder) :] in package.files:
                folders[folder] += 1
    if not folders:
        return {}
    # The shortest of those that have most in common, so that the answer is always the same.
    common, folder = min((-count, folder) for folder, count in folders.items())
    if -common * 2 < len(package.files):
        return {}
    return {path[len(folder) :]: member for path, member in sdist.files.items() if path.startswith(folder)}


def _folders_named(name: str, path: str) -> Iterator[str]:
    """Yield what comes before the rest of `path`, up to and with each of its folders of that name."""
    at = path.find(f"/{name}/")
    while at >= 0:
        yield path[: at + len(name) + 2]
        at = path.find(f"/{name}/", at + 1)
