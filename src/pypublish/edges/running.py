"""The processes that run now: each with a group of its own, so that what it started ends with it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

SWEEPS = 20
"""How often strays are looked for: one that starts another while it is being ended needs a second look."""


class Running:
    """What was started and has not ended yet, so that one thread can end what others wait for.

    A worker cannot be interrupted, but what it waits for can be ended: the thread that gets the user's Ctrl-C calls
    `end`, and the workers get a KeyboardInterrupt from whatever they wait for or start next.
    """

    def __init__(self) -> None:
        self.ended = False
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()

    @contextlib.contextmanager
    def start(self, start: Callable[[], subprocess.Popen[bytes]]) -> Iterator[subprocess.Popen[bytes]]:
        """Start a process and count it as running; end what is left of its group at the end of the context.

        Raises:
            KeyboardInterrupt: `end` was called before or meanwhile.

        """
        with self._lock:
            if self.ended:
                raise KeyboardInterrupt
            process = start()
            self._processes.add(process)
        try:
            yield process
        finally:
            with self._lock:
                self._processes.discard(process)
            if process.returncode is None:
                end_group(process)
            if self.ended:
                raise KeyboardInterrupt

    def end(self) -> None:
        """End all that runs, and let nothing start any more. Any thread may call it."""
        with self._lock:
            self.ended = True
            for process in self._processes:
                kill_group(process)


def end_group(process: subprocess.Popen[bytes], *, grace: float = 0.0) -> None:
    """End a process that was started in a session of its own, and all that it started.

    `grace` is how long, in seconds, they get to end by themselves after SIGTERM.
    """
    if grace and process.poll() is None:
        _signal(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):  # the rest follows
            process.wait(grace)
    kill_group(process)
    process.wait()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its group without waiting for them."""
    if sys.platform == "win32":
        process.kill()
        return
    _signal(process.pid, signal.SIGKILL)


def _signal(group: int, number: signal.Signals) -> None:
    if sys.platform == "win32":
        return
    # Nobody may be left in the group; macOS says so by PermissionError.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def end_strays(name: str, value: str) -> int:
    """End every process that was started with the variable `name` set to `value`, and return how many there were.

    A daemon leaves its parent's group, but keeps the environment that it was started with. Linux shows it under
    /proc; elsewhere nothing is found.
    """
    variable = os.fsencode(f"{name}={value}")
    ended: set[int] = set()
    for _ in range(SWEEPS):
        strays = [pid for pid in _processes() if variable in _variables(pid)]
        if not strays:
            break
        ended.update(strays)
        for pid in strays:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
    return len(ended)


def _processes() -> list[int]:
    own = os.getpid()
    try:
        with os.scandir("/proc") as entries:
            return [pid for entry in entries if entry.name.isdecimal() and (pid := int(entry.name)) != own]
    except OSError:
        return []


def _variables(pid: int) -> list[bytes]:
    try:
        # A process that has ended and waits for its parent shows nothing.
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
