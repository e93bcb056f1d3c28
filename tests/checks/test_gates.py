"""The rules of gates: what they name is there; which runs where; what is said of what came of them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from inline_snapshot import snapshot
from packaging.version import Version

from pypublish.checks import api_changes, audited
from pypublish.checks.all import CATALOGUE
from pypublish.checks.bounds import direct, names_of, unbounded
from pypublish.checks.catalog import unknown_ignores
from pypublish.checks.gate_pythons import Pythons, Run, minor, select
from pypublish.checks.gates import Declared, last_words
from pypublish.checks.project import parse as parse_source
from pypublish.errors import UsageError
from pypublish.findings import Finding
from pypublish.gate_answers import ApiChange, Audited, Pin, Vulnerability
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


REQUIRES = (
    "click>=7",
    "packaging",
    "tomli; python_version < '3.11'",
    "rich<15; extra == 'cli'",
    "uvloop; extra == 'web' and sys_platform == 'linux'",
    "own @ https://example.org/own.whl",
    "not a requirement!",
)


def test_what_a_distribution_itself_asks_for() -> None:
    assert direct(REQUIRES) == (
        "click>=7",
        "packaging",
        'tomli; python_version < "3.11"',
        "own @ https://example.org/own.whl",
    )
    assert "rich<15" in direct(REQUIRES, ["cli"])
    assert names_of(["Zope.Interface>=5", "click"]) == {"zope-interface", "click"}
    assert unbounded(REQUIRES, ["cli"]) == ("packaging", "tomli", "rich")


def said(found: list[Finding]) -> list[str]:
    return [f"{f.severity} {f.where} {f.message} -> {f.hint} ({f.ignored})" for f in found]


def test_vulnerabilities_are_findings() -> None:
    old = Pin(name="packaging", version="20.0")
    answer = Audited(
        vulnerabilities=(
            Vulnerability(package=old, id="PYSEC-1", aliases=("CVE-1",), fixed_in=("21.0", "22.0")),
            Vulnerability(package=old, id="PYSEC-2", aliases=("CVE-2",)),
            Vulnerability(package=old, id="PYSEC-3", aliases=("CVE-3",)),
        ),
        skipped=(("ours", "Dependency not found on PyPI"),),
    )
    found = audited.judge(answer, {"CVE-3": "we do not use it", "CVE-9": "gone"})
    assert said(list(found)) == snapshot(
        [
            "error  packaging 20.0, which the wheel installs, has PYSEC-1 (CVE-1); fixed in 21.0 and 22.0 -> Require packaging>=21.0; if something else keeps the old version, update that. Or say why it does not matter under [tool.pypublish.gates.audit.ignore] as PYSEC-1. (None)",
            "error  packaging 20.0, which the wheel installs, has PYSEC-2 (CVE-2); no version has it fixed -> Look at https://osv.dev/vulnerability/PYSEC-2; do without packaging, or say why it does not matter under [tool.pypublish.gates.audit.ignore] as PYSEC-2. (None)",
            "error  packaging 20.0, which the wheel installs, has PYSEC-3 (CVE-3); no version has it fixed -> Look at https://osv.dev/vulnerability/PYSEC-3; do without packaging, or say why it does not matter under [tool.pypublish.gates.audit.ignore] as PYSEC-3. (we do not use it)",
            "note  gates.audit.ignore names CVE-9, which nothing that the wheel installs has -> Remove the line. (None)",
            "note  of ours it is not known whether there are vulnerabilities: Dependency not found on PyPI -> PyPI knows only packages that are on PyPI. (None)",
        ]
    )


@pytest.mark.parametrize(
    ("before", "version", "says_so"),
    [
        ("1.9", "2.0", True),
        ("1.9", "2.0rc1", True),
        ("1.9", "1.10", False),
        ("1.9", "1.9.1", False),
        ("1.9", "1.9.post1", False),
        ("0.4.2", "0.5", True),
        ("0.4.2", "0.4.3", False),
        ("0.9", "1.0", True),
        ("1.0rc1", "1.0", False),
        ("2025.4", "2026.1", True),
        ("1.0", "1!1.0", True),
    ],
)
def test_which_versions_say_that_something_breaks(before: str, version: str, *, says_so: bool) -> None:
    assert api_changes.announces(Version(before), Version(version)) is says_so


CHANGES = (
    ApiChange(
        path="hello.greet",
        kind="Parameter was removed",
        title="greet(loud)",
        file="hello/__init__.py",
        line=3,
    ),
    ApiChange(
        path="hello.A.m", kind="Return types are incompatible", title="A.m", what="int -> str", file="hello/a.py"
    ),
    ApiChange(path="hello.bye", kind="Public object was removed", title="bye"),
    ApiChange(path="hello._old.x", kind="Public object was removed", title="x"),
)


def judged(before: str, version: str) -> list[str]:
    places = {"hello/__init__.py": "src/hello/__init__.py"}
    ignore = {"hello._old": "private"}
    return said(list(api_changes.judge(CHANGES, Version(before), Version(version), ignore=ignore, places=places)))


def test_a_breaking_change_that_the_version_does_not_announce_is_a_warning() -> None:
    assert judged("1.1", "1.2") == snapshot(
        [
            "warning  hello._old.x: public object was removed since 1.1, and 1.2 does not say that something breaks -> Release it as 2.0.0, or keep what was there; or say why it does not matter under [tool.pypublish.gates.api.ignore] as 'hello._old.x'. (private)",
            "warning src/hello/__init__.py:3 hello.greet(loud): parameter was removed since 1.1, and 1.2 does not say that something breaks -> Release it as 2.0.0, or keep what was there; or say why it does not matter under [tool.pypublish.gates.api.ignore] as 'hello.greet'. (None)",
            "warning hello/a.py hello.A.m: return types are incompatible (int -> str) since 1.1, and 1.2 does not say that something breaks -> Release it as 2.0.0, or keep what was there; or say why it does not matter under [tool.pypublish.gates.api.ignore] as 'hello.A.m'. (None)",
            "warning  hello.bye: public object was removed since 1.1, and 1.2 does not say that something breaks -> Release it as 2.0.0, or keep what was there; or say why it does not matter under [tool.pypublish.gates.api.ignore] as 'hello.bye'. (None)",
        ]
    )


def test_one_that_it_announces_is_a_note() -> None:
    assert judged("0.1", "0.2") == snapshot(
        ["note  4 changes since 0.1 break who uses what has changed, as 0.2 says -> Name them in the changelog. (None)"]
    )
    assert list(api_changes.judge((), Version("1.0"), Version("1.1"), ignore={}, places={})) == []


def test_the_parameters_of_a_function_are_told_together_and_tests_not_at_all() -> None:
    moved = [
        ApiChange(
            path="hello.bar", kind="Positional parameter was moved", title=f"bar({name})", line=7, file="hello.py"
        )
        for name in ("a", "b", "c", "d", "e")
    ]
    of_tests = ApiChange(path="hello.tests.helper", kind="Public object was removed", title="helper")
    found = list(
        api_changes.judge([*moved, of_tests], Version("1.0"), Version("1.1"), ignore={}, places={"hello.py": ""})
    )
    assert [one.message.partition(" since")[0] for one in found] == [
        "hello.bar(a, b, c and 2 more): positional parameter was moved"
    ]


def test_a_rewrite_is_not_told_line_by_line() -> None:
    many = [ApiChange(path=f"hello.f{n}", kind="Public object was removed", title=f"f{n}") for n in range(200)]
    found = list(api_changes.judge(many, Version("1.0"), Version("1.1"), ignore={}, places={}))
    assert len(found) == api_changes.SHOWN + 1
    assert found[-1].message == "150 more changes since 1.0 break something"
