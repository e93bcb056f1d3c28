"""Which wheel of a release an installer takes on one machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pypublish.checks.subjects import Dist, wheel_name
from pypublish.checks.wheel_files import expand


def is_universal(dist: Dist) -> bool:
    """Whether a wheel is for every Python 3 on every platform."""
    name = wheel_name(dist)
    return name is not None and "py3-none-any" in expand(name)


def fits_python(dist: Dist, python: str) -> bool:
    """Whether a distribution allows the Python of that version."""
    try:
        allowed = SpecifierSet(dist.metadata.texts.get("requires-python", "") if dist.metadata is not None else "")
    except InvalidSpecifier:
        return True
    return allowed.contains(python, prereleases=True)


def choose(wheels: Iterable[Dist], *, tags: Sequence[str], python: str) -> Dist | None:
    """Return the wheel that fits best; None where none does. `tags` are the machine's, the best first."""
    ranks = {tag: rank for rank, tag in enumerate(tags)}
    ranked = [
        (min((ranks[tag] for tag in expand(name) if tag in ranks), default=None), dist)
        for dist in wheels
        if (name := wheel_name(dist)) is not None and fits_python(dist, python)
    ]
    fitting = [(rank, dist.filename, dist) for rank, dist in ranked if rank is not None]
    return min(fitting, key=lambda one: one[:2])[2] if fitting else None
