"""What the tools of the built-in gates answer, as findings: vulnerabilities, and changes of the API."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot
from packaging.version import Version

from pypublish.checks import api_changes, audited
from pypublish.findings import Finding
from pypublish.gate_answers import ApiChange, Audited, Pin, Vulnerability


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
