"""Breaking changes beside the version: whether it says that there are some, and how each is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pypublish.checks.gates import GATE_API, found
from pypublish.checks.words import some
from pypublish.findings import Finding, Location, Severity
from pypublish.gate_answers import ApiChange

if TYPE_CHECKING:
    from packaging.version import Version

TESTS = frozenset({"test", "tests"})
"""Modules that are not for users."""

SHOWN = 50
"""Findings that are made; a rewrite of a library has thousands."""


def announces(before: Version, version: Version) -> bool:
    """Whether a version says that something breaks: another major one, in 0.x another minor one, or another epoch."""
    if (before.epoch, before.major) != (version.epoch, version.major):
        return True
    return version.major == 0 and before.minor != version.minor


def judge(
    changes: Iterable[ApiChange],
    before: Version,
    version: Version,
    *,
    ignore: Mapping[str, str],
    places: Mapping[str, str],
) -> Iterator[Finding]:
    """Yield a finding for each change where the version does not announce any; else a note that it does.

    `ignore` has the maintainer's reasons by the path of the object. `places` has for a module's path in the wheel its
    path in the tree.
    """
    found_changes = tuple(_together(change for change in changes if TESTS.isdisjoint(change.path.split("."))))
    counted = [change for change in found_changes if not _reason(change, ignore)]
    if announces(before, version):
        if found_changes:
            yield found(
                GATE_API,
                f"{len(found_changes)} changes since {before} break who uses what has changed, as {version} says",
                severity=Severity.NOTE,
                hint="Name them in the changelog.",
            )
        return
    for change in [change for change in found_changes if change not in counted] + counted[:SHOWN]:
        finding = found(
            GATE_API,
            f"{_words(change)} since {before}, and {version} does not say that something breaks",
            hint=f"Release it as {_next(before)}, or keep what was there; or say why it does not matter under"
            f" [tool.pypublish.gates.api.ignore] as {change.path!r}.",
        )
        place = Location(file=places.get(change.file, change.file) or None, line=change.line if change.file else None)
        yield replace(finding, where=place, ignored=_reason(change, ignore) or None)
    if len(counted) > SHOWN:
        yield found(GATE_API, f"{len(counted) - SHOWN} more changes since {before} break something", hint="As above.")


def _together(changes: Iterable[ApiChange]) -> Iterator[ApiChange]:
    """Yield one change of each kind for each object: griffe tells of every parameter by itself."""
    alike: dict[tuple[str, str], list[ApiChange]] = {}
    for change in changes:
        alike.setdefault((change.path, change.kind), []).append(change)
    for several in alike.values():
        first = several[0]
        parameters = [change.title.partition("(")[2].removesuffix(")") for change in several]
        what = "; ".join(filter(None, (change.what for change in several)))
        title = first.title.partition("(")[0]
        yield replace(first, title=f"{title}({some(parameters)})" if all(parameters) else first.title, what=what)


def _words(change: ApiChange) -> str:
    module = change.path.removesuffix(change.title.partition("(")[0]).rstrip(".")
    what = f"{module}.{change.title}" if "(" in change.title and module != change.path else change.path
    values = f" ({change.what})" if change.what else ""
    return f"{what}: {change.kind[:1].lower()}{change.kind[1:]}{values}"


def _reason(change: ApiChange, ignore: Mapping[str, str]) -> str:
    """Return why a change does not count: what is said of the object, or of the class or module that it is in."""
    parts = change.path.split(".")
    paths = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((ignore[path] for path in paths if path in ignore), "")


def _next(before: Version) -> str:
    epoch = f"{before.epoch}!" if before.epoch else ""
    return f"{epoch}0.{before.minor + 1}.0" if before.major == 0 else f"{epoch}{before.major + 1}.0.0"
