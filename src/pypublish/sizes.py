"""Sizes in bytes, and numbers of things, as people read them."""

from __future__ import annotations

UNITS = ("kB", "MB", "GB")


def size(number: int) -> str:
    """Write a number of bytes: `812 B`, `4.1 kB`, `12.0 MB`."""
    if abs(number) < 1000:  # noqa: PLR2004
        return f"{number} B"
    value = float(number)
    for unit in UNITS:
        value /= 1000
        if abs(value) < 999.95 or unit == UNITS[-1]:  # noqa: PLR2004 - what is not rounded to 1000
            return f"{value:.1f} {unit}"
    raise AssertionError("the last unit takes everything")


def difference(now: int, before: int) -> str:
    """Write by how much something has grown: `+1.2 kB`, `-300 B`, `±0 B`."""
    grown = now - before
    return f"{'+' if grown > 0 else '-' if grown < 0 else '±'}{size(abs(grown))}"


def plural(number: int, noun: str) -> str:
    """Write a number of things: `1 file`, `1,204 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
