"""Merge three ways, line by line: what the user changed stays, what the template changed comes, and who met is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

Key = Callable[[str], str]
"""What of a line makes it the same line."""
Settle = Callable[[str, str], str]
"""Chooses between the user's line and the template's, where both have the same key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A place that both have changed; the user's lines stand there."""

    line: int
    """In the merged text, counted from 1."""
    yours: tuple[str, ...]
    template: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of it."""

    lines: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Region:
    """A stretch of all three, either the same in all or between two such."""

    base: slice
    yours: slice
    theirs: slice


def merge(
    base: Sequence[str] | None, yours: Sequence[str], theirs: Sequence[str], *, key: Key, settle: Settle
) -> Merged:
    """Merge the user's lines with the template's; `base` holds the keys of the lines that the user started from.

    Where nobody knows them, they are taken to be what both have in common: then nothing of either is lost, and what
    stands in the same place differently is a conflict.
    """
    own, other = [key(line) for line in yours], [key(line) for line in theirs]
    base = _common(own, other) if base is None else base
    lines: list[str] = []
    conflicts: list[Conflict] = []
    for region in _regions(base, own, other):
        was, mine, new = base[region.base], yours[region.yours], theirs[region.theirs]
        keys_of_mine, keys_of_new = own[region.yours], other[region.theirs]
        if keys_of_mine == keys_of_new:
            lines += map(settle, mine, new)
        elif keys_of_mine == list(was):
            lines += new
        elif keys_of_new == list(was):
            lines += mine
        else:
            conflicts.append(Conflict(line=len(lines) + 1, yours=tuple(mine), template=tuple(new)))
            lines += mine
    return Merged(lines=tuple(lines), conflicts=tuple(conflicts))


def split(text: str) -> list[str]:
    """Return the lines of a text whose lines end in a newline."""
    return text.removesuffix("\n").split("\n")


def _common(one: Sequence[str], other: Sequence[str]) -> list[str]:
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return [key for block in blocks for key in one[block.a : block.a + block.size]]


def _regions(base: Sequence[str], yours: Sequence[str], theirs: Sequence[str]) -> Iterator[_Region]:
    at_base = at_yours = at_theirs = 0
    for start, size, in_yours, in_theirs in _agreements(base, yours, theirs):
        yield _Region(
            base=slice(at_base, start),
            yours=slice(at_yours, in_yours),
            theirs=slice(at_theirs, in_theirs),
        )
        at_base, at_yours, at_theirs = start + size, in_yours + size, in_theirs + size
        yield _Region(
            base=slice(start, at_base),
            yours=slice(in_yours, at_yours),
            theirs=slice(in_theirs, at_theirs),
        )
    yield _Region(
        base=slice(at_base, None),
        yours=slice(at_yours, None),
        theirs=slice(at_theirs, None),
    )


def _agreements(
    base: Sequence[str], yours: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield where all three agree: the place in `base`, how many lines, and the places in the other two."""
    ours = SequenceMatcher(None, base, yours, autojunk=False).get_matching_blocks()
    others = SequenceMatcher(None, base, theirs, autojunk=False).get_matching_blocks()
    i = j = 0
    while i < len(ours) and j < len(others):
        mine, other = ours[i], others[j]
        start, end = max(mine.a, other.a), min(mine.a + mine.size, other.a + other.size)
        if start < end:
            yield start, end - start, mine.b + start - mine.a, other.b + start - other.a
        if mine.a + mine.size < other.a + other.size:
            i += 1
        else:
            j += 1
