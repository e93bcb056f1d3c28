"""A terminal that tests look at: a real pseudo-terminal, and the screen that what was written makes of it."""

from __future__ import annotations

import codecs
import contextlib
import os
import select
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

if sys.platform != "win32":
    import fcntl
    import termios

ERASE_BELOW = "\x1b[J"


def screen(written: str, *, columns: int) -> list[str]:
    """Return the lines that a terminal shows in the end, as far as what was written goes; trailing blanks are cut.

    It knows what pypublish writes: text, `\\r`, `\\n`, "erase below" and colours. Anything else is an error.
    """
    rows: list[list[str]] = [[]]
    row = column = 0
    text = written
    while text:
        if text.startswith(ERASE_BELOW):
            text = text.removeprefix(ERASE_BELOW)
            del rows[row][column:], rows[row + 1 :]
        elif text.startswith("\x1b["):
            code, _, text = text.removeprefix("\x1b[").partition("m")
            assert code.replace(";", "").isdigit(), f"no terminal of ours knows {code!r}"
        elif text[0] == "\r":
            column, text = 0, text[1:]
        elif text[0] == "\n":
            row, text = row + 1, text[1:]
            rows += [[]] * (row + 1 - len(rows))
            rows[row] = list(rows[row])
        else:
            if column == columns:
                row, column = row + 1, 0
                rows.append([])
            rows[row] += [" "] * (column + 1 - len(rows[row]))
            rows[row][column], column, text = text[0], column + 1, text[1:]
    return ["".join(line).rstrip() for line in rows]


@dataclass(kw_only=True)
class Terminal:
    """The two ends of a pseudo-terminal: what programs write to, and what a person sees and types."""

    master: int
    slave: int
    written: str = ""
    decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))

    def resize(self, columns: int) -> None:
        """Make the window so wide."""
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def read(self, *, until: str, within: float = 60.0) -> str:
        """Read what was written until this has been, and return all of it."""
        deadline = time.monotonic() + within
        while until not in self.written:
            left = deadline - time.monotonic()
            assert left > 0, f"{until!r} was not written: {self.written!r}"
            self._take(left)
        return self.written

    def rest(self) -> str:
        """Read what is there, without waiting for more, and return all that was ever written."""
        while self._take(0.05):
            pass
        return self.written

    def type(self, text: str) -> None:
        """Type as a person does: Ctrl-C is `\\x03`."""
        os.write(self.master, text.encode())

    def _take(self, patience: float) -> bool:
        if not select.select([self.master], [], [], patience)[0]:
            return False
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:  # nobody has the other end any more
            return False
        self.written += self.decoder.decode(data)
        return bool(data)


@contextlib.contextmanager
def terminal(columns: int) -> Iterator[Terminal]:
    """Open a terminal that is so wide."""
    master, slave = os.openpty()
    try:
        made = Terminal(master=master, slave=slave)
        made.resize(columns)
        yield made
    finally:
        os.close(master)
        os.close(slave)


@contextlib.contextmanager
def stream_to(opened: Terminal) -> Iterator[TextIO]:
    """Open what a program writes to, as its standard output would be."""
    with os.fdopen(os.dup(opened.slave), "w", encoding="utf-8") as stream:
        yield stream
