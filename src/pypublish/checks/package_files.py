"""What belongs into a wheel's packages: the data files that the sdist has."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from posixpath import dirname

from pypublish.checks.catalog import check
from pypublish.checks.packages import ASIDE, Package, packages, source_of
from pypublish.checks.subjects import Dists
from pypublish.findings import Problem, Severity
from pypublish.model import ArtifactKind

EXAMPLES = 5

NO_DATA = re.compile(
    r"\.(py|pyc|pyo|pyx|pxi|pxd|c|cc|cpp|cxx|h|hh|hpp|hxx|inl|m|mm|cu|rs|go|f|f90|f95|for|pyf|s|asm|swg|i|y|l|in|tmpl"
    r"|so|pyd|o|a|lib|dylib|dll|def|cmake|build|pri|pro|toml|cfg|ini|po|pot|md|rst|orig|rej|bak|swp|map|src|lock)$"
    r"|(^|/)(\.[^/]*|[^/]*~|Makefile[^/]*|CMakeLists\.txt|BUILD|meson[._]\w+|README[^/]*|LICEN[CS]E[^/]*|CHANGE[^/]*)$",
    re.IGNORECASE,
)
"""What lies in a package's folder to make it, or to work on it, and need not reach the users."""


@check(Severity.WARNING)
def data_files_reach_the_wheel(dists: Dists) -> Iterator[Problem]:
    """Every data file of a package in the sdist is in the wheel.

    Templates, schemas and stubs that are left out work in the checkout and are missing at your users'.

    Fix: include them, in setuptools by `[tool.setuptools.package-data]`; or leave them out of the sdist, too.
    """
    for sdist in dists.of_kind(ArtifactKind.SDIST)[:1]:
        for wheel in dists.of_kind(ArtifactKind.WHEEL)[:1]:
            for package in packages(wheel):
                lost = sorted(_lost(package, set(source_of(package, sdist))))
                for path in lost[:EXAMPLES]:
                    message = f"{package.name}/{path} is in the sdist, but not in the wheel"
                    yield Problem(message=message, where=wheel.at(f"{package.name}/{path}"))
                if len(lost) > EXAMPLES:
                    message = f"the same is true of {len(lost) - EXAMPLES} more files of {package.name}"
                    yield Problem(message=message, where=wheel.at())


def _lost(package: Package, sources: Collection[str]) -> Iterator[str]:
    shipped = {folder for path in package.files for folder in _folders(path)}
    with_code = {folder for path in sources if path.endswith(".py") for folder in _folders(path)}
    left_out = with_code - shipped
    for path in sources:
        if path in package.files or f"{path}.gz" in package.files or NO_DATA.search(path) is not None:
            continue
        folders = set(_folders(path))
        # A subpackage that is left out as a whole is left out on purpose.
        if folders.isdisjoint(left_out) and ASIDE.isdisjoint(path.split("/")):
            yield path


def _folders(path: str) -> Iterator[str]:
    while path := dirname(path):
        yield path
