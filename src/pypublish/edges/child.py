"""A child process that answers: one line of JSON in, one line of JSON out, each within a time limit."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from pypublish.edges.output import Output
from pypublish.edges.running import Running
from pypublish.edges.world import discard

KEPT = 1 << 14
"""Bytes of its standard error that are kept, for a person."""


class Child:
    """The process; whoever starts it ends it."""

    def __init__(self, args: Sequence[str], *, env: Mapping[str, str], cwd: Path, running: Running) -> None:
        self._life = contextlib.ExitStack()
        self._process = self._life.enter_context(
            running.start(
                lambda: subprocess.Popen(
                    args,
                    env=dict(env),
                    cwd=cwd,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=sys.platform != "win32",
                )
            )
        )
        assert self._process.stdout is not None  # noqa: S101 - both are pipes
        assert self._process.stderr is not None  # noqa: S101
        self._errors = Output(self._process.stderr, discard, kept=KEPT)
        self._answers: queue.Queue[bytes | None] = queue.Queue()
        self._reader = threading.Thread(target=self._hear, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    def ask(self, order: Mapping[str, object], *, timeout: float) -> object | None:
        """Send one order and return its answer; None when the process ended instead.

        Raises:
            TimeoutError: there was no answer after `timeout` seconds; the process is to be ended.

        """
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            return None  # it has ended: its standard error tells why
        try:
            line = self._answers.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError from None
        if line is None:
            self._answers.put(None)  # for whoever asks again
            return None
        answer: object = json.loads(line)
        return answer

    def end(self) -> str:
        """End the process and all that it started; return what it said to standard error."""
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        try:
            with contextlib.suppress(OSError):  # it may have ended with our last order unread
                self._process.stdin.close()
            self._life.close()
        finally:
            self._reader.join()
            self._errors.finish()
        return self._errors.content().decode("utf-8", "replace").strip()

    def _hear(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self._answers.put(line)
        self._answers.put(None)
