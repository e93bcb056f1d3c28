"""The live line: the last line of a terminal says what is going on, and goes away when that has ended.

The cursor stays at the line's beginning and is never hidden: whatever ends the program, the terminal is as it was.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import TextIO

from pypublish.edges.steps import Activity
from pypublish.render.live import ASCII_FRAMES, FRAMES, live_line

TICK = 0.1
"""Seconds between two drawings; what takes less is not drawn at all."""

NARROWEST = 20
"""Columns below which a terminal has no room for such a line."""


def wants_live_line(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether somebody looks at a terminal that can overwrite a line; not of a log, a pipe or a CI job."""
    if environ.get("CI") or environ.get("TERM", "dumb" if sys.platform != "win32" else "") == "dumb":
        return False
    return stream.isatty()


def columns_of(stream: TextIO) -> int | None:
    """Return the columns of the terminal that `stream` is; None where it is none, or does not know."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


class LiveLine:
    """One line that is drawn over and over; `paused` is the way to write anything else. Any thread may use it."""

    def __init__(self, stream: TextIO, *, unicode: bool) -> None:
        self._stream = stream
        self._frames = FRAMES if unicode else ASCII_FRAMES
        self._lock = threading.RLock()
        self._stage = ""
        self._activity: Activity | None = None
        self._began: dict[str, float] = {}
        self._ended: threading.Event | None = None
        self._drawn = 0
        self._ticks = 0

    def begin(self, stage: str) -> None:
        """Show, from now on, that this stage goes on."""
        with self._lock:
            self._stage = stage
            self._began.setdefault(stage, monotonic())
            if self._ended is None:
                self._ended = threading.Event()
                threading.Thread(target=self._run, args=(self._ended,), name="live-line", daemon=True).start()

    def tell(self, activity: Activity | None) -> None:
        """Show what is being done; None where nobody says."""
        with self._lock:
            self._activity = activity
            if activity is not None and activity.stage:
                self._began.setdefault(activity.stage, monotonic())

    def done(self, stage: str) -> None:
        """Show no longer that this stage goes on; what others are doing is still shown."""
        with self._lock:
            if stage == self._stage:
                self._stage = ""
            self._erase()

    def end(self) -> None:
        """Show nothing any more, and leave the line empty."""
        # An interrupted thread may hold the lock for good: then the line stays, and the program ends.
        held = self._lock.acquire(timeout=1)
        try:
            if self._ended is not None:
                self._ended.set()
                self._ended = None
            self._erase()
        finally:
            if held:
                self._lock.release()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the line away while something else is written, which has to end with a newline."""
        with self._lock:
            shown = self._drawn > 0
            self._erase()
            try:
                yield
            finally:
                if shown and self._ended is not None:
                    self._draw()

    def _run(self, ended: threading.Event) -> None:
        while not ended.wait(TICK):
            with self._lock:
                if ended.is_set():
                    return
                self._ticks += 1
                try:
                    self._draw()
                except (OSError, ValueError):  # the terminal is gone; the release goes on
                    return

    def _draw(self) -> None:
        columns = columns_of(self._stream)
        if columns is None or columns < NARROWEST:
            return
        now, activity = monotonic(), self._activity
        stage = (activity.stage if activity is not None else "") or self._stage
        if not stage:
            self._erase()
            return
        line = live_line(
            stage,
            activity.what if activity is not None else "",
            elapsed=now - self._began.get(stage, now),
            left=activity.until - now if activity is not None and activity.until is not None else None,
            frame=self._frames[self._ticks % len(self._frames)],
            # The last column stays free: some terminals begin a new line as soon as it is written.
            width=columns - 1,
        )
        self._erase()
        self._drawn = len(line)
        self._write(f"{line}\r")

    def _erase(self) -> None:
        if self._drawn:
            # To the end of the screen: where the window was made narrower meanwhile, the line has become several.
            self._write("\r\x1b[J" if sys.platform != "win32" else f"\r{' ' * self._drawn}\r")
            self._drawn = 0

    def _write(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(text.encode(encoding, "replace").decode(encoding))
        self._stream.flush()
