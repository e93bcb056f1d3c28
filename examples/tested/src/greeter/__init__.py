"""Greets the newest version of something."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.version import Version


def greet(versions: Iterable[str]) -> str:
    """Return a greeting for the newest of some versions."""
    return f"Hello, {max(map(Version, versions))}!"
