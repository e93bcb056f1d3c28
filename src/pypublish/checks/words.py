"""How checks put things into a sentence."""

from __future__ import annotations

from collections.abc import Collection

from pypublish.pypi.answers import Answer

EXAMPLES = 3


def some(items: Collection[str], limit: int = EXAMPLES) -> str:
    """Name the first few of `items` in their order, and say how many more there are."""
    named = list(items)[:limit]
    more = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(named) + more


def lower_first(sentence: str) -> str:
    """Let a sentence of somebody else's begin as ours do."""
    return sentence[:1].lower() + sentence[1:]


def expected(answer: Answer | None) -> str:
    """Return what PyPI would answer, as a finding carries it; empty where it takes the upload."""
    return "" if answer is None or answer.accepts else str(answer)
