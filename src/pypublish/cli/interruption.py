"""Ctrl-C, and SIGTERM alike: everything that was started ends, and the command does too, wherever it was."""

from __future__ import annotations

import _thread
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pypublish.edges.running import Running
from pypublish.errors import ExitCode

GRACE = 6.0
"""Seconds that the command has to end by itself. A GitHub runner that cancels sends SIGTERM after 7.5."""


@contextmanager
def interruptible(running: Running, scratch: Path, quiet: Callable[[], None]) -> Iterator[None]:
    """Let SIGINT and SIGTERM end what runs and raise KeyboardInterrupt in the main thread.

    The exception alone would not do: where it strikes while Python imports a module, it can get lost, or leave a lock
    behind that a worker waits for. So the processes are ended at once, and the command too when its time is over.
    `quiet` ends what a surface goes on to show meanwhile.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ended = False

    def watch() -> None:
        running.end()
        quiet()
        time.sleep(GRACE)
        if not ended:
            shutil.rmtree(scratch, ignore_errors=True)
            os.write(2, b"\nInterrupted. What was started has been stopped.\n")
            os._exit(ExitCode.INTERRUPTED)

    def interrupt(_number: int, _frame: object) -> None:
        # Not threading.Thread: its locks may be held by the very code that was interrupted.
        _thread.start_new_thread(watch, ())
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        ended = True
        for number, handler in before.items():
            signal.signal(number, handler)
