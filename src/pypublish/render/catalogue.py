"""The catalogue of checks in words: one rule for the terminal, all of them as docs/checks.md."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from pypublish.checks.catalog import Rule
from pypublish.findings import Severity
from pypublish.pypi import RULES_READ_ON
from pypublish.pypi.rows import named

WIDTH = 100

HEAD = f"""\
# Checks

Generated from the checks themselves; `pypublish explain NAME` prints one of them.

An **error** stops a release, a **warning** does so with `strict`, a **note** never. *PyPI* names the rows of
[PyPI's own rules](pypi-rules.md) that a check anticipates (read on {RULES_READ_ON}). To waive a check, say why in
pyproject.toml; the reason is shown with what it waives, and with it what PyPI is expected to answer, where that is a
refusal:

```toml
[tool.pypublish.ignore]
data-files-reach-the-wheel = "the fixtures are for the tests in the sdist alone"
```
"""


def explanation(rule: Rule) -> str:
    """Return one rule with its reason and its remedy, for a terminal."""
    parts = [
        f"{rule.id} ({rule.severity.value})",
        rule.title,
        rule.reason,
        f"Fix: {rule.fix}",
        _indented("Example:", rule.example),
        _indented(f"PyPI's rules that it stands for (docs/pypi-rules.md, read on {RULES_READ_ON}):", _rows(rule)),
        f'To waive it, in pyproject.toml:\n\n    [tool.pypublish.ignore]\n    {_key(rule.id)} = "why"',
        "PyPI is expected to refuse the upload all the same." if _is_refused(rule) else "",
    ]
    return "\n\n".join(_wrap(part) for part in parts if part) + "\n"


def page(topics: Mapping[str, Iterable[Rule]]) -> str:
    """Return docs/checks.md."""
    return "\n".join([HEAD, *(_topic(title, tuple(rules)) for title, rules in topics.items())])


def _topic(title: str, rules: tuple[Rule, ...]) -> str:
    lines = [f"## {title}", "", "| check | | PyPI | the rule | what to do |", "|---|---|---|---|---|"]
    for rule in rules:
        words = f"**{_cell(rule.title)}** {_cell(rule.reason)}"
        lines.append(f"| `{rule.id}` | {rule.severity.value} | {rule.pypi} | {words} | {_cell(rule.fix)} |")
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _indented(title: str, lines: str) -> str:
    return f"{title}\n\n{textwrap.indent(lines, '    ')}" if lines else ""


def _is_refused(rule: Rule) -> bool:
    return rule.severity is Severity.ERROR and any(row.status >= 400 for row in named(rule.rows))  # noqa: PLR2004


def _rows(rule: Rule) -> str:
    return "\n".join(
        textwrap.fill(f"{row.id} ({row.status}): {row.rule}", WIDTH - 4, subsequent_indent="    ")
        for row in named(rule.rows)
    )


def _key(identifier: str) -> str:
    return f'"{identifier}"' if ":" in identifier else identifier


def _wrap(text: str) -> str:
    if "\n" in text:
        return text
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
