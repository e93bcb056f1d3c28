"""Whether a package with type annotations tells type checkers of them (PEP 561)."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.checks.catalog import check
from pypublish.checks.packages import ASIDE, Package, packages
from pypublish.checks.subjects import ANNOTATED, FUNCTION, Dist
from pypublish.findings import Problem, Severity

MOSTLY = 0.95
"""From this share of the modules with functions on that have annotations, a package counts as annotated."""


@check(Severity.WARNING)
def typed_packages_say_so(wheel: Dist) -> Iterator[Problem]:
    """A package with type annotations has a py.typed file.

    Without it, type checkers take everything in it for untyped (PEP 561).

    Fix: add an empty file py.typed to the package, and include it in the wheel.
    """
    if any(path.rpartition("/")[2] == "py.typed" for path in wheel.files):
        return  # the authors know of it; what else is in the wheel they left out on purpose
    classified = wheel.metadata is not None and "Typing :: Typed" in wheel.metadata.lists.get("classifier", ())
    for package in packages(wheel):
        has_code = any(path.endswith((".py", ".pyi")) for path in package.files)
        if not has_code or package.name.endswith("-stubs") or package.name.startswith("_"):
            continue
        reason = "it is classified as Typing :: Typed" if classified else _reason(package, wheel)
        if reason:
            message = f"{package.name} has no py.typed, but {reason}"
            yield Problem(message=message, where=wheel.at(f"{package.name}/py.typed"))


def _reason(package: Package, wheel: Dist) -> str:
    if any(path.endswith(".pyi") for path in package.files):
        return "it has stub files (.pyi)"
    found = [
        wheel.contents.found.get(member.name, frozenset())
        for path, member in package.files.items()
        if path.endswith(".py") and ASIDE.isdisjoint(path.split("/"))
    ]
    functions = [needles for needles in found if FUNCTION in needles]
    annotated = [needles for needles in functions if ANNOTATED in needles]
    if functions and len(annotated) >= MOSTLY * len(functions):
        return f"{len(annotated)} of {len(functions)} modules with functions are annotated"
    return ""
