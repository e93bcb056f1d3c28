"""Which licence files a distribution promises to have."""

from __future__ import annotations

from pypublish.checks.subjects import Dist

OLDER = frozenset({"1.0", "1.1", "1.2", "2.1", "2.2", "2.3"})
"""Versions of the metadata that have no such field; setuptools wrote it all the same, and PyPI never sees it."""


def license_files(dist: Dist) -> tuple[str, ...]:
    """Return the licence files that the metadata name, where PyPI looks for them."""
    if dist.metadata is None or any(mistake.field == "license-file" for mistake in dist.mistakes):
        return ()
    if dist.metadata.texts.get("metadata-version", "") in OLDER:
        return ()
    return tuple(dist.metadata.lists.get("license-file", ()))
