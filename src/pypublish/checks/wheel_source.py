"""Whether a wheel is what its sdist would give: the same modules and data, none changed, none slipped in, none lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pypublish.checks.catalog import check
from pypublish.checks.packages import ASIDE, library, packages, source_of
from pypublish.checks.subjects import Dist, Dists, wheel_name
from pypublish.checks.wheel_files import headers
from pypublish.checks.words import some
from pypublish.findings import Problem, Severity
from pypublish.model import ArtifactKind

STATES_VERSION = re.compile(r"(^|/)_*(\w*_)?(version|about|release|commit)\w*\.py$", re.IGNORECASE)
"""Modules that version tools write anew in each build."""


DELVEWHEEL = "DELVEWHEEL"
"""What delvewheel leaves in a wheel whose modules it has changed, so that Windows finds the libraries in it."""

LINE_ENDINGS = (
    "Users see no difference. git on Windows writes lines so, unless git config --global core.autocrlf false ran before"
    " the checkout."
)


@check(Severity.ERROR)
def wheel_matches_sdist(dists: Dists) -> Iterator[Problem]:
    """What a wheel has of the sdist's files is byte for byte what the sdist has.

    Users read the sdist, and install the wheel: what is changed on the way nobody sees.

    Fix: build the wheel from the sdist, in one run, from a clean tree.
    """
    for sdist, wheel in _pairs(dists):
        pairs = [
            (f"{package.name}/{path}", package.files[path], source)
            for package in packages(wheel)
            for path, source in source_of(package, sdist).items()
            if path in package.files and package.files[path].sha256 != source.sha256
        ]
        ended = [path for path, member, source in pairs if member.unix_sha256 == source.sha256]
        changed = [path for path, member, source in pairs if member.unix_sha256 != source.sha256]
        written = [path for path in changed if STATES_VERSION.search(path)]
        slipped = [path for path in changed if path not in written]
        if slipped:
            by_delvewheel = _is_by_delvewheel(wheel)
            who = "changed by delvewheel, it seems, and so " if by_delvewheel else ""
            yield Problem(
                message=f"{who}not as in {sdist.filename}: {some(slipped)}",
                where=wheel.at(slipped[0]),
                severity=None if _is_pure(wheel) else Severity.NOTE if by_delvewheel else Severity.WARNING,
            )
        if ended:
            yield Problem(
                message=f"the lines end as on Windows, in {sdist.filename} as on Unix: {some(ended)}",
                hint=LINE_ENDINGS,
                where=wheel.at(ended[0]),
                severity=Severity.NOTE,
            )
        if written:
            yield Problem(
                message=f"written anew while the wheel was built: {some(written)}",
                where=wheel.at(written[0]),
                severity=Severity.NOTE,
            )


@check(Severity.WARNING)
def wheel_has_nothing_new(dists: Dists) -> Iterator[Problem]:
    """Every Python module of a wheel is in the sdist, too.

    A module that is in the wheel alone was made by the build, or was put there by somebody.

    Fix: if the build makes it, say so under [tool.pypublish.ignore]; else find out where it comes from.
    """
    for sdist, wheel in _pairs(dists):
        known = {member.sha256 for member in sdist.files.values()}
        names = {path.rpartition("/")[2] for path in sdist.files}
        new = [
            path
            for path, member in library(wheel)
            if path.endswith(".py")
            and known.isdisjoint({member.sha256, member.unix_sha256})
            and path.rpartition("/")[2] not in names
        ]
        if new:
            maker = _maker(wheel) if all(path.endswith("/__init__.py") for path in new) else ""
            who = f"added by {maker}, it seems, and so " if maker else ""
            yield Problem(
                message=f"{who}not in {sdist.filename}: {some(new)}",
                where=wheel.at(new[0]),
                severity=Severity.NOTE if maker else None,
            )


@check(Severity.WARNING)
def wheel_has_every_module(dists: Dists) -> Iterator[Problem]:
    """Every module of a package in the sdist is in the wheel.

    A subpackage that the build backend was not told of works in the checkout and is missing at your users'.

    Fix: have the backend find packages (in setuptools `[tool.setuptools.packages.find]`), or leave it out of the sdist.
    """
    for sdist, wheel in _pairs(dists):
        for package in packages(wheel):
            lost = [
                f"{package.name}/{path}"
                for path in source_of(package, sdist)
                if path.endswith(".py") and path not in package.files and ASIDE.isdisjoint(path.split("/"))
            ]
            if lost and _is_pure(wheel):
                yield Problem(
                    message=f"in the sdist, but not in the wheel: {some(sorted(lost))}", where=wheel.at(min(lost))
                )


def _pairs(dists: Dists) -> Iterator[tuple[Dist, Dist]]:
    """Yield each wheel with the sdist that it should be made of."""
    for sdist in dists.of_kind(ArtifactKind.SDIST)[:1]:
        for wheel in dists.of_kind(ArtifactKind.WHEEL):
            if sdist.whole and wheel.whole:
                yield sdist, wheel


def _maker(wheel: Dist) -> str:
    """Name the tool by which an `__init__.py` may have come into a wheel: around a module of Rust, or to load DLLs."""
    if _is_by_delvewheel(wheel):
        return "delvewheel"
    described = headers(wheel) or {}
    return "maturin" if any(one.startswith("maturin") for one in described.get("generator", ())) else ""


def _is_by_delvewheel(wheel: Dist) -> bool:
    name = wheel_name(wheel)
    return name is not None and name.is_for_windows and f"{wheel.top}/{DELVEWHEEL}" in wheel.files


def _is_pure(wheel: Dist) -> bool:
    name = wheel_name(wheel)
    return name is not None and name.is_for_any_platform
