"""The table of PyPI's rules in words: who can know that one will be broken, and which check says so in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pypublish.checks.catalog import Rule
from pypublish.pypi import RULES_READ_ON
from pypublish.pypi.row import Knows, Row
from pypublish.pypi.rows import named

HEAD = f"""\
# PyPI's rules

Generated from the rules and the checks themselves. PyPI judges an upload by these rules in this order, and names the
first that is broken; pypublish names all of them, before anything is uploaded. They were read in PyPI's source on
{RULES_READ_ON}, and hold for TestPyPI as well. `pypublish explain NAME` says more about a check.

*Answer* is the status that a broken rule is answered with. *Who can know*: the **client**, who has the file; with the
**index**, who also reads what it shows to everybody; or the **server** alone, which decides by what is not public.
"""


def anticipated(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    """Return for each row the checks that anticipate it.

    Raises:
        KeyError: a check names a row that does not exist.

    """
    found: dict[str, tuple[Rule, ...]] = {}
    for rule in rules:
        for row in named(rule.rows):
            found[row.id] = (*found.get(row.id, ()), rule)
    return found


def rules_page(topics: Mapping[str, tuple[Row, ...]], rules: Iterable[Rule]) -> str:
    """Return docs/pypi-rules.md."""
    checks = anticipated(rules)
    rows = [row for of_topic in topics.values() for row in of_topic]
    counts = (
        f"{len(rows)} rules: {sum(row.id in checks for row in rows)} are anticipated by checks,"
        f" {sum(row.id not in checks and bool(row.left_to) for row in rows)} are the uploading client's to keep,"
        f" {sum(row.id not in checks and row.knows is Knows.SERVER for row in rows)} only the server can know."
    )
    return "\n".join([HEAD, counts, "", *(_topic(title, of_topic, checks) for title, of_topic in topics.items())])


def _topic(title: str, rows: tuple[Row, ...], checks: Mapping[str, tuple[Rule, ...]]) -> str:
    lines = [f"## {title}", "", "| row | answer | the rule | who can know | seen to by |", "|---|---|---|---|---|"]
    for row in rows:
        cells = (f"`{row.id}`", str(row.status), row.rule, _who(row), _seen_to(row, checks.get(row.id, ())))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _who(row: Row) -> str:
    return f"{row.knows}: {row.why}" if row.why else str(row.knows)


def _seen_to(row: Row, checks: tuple[Rule, ...]) -> str:
    if checks:
        return ", ".join(f"`{rule.id}`" for rule in checks)
    return row.left_to or "nobody before the upload"
