"""What becomes of the words of borrowed tools."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from pypublish.checks import archives, borrowed
from pypublish.checks.all import CATALOGUE
from pypublish.findings import Finding, Severity
from pypublish.model import Remark
from tests.factories import Made, wheel

OWN = Finding(check="description-renders", severity=Severity.ERROR, message="x")


def remark(tool: str, code: str, message: str = "", *members: str, configured: bool = False) -> Remark:
    return Remark(tool=tool, code=code, message=message, members=members, configured=configured)


def told(*remarks: Remark, setuptools: bool = True, own: tuple[Finding, ...] = ()) -> list[str]:
    found = borrowed.findings("hello.whl", remarks, setuptools=setuptools, own=own)
    return [f"{one.severity} {one.check} {one.where}: {one.message}" for one in found]


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        (
            remark("check-wheel-contents", "W005", "Wheel contains common toplevel name in library", "tests/"),
            snapshot(
                "warning check-wheel-contents:W005 hello.whl::tests/: Wheel contains common toplevel name in library:"
                " tests/"
            ),
        ),
        (
            remark("check-wheel-contents", "W002", "Wheel contains duplicate files", "a", "b"),
            snapshot("note check-wheel-contents:W002 hello.whl: Wheel contains duplicate files: a, b"),
        ),
        (
            remark("check-wheel-contents", "W002", "Wheel contains duplicate files", "a", "b", configured=True),
            snapshot("warning check-wheel-contents:W002 hello.whl: Wheel contains duplicate files: a, b"),
        ),
        (
            remark("check-wheel-contents", "W999", "Wheel is too\nround"),
            snapshot("warning check-wheel-contents:W999 hello.whl: Wheel is too\nround"),
        ),
        (
            remark("check-manifest", "missing-from-sdist", "include *.txt", "a.txt", "b.txt", "c.txt", "d.txt"),
            snapshot(
                "warning check-manifest:missing-from-sdist hello.whl: tracked, but not in the sdist: a.txt, b.txt,"
                " c.txt and 1 more"
            ),
        ),
        (
            remark("check-manifest", "missing-from-vcs", "", "a.txt"),
            snapshot("warning check-manifest:missing-from-vcs hello.whl: in the sdist, but not tracked: a.txt"),
        ),
        (
            remark("check-manifest", "manifest-line", "You have a wrong line in MANIFEST.in: 'x'\n'y'"),
            snapshot("warning check-manifest:manifest-line MANIFEST.in: You have a wrong line in MANIFEST.in: 'x' 'y'"),
        ),
        (
            remark("twine", "invalid-distribution", "Invalid distribution metadata: x"),
            snapshot("error twine:invalid-distribution hello.whl: Invalid distribution metadata: x"),
        ),
    ],
    ids=lambda value: f"{value.tool}-{value.code}" if isinstance(value, Remark) else "",
)
def test_a_remark_becomes_a_finding(said: Remark, finding: str) -> None:
    assert told(said) == [finding]


def test_what_we_say_better_is_not_said_twice() -> None:
    syntax = remark("twine", "description-syntax", "line 2: Warning: too short")
    assert told(syntax, own=(OWN,)) == []
    assert told(syntax) == ["error twine:description-syntax hello.whl: line 2: Warning: too short"]


def test_backends_that_leave_files_out_by_design_get_a_note_unless_the_tool_is_configured() -> None:
    missing = remark("check-manifest", "missing-from-sdist", "", "a.txt")
    configured = remark("check-manifest", "missing-from-sdist", "", "a.txt", configured=True)
    assert [line.split()[0] for line in told(missing, configured, setuptools=False)] == ["note", "warning"]


def test_many_of_a_kind_are_summed_up() -> None:
    many = [
        remark("check-wheel-contents", "W002", "Wheel contains duplicate files", f"{n}a", f"{n}b") for n in range(9)
    ]
    assert len(told(*many)) == 4
    assert told(*many)[-1] == "note check-wheel-contents:W002 hello.whl: and 6 more of this kind"


def test_every_flaw_of_an_archive_is_a_rule_of_the_catalogue() -> None:
    truncated = Made(filename="hello-1.0.0-py3-none-any.whl", content=wheel().content[:-30]).dist()
    (found, *_) = archives.findings(truncated.filename, truncated.contents)
    assert (found.check, found.severity) == ("archive-is-readable", Severity.ERROR)
    assert {rule.id for rule in archives.RULES} <= CATALOGUE.keys()


@pytest.mark.parametrize(
    ("code", "members", "said"),
    [
        ("W009", ("hello/", "hello.libs/"), False),
        ("W009", ("hello/", "world/"), True),
        ("W009", ("hello/", "world/", "hello.libs/"), True),
        ("W010", ("hello.libs/",), False),
        ("W010", ("Hello.libs/",), False),
        ("W010", ("world.libs/",), True),
        ("W010", ("hello.libs/", "data/"), True),
        ("W005", ("hello.libs/",), True),
        ("W010", (), True),
    ],
)
def test_the_folder_of_libraries_that_repairing_tools_add_is_in_its_place(
    code: str, members: tuple[str, ...], said: bool
) -> None:
    found = borrowed.findings(
        "hello-1.0.0-cp313-cp313-musllinux_1_2_x86_64.whl",
        [remark("check-wheel-contents", code, "Wheel has it", *members)],
        setuptools=True,
        own=(),
    )
    assert bool(list(found)) is said
