"""The rules of gates: what they name is there; which runs where; what is said of what came of them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from pypublish.checks.all import CATALOGUE
from pypublish.checks.catalog import unknown_ignores
from pypublish.checks.gate_pythons import Pythons, Run, minor, select
from pypublish.checks.gates import Declared, last_words
from pypublish.checks.project import parse as parse_source
from pypublish.errors import UsageError
from pypublish.gates import Gates, parse
from pypublish.model import Tree
from tests.checks.examples import Example, fails, findings, passes


def test_a_gates_name_is_one_that_can_be_waived() -> None:
    assert list(unknown_ignores({"gate:tests": "why", "gate:audit": "why"}, CATALOGUE)) == []
    assert [found.check for found in unknown_ignores({"gates:tests": "why"}, CATALOGUE)] == ["ignored-check-exists"]


GATED = """
    [tool.pypublish.gates]
    audit = { extras = ["cli"] }
    [tool.pypublish.gates.tests]
    command = "pytest"
    groups = ["Test_Suite"]
    extras = ["cli"]
    """
GROUPS = "[dependency-groups]\ntest-suite = []\n"
EXTRAS = '[project]\nname = "hello"\n[project.optional-dependencies]\nCLI = []\n'


def declared(*texts: str) -> Declared:
    content = "\n".join(map(dedent, texts)).encode()
    source = parse_source(Tree(root=Path(), pyproject=content, files=frozenset()))
    return Declared(source=source, gates=parse(source.table("tool", "pypublish", "gates")))


EXAMPLES: list[Example] = [
    passes("gate-groups-exist", declared(GATED, GROUPS)),
    fails(
        "gate-groups-exist",
        declared(GATED, "[dependency-groups]\ndev = []\ndocs = []"),
        "the gate 'tests' names the dependency group 'Test_Suite', which is not in pyproject.toml; there are dev, docs",
    ),
    fails(
        "gate-groups-exist",
        declared(GATED),
        "the gate 'tests' names the dependency group 'Test_Suite', which is not in pyproject.toml; there are none",
    ),
    passes("gate-extras-exist", declared(GATED, EXTRAS)),
    passes("gate-extras-exist", declared(GATED, '[project]\ndynamic = ["optional-dependencies"]')),
    passes("gate-extras-exist", declared(GATED)),
    fails(
        "gate-extras-exist",
        declared(GATED, '[project]\nname = "hello"\n[project.optional-dependencies]\nweb = []'),
        "the gate 'tests' names the extra 'cli', which is not in pyproject.toml; there are web",
        "the gate 'audit' names the extra 'cli', which is not in pyproject.toml; there are web",
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.check)
def test_an_example(example: Example) -> None:
    assert tuple(found.message for found in findings(example.check, example.subject)) == example.says


def test_a_finding_says_where() -> None:
    (found,) = findings("gate-groups-exist", declared(GATED))
    assert str(found.where) == "pyproject.toml:4"


GATES = parse(
    {
        "tests": "pytest",
        "lint": {"command": "ruff", "pythons": "one"},
        "new": {"command": "x", "pythons": ["3.14", "3.14t"]},
        "lowest": True,
        "audit": True,
    }
)


def ran(gates: Gates, *asked: str, declared: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> dict[str, list[str]]:
    known = Pythons(declared=declared, named=gates.pythons, running="3.12", asked=asked)
    found: dict[str, list[str]] = {}
    for run in select(gates, known, only=only):
        found.setdefault(run.gate, []).append("/".join(run.pythons))
        assert run.needed == bool(asked)
    return found


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("3.10",), {"tests": ["3.10"], "lowest": ["3.10"]}),
        (("3.12",), {"tests": ["3.12"], "lint": ["3.12"], "audit": ["3.12"]}),
        (("3.14",), {"new": ["3.14"]}),
        (("3.14t",), {"new": ["3.14t"]}),
        (
            ("3.10", "3.12"),
            {"tests": ["3.10", "3.12"], "lint": ["3.12"], "lowest": ["3.10"], "audit": ["3.12"]},
        ),
        (("3.12.4",), {"tests": ["3.12.4"], "lint": ["3.12.4"], "audit": ["3.12.4"]}),
    ],
)
def test_the_jobs_of_a_matrix_run_each_gate_where_it_belongs(
    asked: tuple[str, ...], expected: dict[str, list[str]]
) -> None:
    assert ran(GATES, *asked, declared=("3.10", "3.12")) == expected


def test_the_matrix_misses_nothing() -> None:
    pythons = Pythons(declared=("3.9", "3.10"), named=GATES.pythons, running="3.12")
    assert pythons.matrix == ("3.9", "3.10", "3.14", "3.14t")
    through = [ran(GATES, one, declared=pythons.declared) for one in pythons.matrix]
    assert {gate for job in through for gate in job} == set(GATES.names)
    assert [job["lint"] for job in through if "lint" in job] == [["3.10"]]


def test_without_a_word_each_gate_runs_once_where_it_can() -> None:
    assert ran(GATES, declared=("3.10", "3.12", "3.13")) == {
        "tests": ["3.12/3.13/3.10"],
        "lint": ["3.12"],
        "new": ["3.14t/3.14"],
        "lowest": ["3.10"],
        "audit": ["3.12"],
    }


def test_a_project_that_declares_no_python_is_tried_on_any() -> None:
    gates = parse({"tests": "pytest", "lint": {"command": "ruff", "pythons": "one"}})
    assert ran(gates) == {"tests": ["3.12"], "lint": ["3.12"]}
    assert ran(gates, "3.9", "3.10") == {"tests": ["3.9", "3.10"], "lint": ["3.10"]}
    assert Pythons(declared=(), named=frozenset(), running="3.12").matrix == ("3.12",)


def test_whoever_names_gate_and_python_means_it() -> None:
    assert ran(GATES, "3.10", declared=("3.10", "3.12"), only=("lint",)) == {"lint": ["3.10"]}


@pytest.mark.parametrize(
    ("asked", "only", "words"),
    [
        ((), ("tset",), "there is no gate 'tset'; known are tests, lint, new, audit, lowest"),
        (
            ("3.7", "3.12"),
            (),
            "no gate runs on Python 3.7; the project's classifiers and gates name 3.12, 3.14, 3.14t",
        ),
    ],
)
def test_what_there_is_not_is_refused(asked: tuple[str, ...], only: tuple[str, ...], words: str) -> None:
    with pytest.raises(UsageError) as raised:
        ran(GATES, *asked, declared=("3.12",), only=only)
    assert str(raised.value) == words


def test_a_run_is_on_a_minor_version() -> None:
    assert [minor(version) for version in ("3.13.1", "3.13", "3.14t", "3")] == ["3.13", "3.13", "3.14t", "3"]
    assert Run(gate="tests", pythons=("3.13",), needed=True).gate == "tests"


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("", ""),
        ("...\n\n---\n", ""),
        ("a\n==== 1 failed in 2 s ====\n\n", "1 failed in 2 s"),
        ("x" * 200, "x" * 159 + "…"),
    ],
)
def test_the_last_words_of_a_log(log: str, words: str) -> None:
    assert last_words(log) == words
