"""A requirement, written in one way, however a backend spelled it."""

from __future__ import annotations

from pypublish.pypi.names import normalise


def spelled(text: str) -> str:
    """Return the requirement with its names normalised; as it is where it does not read."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return text
    requirement.name = normalise(requirement.name)
    requirement.extras = {normalise(extra) for extra in requirement.extras}
    return str(requirement)
