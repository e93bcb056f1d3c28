"""The line that is overwritten while a stage goes on: never wider than the terminal, never steering it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from rich.cells import cell_len

from pypublish.render.live import duration, live_line


def line(width: int, *, what: str = "waiting for PyPI", left: float | None = 4.0, elapsed: float = 12.34) -> str:
    return live_line("verify", what, elapsed=elapsed, left=left, frame="⠙", width=width)


def test_at_each_width() -> None:
    assert [line(width) for width in (20, 39, 59, 79)] == snapshot(
        [
            " ⠙ verify  12.3 s",
            " ⠙ verify waiting…, again in 4 s 12.3 s",
            " ⠙ verify waiting for PyPI, again in 4 s             12.3 s",
            " ⠙ verify     waiting for PyPI, again in 4 s                             12.3 s",
        ]
    )


def test_without_a_pause() -> None:
    assert line(60, left=None) == snapshot(" ⠙ verify     waiting for PyPI                        12.3 s")
    assert line(60, left=0.4) == line(60, left=None)


def test_names_that_would_steer_the_terminal() -> None:
    assert line(79, what="reading a\x1b[2J\r\nb.whl", left=None) == snapshot(
        " ⠙ verify     reading a\\x1b[2J\\r b.whl                                   12.3 s"
    )


def test_wide_letters_take_two_columns() -> None:
    shown = line(40, what="reading 日本語日本語日本語日本語.whl", left=None)
    assert (shown, cell_len(shown)) == snapshot((" ⠙ verify reading 日本語日本語日… 12.3 s", 40))


def test_times_as_people_read_them() -> None:
    assert [duration(seconds) for seconds in (0, 59.94, 60, 125.7, 3725)] == snapshot(
        ["0.0 s", "59.9 s", "1 min 00 s", "2 min 05 s", "62 min 05 s"]
    )


@given(
    st.text(), st.text(), st.integers(1, 250), st.floats(0, 1e6), st.none() | st.floats(-10, 1e6), st.sampled_from("⠙-")
)
def test_it_never_wraps(  # noqa: PLR0917 - one column of a table each
    stage: str, what: str, width: int, elapsed: float, left: float | None, frame: str
) -> None:
    shown = live_line(stage, what, elapsed=elapsed, left=left, frame=frame, width=width)
    assert cell_len(shown) <= width
    assert shown.isprintable()
