"""That each rule is told in full, that the reader names no other, and that a test breaks each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pypublish.archive import RULES, Rule
from tests.archive import test_gzip, test_names, test_tar, test_zip

NOTERS = {"add", "stop", "_stop"}
ELSEWHERE = {"archive-is-bounded", "archive-is-one-format"}
"""Rules that tests of their own break."""


def noted(source: ast.Module) -> Iterator[str]:
    """Yield the first argument of each call that notes a flaw, where it is a text or a constant of the module."""
    constants = {
        statement.target.id: statement.value.value
        for statement in source.body
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and isinstance(statement.value, ast.Constant)
    }
    for node in ast.walk(source):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in NOTERS
            and node.args
        ):
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
            elif isinstance(first, ast.Name) and first.id in constants:
                yield str(constants[first.id])


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_says_what_why_and_what_to_do(rule: Rule) -> None:
    assert rule.title.endswith(".")
    assert rule.reason.endswith(".")
    assert rule.fix.endswith((".", "`."))
    assert len(rule.title) < 120
    assert rule.refused or not rule.pypi


def test_the_reader_notes_its_rules_and_no_others(root: Path) -> None:
    sources = sorted((root / "src" / "pypublish" / "archive").glob("*.py"))
    named = {name for source in sources for name in noted(ast.parse(source.read_text(encoding="utf-8")))}
    assert named <= set(RULES)
    # Names of members are judged by tables, not by calls.
    assert set(RULES) - named <= {"member-names-are-plain", "member-names-stay-inside"}


def test_every_rule_is_broken_by_a_test() -> None:
    tables = (test_zip.FLAWED, test_zip.WARNED, test_tar.FLAWED, test_tar.WARNED, test_gzip.FLAWED)
    broken = {flaw.partition("/")[0] for table in tables for _, flaw in table.values()}
    broken |= {flaw.partition("/")[0] for _, flaws in (*test_names.ODD, *test_names.TOGETHER) for flaw in flaws}
    assert set(RULES) - broken <= ELSEWHERE
