"""The table of PyPI's rules: complete, and at one with the catalogue of checks and with the rules themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.checks.all import CATALOGUE
from pypublish.checks.catalog import Rule
from pypublish.findings import Severity
from pypublish.pypi.archives import _FRAMING
from pypublish.pypi.row import Knows, Row, by_server, by_uploader
from pypublish.pypi.rows import ROWS, TOPICS, named
from pypublish.render.catalogue import explanation
from pypublish.render.rules import anticipated, rules_page


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.id)
def test_every_row_is_anticipated_or_it_is_said_why_not(row: Row) -> None:
    checks = anticipated(CATALOGUE.values()).get(row.id)
    assert checks or row.left_to or (row.knows is Knows.SERVER and row.why)


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.id)
def test_every_row_is_worded(row: Row) -> None:
    assert row.rule.endswith((".", ")."))
    assert "|" not in row.rule + row.why + row.left_to
    assert bool(row.why) is (row.knows is not Knows.CLIENT)


@pytest.mark.parametrize("rule", [rule for rule in CATALOGUE.values() if rule.pypi], ids=lambda rule: rule.id)
def test_a_check_names_rows_that_there_are(rule: Rule) -> None:
    assert named(rule.rows)


def test_no_row_is_there_twice() -> None:
    assert sum(len(rows) for rows in TOPICS.values()) == len(ROWS)


def test_every_row_that_a_rule_answers_by_is_in_the_table(root: Path) -> None:
    sources = [path.read_text("utf-8") for path in (root / "src/pypublish/pypi").glob("*.py")]
    answered = {row for text in sources for row in re.findall(r'(?:refuse|crash)\(\s*"([A-Z]\d*)"', text)}
    assert {"A1", "B2", "M", "P4", "R1", "U2", "N3", "W11", "T"} <= answered
    assert all(named([row]) for row in answered)


def test_every_value_of_a_zips_framing_is_a_row() -> None:
    aliases = {"cut-off": "malformed"}
    assert {f"Z:{aliases.get(code, code)}" for code in _FRAMING} | {"Z:mismatch"} == {row.id for row in named(["Z"])}


def test_a_row_that_there_is_not_is_no_row() -> None:
    with pytest.raises(KeyError, match="W1x"):
        named(["W1x"])
    assert [row.id for row in named(["W1"])] == ["W1"]


def test_the_page() -> None:
    check = Rule(id="name-is-short", severity=Severity.ERROR, pypi="B2", title="", reason="", fix="")
    rows = (ROWS["B2"], by_server("A3", "It is on.", "others switch it"), by_uploader("B1", "It is 1.", "twine"))
    page = rules_page({"The request": rows}, [check])
    assert page[page.index("3 rules") :] == snapshot("""\
3 rules: 1 are anticipated by checks, 1 are the uploading client's to keep, 1 only the server can know.

## The request

| row | answer | the rule | who can know | seen to by |
|---|---|---|---|---|
| `B2` | 400 | The form has the project's name: ASCII letters, digits, `.`, `_`, `-`, no sign at an end. | client | `name-is-short` |
| `A3` | 403 | It is on. | server: others switch it | nobody before the upload |
| `B1` | 400 | It is 1. | client | twine |
""")


def test_a_check_is_explained_with_its_rows() -> None:
    assert explanation(CATALOGUE["sdist-filename-is-canonical"]) == snapshot("""\
sdist-filename-is-canonical (error)

An sdist is named {name}-{version}.tar.gz, both normalised.

PyPI refuses any other spelling (PEP 625): capitals, dots or hyphens in the name, 1.0 for version
1.0.0, .zip.

Fix: Use a current build backend (setuptools 69.3 or later, any flit, hatchling, pdm); do not rename
the file.

Example:

    - Hello.World-1.2.tar.gz
    + hello_world-1.2.0.tar.gz

PyPI's rules that it stands for (docs/pypi-rules.md, read on 2026-08-21):

    N3 (400): An sdist is named {name}-{version}.tar.gz, both normalised (PEP 625).

To waive it, in pyproject.toml:

    [tool.pypublish.ignore]
    sdist-filename-is-canonical = "why"

PyPI is expected to refuse the upload all the same.
""")
    said = {name: "PyPI is expected to refuse" in explanation(CATALOGUE[name]) for name in CATALOGUE}
    assert said["version-is-valid"]
    assert not said["record-names-every-file"]
    assert not said["tag-equals-version"]
