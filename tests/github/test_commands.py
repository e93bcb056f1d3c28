from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.github import commands
from pypublish.render.annotations import Annotation

PIECES = [*"%:,;#[]=\r\n\t \x00\x1b\x85\u2028", "::", "##[", "::set-output name=a::b", "\x1b[31m"]
ANY_TEXT = st.text(st.characters(codec="utf-8")) | st.lists(st.sampled_from(PIECES)).map("".join)

# How the runner splits its input, and where in a line it looks for commands.
RUNNER_LINE_END = re.compile(r"\r\n|\r|\n")


def is_command(line: str) -> bool:
    return line.lstrip().startswith("::") or "##[" in line


@pytest.mark.parametrize(
    ("name", "message", "properties", "written"),
    [
        ("group", "build", {}, "::group::build"),
        ("error", "50 % done\r\nthen: failed, badly", {}, "::error::50 %25 done%0D%0Athen: failed, badly"),
        ("error", "m", {"file": "a,b:c.toml", "line": "9"}, "::error file=a%2Cb%3Ac.toml,line=9::m"),
        ("warning", "m", {"file": "", "title": "t"}, "::warning title=t::m"),
        ("notice", "one\u2028two\x85three", {}, "::notice::one two three"),
        ("endgroup", "", {}, "::endgroup::"),
    ],
)
def test_a_command_is_written_as_the_runner_reads_it(
    name: str, message: str, properties: dict[str, str], written: str
) -> None:
    assert commands.command(name, message, properties) == written


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_a_command_is_one_line_whatever_it_carries(message: str, title: str, file: str) -> None:
    written = commands.annotation(Annotation(level="error", title=title, message=message, file=file, line=3))
    assert len(written.splitlines()) == 1
    assert written.isprintable()
    assert len(RUNNER_LINE_END.split(written)) == 1
    head, _, _ = written.removeprefix("::").partition("::")
    assert head.split(" ", 1)[0] == "error"
    assert {pair.partition("=")[0] for pair in head.partition(" ")[2].split(",")} <= {"file", "line", "title"}


@given(ANY_TEXT)
def test_foreign_text_is_never_a_command_and_never_steers_a_terminal(text: str) -> None:
    for line in commands.plain(text):
        assert len(RUNNER_LINE_END.split(line)) == 1
        assert not is_command(line)
        assert line.isprintable()


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("plain", ["plain"]),
        ("::add-mask::e", [": :add-mask::e"]),
        ("  ::error::x", ["  : :error::x"]),
        ("say ##[error]x", ["say ## [error]x"]),
        ("progress\r::set-output name=a::b", ["progress", ": :set-output name=a::b"]),
        ("\x1b[1m::error::x\x1b[0m", [": :error::x"]),
        ("\x1b]0;title\x07done", ["done"]),
        ("bell\x07", ["bell\\x07"]),
        ("##\x1b[0m[error]", ["## [error]"]),
    ],
)
def test_foreign_lines_stay_readable(printed: str, shown: list[str]) -> None:
    assert commands.plain(printed) == shown


def test_each_fence_has_a_token_of_its_own() -> None:
    fences = {commands.open_fence() for _ in range(50)}
    assert len(fences) == 50
    for begin, end in fences:
        assert re.fullmatch(r"::stop-commands::[0-9a-f]{32}", begin)
        assert end == f"::{begin.rpartition(':')[2]}::"
