"""The project before its build."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.checks import catalog, project
from pypublish.checks.project import Source, describe, parse
from pypublish.checks.toml_lines import key_lines
from pypublish.findings import Finding
from pypublish.model import Tree

BUILD = '[build-system]\nrequires = ["x"]\nbuild-backend = "x"\n'
FINE = BUILD + '[project]\nname = "a"\nversion = "1"\n'


def findings(pyproject: str | bytes | None, *files: str) -> list[Finding]:
    content = pyproject.encode() if isinstance(pyproject, str) else pyproject
    source = parse(Tree(root=Path("here"), pyproject=content, files=frozenset(files)))
    return list(catalog.run(catalog.collect(project, Source), source, ignore={}))


@pytest.mark.parametrize(
    "pyproject",
    [FINE, FINE + 'requires-python = ">=3.9,!=3.9.1"', BUILD + '[project]\nname = "a"\ndynamic = ["version"]'],
)
def test_what_is_fine(pyproject: str) -> None:
    assert findings(pyproject) == []


@pytest.mark.parametrize(
    ("pyproject", "check"),
    [
        (None, "project-has-pyproject"),
        ("[project", "pyproject-is-toml"),
        (b"[project]\nname = '\xff'", "pyproject-is-toml"),
        (BUILD, "project-has-metadata"),
        (BUILD + '[project]\nname = "a"', "project-has-version"),
        (BUILD + '[project]\nname = "a"\ndynamic = ["readme"]', "project-has-version"),
        ('[project]\nname = "a"\nversion = "1"\n', "project-names-its-backend"),
    ],
)
def test_what_is_found(pyproject: str | bytes | None, check: str) -> None:
    assert [finding.check for finding in findings(pyproject)] == [check]


def test_the_words() -> None:
    shown = [
        *findings(None),
        *findings(None, "setup.py"),
        *findings('[project]\nname = "a\n'),
        *findings(BUILD),
        *findings(BUILD, "setup.cfg"),
        *findings(BUILD + '[project]\nname = "a"\n'),
    ]
    assert "\n".join(f"{f.where}: {f.message}\n  {f.hint}" for f in shown) == snapshot("""\
pyproject.toml: there is no pyproject.toml in here
  Add a pyproject.toml with a [build-system] and a [project] table (https://packaging.python.org/en/latest/guides/writing-pyproject-toml/).
pyproject.toml: there is no pyproject.toml in here
  setup.py can stay: pypublish init --packaging proposes a pyproject.toml that builds as it does.
pyproject.toml:2: pyproject.toml does not read: Illegal character '\\n'
  Mend the line that is named; https://toml.io describes the format.
pyproject.toml:1: pyproject.toml has no [project] table
  Add a [project] table with name and version.
pyproject.toml: pyproject.toml has no [project] table; name and version stand in setup.cfg
  That works, and they are compared after the build; in [project] they could be judged before it.
pyproject.toml:4: [project] has neither a version nor "version" in dynamic
  Add version = "1.2.3" to [project], or dynamic = ["version"] and tell the build backend where it comes from.\
""")


def test_the_lines_of_keys() -> None:
    text = '''\
# [not.a.table]
[project]
name = "a"
description = """
version = "no"
"""
authors = [
    { name = "b" },
]
urls."Home Page" = "c"
version = "1"  # here

[tool.a."b c"]
d.e = 1
[[tool.list]]
'''
    assert key_lines(text) == snapshot(
        {
            "project": 2,
            "project.name": 3,
            "project.name[a]": 3,
            "project.description": 4,
            "project.authors": 7,
            "project.authors[b]": 8,
            "project.urls.Home Page": 10,
            "project.urls.Home Page[c]": 10,
            "project.version": 11,
            "project.version[1]": 11,
            "tool.a.b c": 13,
            "tool.a.b c.d.e": 14,
            "tool.list": 15,
        }
    )


@given(st.text(alphabet="[]{}=\"'#\n.ab \\", max_size=80))
def test_no_text_breaks_the_line_finder(text: str) -> None:
    key_lines(text)


@given(st.binary(max_size=60))
def test_no_bytes_break_the_parser(content: bytes) -> None:
    describe(parse(Tree(root=Path(), pyproject=content, files=frozenset())))
