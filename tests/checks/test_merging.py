"""Three texts become one: the user's lines stay, the template's come, and where both changed, that is said."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.checks.merging import Conflict, Merged, merge, split
from pypublish.checks.pinned_lines import key, settle
from pypublish.checks.written import digest, digests

BASE = """\
on:
  push:
    tags: ["v*"]
jobs:
  build:
    steps:
      - uses: actions/checkout@1111111111111111111111111111111111111111 # v6.0.0
      - run: make
"""


def merged(yours: str, template: str, base: str | None = BASE) -> Merged:
    known = digests(base) if base is not None else None
    return merge(known, split(yours), split(template), key=digest, settle=settle)


def text(came: Merged) -> str:
    return "\n".join(came.lines) + "\n"


@pytest.mark.parametrize(
    ("yours", "template", "expected"),
    [
        pytest.param(BASE, BASE, BASE, id="nobody changed anything"),
        pytest.param(
            BASE, BASE.replace("make", "make all"), BASE.replace("make", "make all"), id="the template changed"
        ),
        pytest.param(BASE.replace("make", "nox"), BASE, BASE.replace("make", "nox"), id="the user changed"),
        pytest.param(
            "# mine\n" + BASE,
            BASE.replace("make", "make all"),
            "# mine\n" + BASE.replace("make", "make all"),
            id="in different places",
        ),
        pytest.param(
            BASE.replace("make", "nox"), BASE.replace("make", "nox"), BASE.replace("make", "nox"), id="both the same"
        ),
        pytest.param(
            BASE + "      - run: mine\n",
            BASE.replace('["v*"]', '["[0-9]*"]'),
            BASE.replace('["v*"]', '["[0-9]*"]') + "      - run: mine\n",
            id="a step of the user's at the end",
        ),
        pytest.param(BASE.replace("  push:\n", ""), BASE, BASE.replace("  push:\n", ""), id="the user took a line out"),
        pytest.param(
            "# mine\n" + BASE,
            BASE.replace("      - run: make\n", ""),
            "# mine\n" + BASE.replace("      - run: make\n", ""),
            id="the template took a line out",
        ),
    ],
)
def test_what_does_not_meet_is_merged(yours: str, template: str, expected: str) -> None:
    came = merged(yours, template)
    assert (text(came), came.conflicts) == (expected, ())


def test_where_both_changed_a_place_the_users_lines_stay_and_the_others_are_told() -> None:
    came = merged(BASE.replace("make", "nox"), BASE.replace("make", "make all"))
    assert text(came) == BASE.replace("make", "nox")
    assert came.conflicts == (Conflict(line=8, yours=("      - run: nox",), template=("      - run: make all",)),)


@pytest.mark.parametrize(
    ("yours", "template", "pinned"),
    [
        ("1" * 40 + " # v6.0.0", "2" * 40 + " # v7.0.0", "2" * 40 + " # v7.0.0"),
        ("3" * 40 + " # v7.1.0", "2" * 40 + " # v7.0.0", "3" * 40 + " # v7.1.0"),
        ("v6", "2" * 40 + " # v7.0.0", "2" * 40 + " # v7.0.0"),
        ("3" * 40, "2" * 40 + " # v7.0.0", "2" * 40 + " # v7.0.0"),
    ],
    ids=["older", "newer", "a tag", "of no known version"],
)
def test_of_two_pins_the_newer_stays_and_none_is_a_conflict(yours: str, template: str, pinned: str) -> None:
    line = "      - uses: actions/checkout@{}\n".format
    base = line("1" * 40 + " # v6.0.0")
    came = merged(line(yours), line(template), base)
    assert (text(came), came.conflicts) == (line(pinned), ())


@pytest.mark.parametrize(
    ("yours", "template", "stays"),
    [
        ("@" + "1" * 40 + " # v0.0.9", "@" + "2" * 40 + " # v0.1.0", False),
        ("@" + "1" * 40 + " # v0.2.0", "@" + "2" * 40 + " # v0.1.0", True),
        ("@" + "1" * 40 + " # v0.1.0", "@v0.1.0 # zizmor: ignore[unpinned-uses]", True),
        ("@v0.1.0 # zizmor: ignore[unpinned-uses]", "@" + "2" * 40 + " # v0.1.0", False),
    ],
    ids=["older", "newer", "pinned, and now nobody knows the commit", "not pinned"],
)
def test_our_own_action_is_of_this_version_and_keeps_its_commit(yours: str, template: str, *, stays: bool) -> None:
    mine, new = (f"      - uses: org/pypublish-action{pin}" for pin in (yours, template))
    assert key(mine) == key(new)
    assert settle(mine, new) == (mine if stays else new)


def test_without_a_record_nothing_of_either_is_lost() -> None:
    came = merged("# mine\na\nb\nc\n", "a\nb\nnew\nc\n", None)
    assert (text(came), came.conflicts) == ("# mine\na\nb\nnew\nc\n", ())


def test_without_a_record_what_differs_in_one_place_is_a_conflict() -> None:
    came = merged("a\nmine\nc\n", "a\ntheirs\nc\n", None)
    assert text(came) == "a\nmine\nc\n"
    assert came.conflicts == (Conflict(line=2, yours=("mine",), template=("theirs",)),)


def test_blanks_at_the_end_of_a_line_are_no_change() -> None:
    came = merged(BASE.replace("push:\n", "push:  \n"), BASE.replace("make", "all"))
    assert came.conflicts == ()
    assert text(came) == BASE.replace("push:\n", "push:  \n").replace("make", "all")


LINES = st.lists(st.sampled_from(["a", "b", "c", "", "  - run: x", "# y"]), max_size=12)


@given(LINES, LINES)
def test_who_changed_nothing_gets_the_template(base: list[str], template: list[str]) -> None:
    came = merge([digest(line) for line in base], base, template, key=digest, settle=settle)
    assert (list(came.lines), came.conflicts) == (template, ())


@given(LINES, LINES)
def test_a_template_that_did_not_change_changes_nothing(base: list[str], yours: list[str]) -> None:
    came = merge([digest(line) for line in base], yours, base, key=digest, settle=settle)
    assert (list(came.lines), came.conflicts) == (yours, ())


@given(LINES, LINES, LINES)
def test_a_line_that_both_changed_is_never_lost_in_silence(base: list[str], yours: list[str], new: list[str]) -> None:
    came = merge([digest(line) for line in base], yours, new, key=digest, settle=settle)
    told = [line for one in came.conflicts for line in one.template]
    for line in set(new) - set(base):
        assert line in came.lines or line in told
    for line in set(yours) - set(base):
        assert line in came.lines


def test_the_record_of_lines_survives_what_a_file_may_hold() -> None:
    foreign = dedent("""\
        # a form feed \x0c and a separator \u2028 are no ends of lines
        name: x
        """)
    assert len(digests(foreign)) == 2
