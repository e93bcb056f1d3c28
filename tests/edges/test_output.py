"""What a program prints, as a person gets to see it."""

from __future__ import annotations

import sys

from pypublish.edges.process import run

DRAWN = (
    "import sys; print('INFO  taken   '); print(); print('\\tin a column\\t '); print('it broke  ', file=sys.stderr)"
)


def test_blanks_at_the_end_of_a_line_are_not_shown_and_what_is_kept_is_what_was_printed() -> None:
    seen: list[str] = []
    done = run([sys.executable, "-c", DRAWN], env={}, sink=seen.append)
    assert sorted(seen) == sorted(["INFO  taken", "", "\tin a column", "it broke"])
    assert done.stdout.splitlines() == ["INFO  taken   ", "", "\tin a column\t "]


def test_the_last_lines_of_a_failure_have_none_either() -> None:
    code = "import sys; print('one   ', file=sys.stderr); sys.exit('two   ')"
    assert run([sys.executable, "-c", code], env={}).tail == "one\ntwo"
