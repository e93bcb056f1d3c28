"""Flaws as they are found, in order, so that a thousand of a kind are told as one."""

from __future__ import annotations

from pypublish.archive.contents import Flaw
from pypublish.archive.rules import RULES

EXAMPLES = 3
"""How many members are named for one flaw."""


class Flaws:
    """Collects flaws."""

    def __init__(self) -> None:
        self._found: list[Flaw] = []
        self._rules: set[str] = set()
        self._members: dict[tuple[str, str], set[str | None]] = {}

    def __contains__(self, rule: str) -> bool:
        """Say whether the rule is broken."""
        return rule in self._rules

    def add(self, rule: str, message: str, *, member: str | None = None, code: str = "") -> None:
        """Note a flaw; the same one of the same member counts once."""
        members = self._members.setdefault((rule, code), set())
        if member in members:
            return
        members.add(member)
        self._rules.add(rule)
        if len(members) <= EXAMPLES:
            asked = RULES[rule]
            self._found.append(
                Flaw(rule=rule, message=message, member=member, refused=asked.refused, hint=asked.fix, code=code)
            )

    def take_over(self, others: Flaws) -> None:
        """Add the flaws of another collection, in their order."""
        for flaw in others._found:
            self.add(flaw.rule, flaw.message, member=flaw.member, code=flaw.code)

    def all(self) -> tuple[Flaw, ...]:
        """Return what was found, in the order in which it was found."""
        return (*self._found, *self._summaries())

    def _summaries(self) -> tuple[Flaw, ...]:
        return tuple(
            Flaw(
                rule=rule,
                message=f"the same is true of {len(members) - EXAMPLES} more members",
                refused=RULES[rule].refused,
                hint=RULES[rule].fix,
                code=code,
            )
            for (rule, code), members in self._members.items()
            if len(members) > EXAMPLES
        )
