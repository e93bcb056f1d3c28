"""`[tool.pypublish.gates]`: what it means, and what is a mistake."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from pypublish.errors import SettingsError
from pypublish.gates import NO_GATES, Api, Audit, Gate, Gates, Log
from pypublish.settings import parse

PYTEST = Gate(command="pytest -q", groups=("test",), timeout=60, env={"A": "b"})
OF_PYTEST = {"command": "pytest -q", "groups": ["test"], "timeout": 60, "env": {"A": "b"}}


@pytest.mark.parametrize(
    ("table", "meant"),
    [
        ({}, NO_GATES),
        ({"tests": "pytest -q"}, Gates(commands={"tests": Gate(command="pytest -q")})),
        ({"tests": OF_PYTEST}, Gates(commands={"tests": PYTEST})),
        ({"t": {"command": "x", "pythons": "one"}}, Gates(commands={"t": Gate(command="x", pythons=("one",))})),
        (
            {"t": {"command": "x", "pythons": ["3.11", "3.14t"], "pass-env": ["DATABASE_URL"], "extras": ["cli"]}},
            Gates(
                commands={
                    "t": Gate(command="x", pythons=("3.11", "3.14t"), pass_env=("DATABASE_URL",), extras=("cli",))
                }
            ),
        ),
        ({"audit": True, "api": True, "lowest": False}, Gates(audit=Audit(), api=Api())),
        ({"audit": {"ignore": {"CVE-1": "not used"}}}, Gates(audit=Audit(ignore={"CVE-1": "not used"}))),
        (
            {"tests": OF_PYTEST, "lowest": True},
            Gates(
                commands={"tests": PYTEST},
                lowest=Gate(command="pytest -q", groups=("test",), timeout=60, env={"A": "b"}, pythons=("oldest",)),
            ),
        ),
        (
            {"tests": OF_PYTEST, "lowest": "pytest -x"},
            Gates(
                commands={"tests": PYTEST},
                lowest=Gate(command="pytest -x", groups=("test",), timeout=60, env={"A": "b"}, pythons=("oldest",)),
            ),
        ),
        ({"lowest": "make"}, Gates(lowest=Gate(command="make", pythons=("oldest",)))),
        (
            {"tests": "pytest", "lowest": {"groups": ["low"], "pythons": ["3.12"]}},
            Gates(
                commands={"tests": Gate(command="pytest")},
                lowest=Gate(command="pytest", groups=("low",), pythons=("3.12",)),
            ),
        ),
    ],
)
def test_what_is_meant(table: dict[str, object], meant: Gates) -> None:
    assert parse({"gates": table}).gates == meant


@pytest.mark.parametrize(
    ("table", "mistake"),
    [
        (["pytest"], "gates: must be a table of gates, as in gates.tests = 'pytest'"),
        ({"tests": True}, "gates.tests: must be a command in quotes, or a table with one"),
        ({"tests": {}}, "gates.tests.command: is missing"),
        ({"tests": ""}, "gates.tests.command: is empty"),
        ({"tests": "pytest 'a"}, "gates.tests.command: cannot be split into words: No closing quotation"),
        (
            {"tests": "ruff check && mypy"},
            "gates.tests.command: '&&' means nothing without a shell; make a gate of each command, or run a script",
        ),
        ({"tests": {"command": "x", "timeuot": 3}}, "gates.tests.timeuot: no such key; did you mean 'timeout'?"),
        ({"tests": {"command": "x", "timeout": 0}}, "gates.tests.timeout: must be more than 0 seconds"),
        ({"tests": {"command": "x", "groups": "test"}}, "gates.tests.groups: must be a list, not a string"),
        ({"tests": {"command": "x", "pythons": []}}, "gates.tests.pythons: names none"),
        (
            {"tests": {"command": "x", "pythons": "newest"}},
            "gates.tests.pythons: 'newest' is no Python; write '3.13', or 'declared', 'one' or 'oldest' alone",
        ),
        (
            {"tests": {"command": "x", "pythons": ["3.11", "one"]}},
            "gates.tests.pythons: 'one' is no Python; write '3.13', or 'declared', 'one' or 'oldest' alone",
        ),
        ({"tests": {"command": "x", "env": {"PATH": "."}}}, "gates.tests.env.PATH: is set by pypublish"),
        ({"tests": {"command": "x", "env": {"A B": "."}}}, "gates.tests.env.A B: is no variable's name"),
        ({"tests": {"command": "x", "pass-env": ["HOME"]}}, "gates.tests.pass-env.HOME: is set by pypublish"),
        ({"Lint it": "x"}, "gates.Lint it: a gate's name has small letters, digits and hyphens, at most 40"),
        (
            {"audit": "pip-audit"},
            "gates.audit: is built in: must be true, false or a table; give a command another name",
        ),
        ({"audit": {"ignore": {"CVE-1": " "}}}, "gates.audit.ignore.CVE-1: needs a reason"),
        ({"api": {"ignore": {"a.b": ""}}}, "gates.api.ignore.a.b: needs a reason"),
        ({"api": {"against": "1.0"}}, "gates.api.against: no such key"),
        (
            {"lowest": True},
            "gates.lowest: true runs the gate 'tests', and there is none; write the command instead",
        ),
        ({"lowest": 3}, "gates.lowest: is built in: must be true, false, a command in quotes or a table"),
    ],
)
def test_a_mistake_is_named(table: object, mistake: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse({"gates": table})
    assert raised.value.mistakes == (mistake,)


def test_all_mistakes_are_named_with_those_of_other_settings() -> None:
    with pytest.raises(SettingsError) as raised:
        parse({"strict": "yes", "gates": {"tests": {"command": "", "timeout": -1}}})
    assert str(raised.value) == snapshot("""\
[tool.pypublish] in pyproject.toml does not read
  strict: must be true or false, not a string
  gates.tests.command: is empty
  gates.tests.timeout: must be more than 0 seconds\
""")


def test_the_names_and_the_pythons() -> None:
    gates = parse({"gates": {"lint": {"command": "x", "pythons": ["3.13"]}, "tests": "y", "lowest": True, "api": True}})
    assert gates.gates.names == ("lint", "tests", "lowest", "api")
    assert gates.gates.pythons == {"3.13"}


def test_the_lines_of_a_log_are_those_of_a_terminal() -> None:
    assert Log(text="a\r\nb\rc\n\u2028d").lines == ["a", "b", "c", "\u2028d"]
