"""What a build says: shown line by line, its last lines kept for a failure, its warnings for the maintainer."""

from __future__ import annotations

import re
import threading
from collections import deque

from pypublish.edges.world import Sink

TAIL = 30
"""Lines that are kept of the end."""

WARNINGS = 20
"""Warnings that are kept; whoever has more has one problem many times."""

LENGTH = 500
"""Characters that are kept of a line."""

NOISE = "no previously-included "
"""What setuptools says of every exclusion in MANIFEST.in that had nothing to exclude."""

WARNING = re.compile(r"^\W*(?:warn(?:ing)?\b\s*[:\]]|\w*Warning:)\s*(?P<said>.*\S)", re.IGNORECASE)


class BuildLog:
    """A sink that remembers. Threads may share it."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._lock = threading.Lock()
        self._tail: deque[str] = deque(maxlen=TAIL)
        self._warnings: dict[str, None] = {}

    def __call__(self, line: str) -> None:
        """Take one line of foreign output."""
        with self._lock:
            self._sink(line)
            if line.strip():
                self._tail.append(line[:LENGTH])
            found = WARNING.match(line[:LENGTH])
        if found:
            self.warn(found["said"])

    def warn(self, warning: str) -> None:
        """Remember a warning, once and on one line."""
        said = " ".join(word for word in warning.split() if word.strip("*!="))[:LENGTH]
        with self._lock:
            if len(self._warnings) < WARNINGS and not said.startswith(NOISE):
                self._warnings.setdefault(said)

    def begin(self) -> None:
        """Forget the last lines: another program speaks now."""
        with self._lock:
            self._tail.clear()

    @property
    def tail(self) -> str:
        """The last lines of the program that speaks."""
        with self._lock:
            return "\n".join(self._tail)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings of all programs, each once."""
        with self._lock:
            return tuple(self._warnings)
