"""What is going on, in one line of a terminal that is overwritten while it goes on."""

from __future__ import annotations

from pypublish.render.text import NAME_WIDTH, ROOMY, printable

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
ASCII_FRAMES = "-\\|/"

MINUTE = 60


def live_line(stage: str, what: str, *, elapsed: float, left: float | None, frame: str, width: int) -> str:
    """Return the line that says what a stage is doing, with its time at the right edge: at most `width` columns.

    `elapsed` is in seconds, and so is `left`, the time until it looks or tries again.
    """
    from rich.cells import cell_len, set_cell_size

    name = printable(stage).replace("\n", " ")
    head = f" {frame} {name:<{NAME_WIDTH}} " if width >= ROOMY else f" {frame} {name} "
    again = f", again in {left:.0f} s" if left is not None and left >= 1 else ""
    end = f" {duration(elapsed)}"
    room = width - cell_len(head) - cell_len(again) - cell_len(end)
    if room < 1:
        return set_cell_size(f"{head}{end}", max(width, 0)).rstrip()
    words = printable(what).replace("\n", " ")
    if cell_len(words) > room:
        words = f"{set_cell_size(words, room - 1)}…" if frame in FRAMES else set_cell_size(words, room)
    return f"{set_cell_size(f'{head}{words}{again}', width - cell_len(end))}{end}"


def duration(seconds: float) -> str:
    """Write seconds for a person who waits."""
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), MINUTE)
    return f"{minutes} min {rest:02d} s"
