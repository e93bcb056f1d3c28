"""The reader's flaws as findings: which of PyPI's rows each stands for, and what PyPI would answer."""

from __future__ import annotations

import pytest

from pypublish.archive.rules import RULES as READERS_RULES
from pypublish.checks.all import CATALOGUE
from pypublish.checks.archives import ROWS, findings
from pypublish.pypi.archives import _FRAMING
from tests.archive.making import Record, make_zip, zip_contents
from tests.archive.test_pypi_answers import FRAMING, WHEEL

WHEEL_NAME = "hello-1.0-py3-none-any.whl"


@pytest.mark.parametrize("words", FRAMING)
def test_what_pypi_says_to_a_zip_is_a_row_of_the_rule_that_is_broken(words: str) -> None:
    rows = {f"Z:{code if code != 'cut-off' else 'malformed'}" for code, said in _FRAMING.items() if said == words}
    found = findings(WHEEL_NAME, zip_contents(FRAMING[words]))
    assert rows & {row for finding in found for row in CATALOGUE[finding.check].rows}


def test_the_rules_that_are_pypis_have_rows() -> None:
    assert {rule.id for rule in READERS_RULES.values() if rule.pypi} == set(ROWS)
    assert FRAMING.keys() <= set(_FRAMING.values())


def test_what_pypi_would_answer_to_the_file_is_said_with_each_flaw_that_it_minds() -> None:
    contents = zip_contents(make_zip(WHEEL, Record(name=b"aux", comment=b"x"), after=b"x"))
    found = {finding.check: finding.answer for finding in findings(WHEEL_NAME, contents)}
    comment = "400 Invalid distribution file. ZIP archive not accepted: Comment in central directory. See"
    assert found["zip-has-no-member-comments"].startswith(comment)
    assert found["zip-has-nothing-else"].startswith(comment)
    assert found["member-names-suit-every-system"] == ""
