"""What a distribution itself asks for (its Requires-Dist), and which of it has no lower bound."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement

BOUNDS = frozenset({">=", ">", "==", "~=", "==="})


def direct(requirements: Iterable[str], extras: Collection[str] = ()) -> tuple[str, ...]:
    """Return what is asked for with these extras, as requirements that can be read without naming an extra."""
    return tuple(dict.fromkeys(map(_plain, _meant(requirements, extras))))


def names_of(requirements: Iterable[str]) -> frozenset[str]:
    """Return the normalised names of what is asked for."""
    from packaging.utils import canonicalize_name

    return frozenset(canonicalize_name(one.name) for one in _meant(requirements, ()))


def unbounded(requirements: Iterable[str], extras: Collection[str] = ()) -> tuple[str, ...]:
    """Return the names of what is asked for without a lower bound."""
    loose = (
        one.name
        for one in _meant(requirements, extras)
        if one.url is None and not any(specifier.operator in BOUNDS for specifier in one.specifier)
    )
    return tuple(dict.fromkeys(loose))


def _meant(requirements: Iterable[str], extras: Collection[str]) -> Iterator[Requirement]:
    """Yield what is for these extras; whether it is for this Python and platform is for the installer to say."""
    from packaging.requirements import InvalidRequirement, Requirement

    environments = [{"extra": extra} for extra in ("", *extras)]
    for text in requirements:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue  # a check of the metadata says so
        marker = requirement.marker
        if marker is None or "extra" not in str(marker) or any(map(marker.evaluate, environments)):
            yield requirement


def _plain(requirement: Requirement) -> str:
    if requirement.marker is None or "extra" not in str(requirement.marker):
        return str(requirement)
    return str(requirement).partition(";")[0].strip()
