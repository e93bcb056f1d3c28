"""Run a program: no shell, an environment given whole, output bounded, its process group ended afterwards."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pypublish.edges.output import KEPT, Output
from pypublish.edges.running import Running, end_group, kill_group
from pypublish.edges.world import Sink, discard
from pypublish.errors import ToolError, ToolMissingError, ToolTimeoutError

__all__ = ["Completed", "end_group", "run"]

TAIL = 20
"""Lines that a person is shown of what a program said before it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A program that ended: its exit code and what it printed, as far as it was kept."""

    args: tuple[str, ...]
    returncode: int
    out: bytes
    err: bytes
    stopped: bool = False
    """Whether it was stopped at its time limit."""

    @property
    def stdout(self) -> str:
        """Its standard output as text."""
        return self.out.decode("utf-8", "replace")

    @property
    def stderr(self) -> str:
        """Its standard error as text."""
        return self.err.decode("utf-8", "replace")

    @property
    def tail(self) -> str:
        """The last lines of what it said, for a person."""
        lines = (self.stderr.strip() or self.stdout.strip()).splitlines()[-TAIL:]
        return "\n".join(line.rstrip() for line in lines)


def run(
    args: Sequence[str | os.PathLike[str]],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    timeout: float | None = None,
    sink: Sink = discard,
    check: bool = False,
    stdin: bytes = b"",
    kept: int = KEPT,
    running: Running | None = None,
) -> Completed:
    """Run `args` with exactly `env` and wait for it, at most `timeout` seconds.

    Whatever it started is ended with it, also when it succeeded, when the time is over and when the user
    interrupts. Each line of its output is given to `sink` as it comes; `kept` bytes of each stream are returned.
    With `running`, another thread can end it.

    Raises:
        ToolMissingError: there is no such program.
        ToolTimeoutError: it was still running after `timeout` seconds.
        ToolError: with `check`, it returned another code than 0.
        KeyboardInterrupt: the user interrupted, here or in the thread that ends all in `running`.

    """
    completed = attempt(args, env=env, cwd=cwd, timeout=timeout, sink=sink, stdin=stdin, kept=kept, running=running)
    command = completed.args
    if completed.stopped:
        raise ToolTimeoutError(
            f"{Path(command[0]).name} was stopped after its time limit of {timeout:g} s", output=completed.tail
        )
    if check and completed.returncode != 0:
        raise ToolError(
            f"{Path(command[0]).name} {command[1] if len(command) > 1 else ''} failed with exit code"
            f" {completed.returncode}",
            output=completed.tail,
        )
    return completed


def attempt(
    args: Sequence[str | os.PathLike[str]],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    timeout: float | None = None,
    sink: Sink = discard,
    stdin: bytes = b"",
    kept: int = KEPT,
    running: Running | None = None,
    merged: bool = False,
) -> Completed:
    """Run as `run` does, and return however it ends, at its time limit too; with `merged`, both streams as one.

    Raises:
        ToolMissingError: there is no such program.
        ToolError: it could not be started.
        KeyboardInterrupt: as `run` does.

    """
    command = tuple(os.fspath(arg) for arg in args)
    with (running or Running()).start(lambda: _start(command, env, cwd, piped=bool(stdin), merged=merged)) as process:
        streams = [stream for stream in (process.stdout, process.stderr) if stream is not None]
        outputs = [Output(stream, sink, kept=kept) for stream in streams]
        try:
            with _time_limit(process, timeout) as over:
                _feed(process, stdin)
                _wait(process)
        finally:
            end_group(process)
            for output in outputs:
                output.finish()
    kept_of = [output.content() for output in outputs]
    return Completed(
        args=command,
        returncode=process.returncode,
        out=kept_of[0],
        err=b"" if merged else kept_of[1],
        stopped=over.is_set(),
    )


def _start(
    command: tuple[str, ...],
    env: Mapping[str, str],
    cwd: Path | None,
    *,
    piped: bool,
    merged: bool,
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if merged else subprocess.PIPE,
            start_new_session=sys.platform != "win32",
        )
    except FileNotFoundError:
        if cwd is not None and not cwd.is_dir():
            raise ToolError(f"{command[0]} could not be started: there is no folder {cwd}") from None
        raise ToolMissingError(
            f"{command[0]} is not on this machine", hint=f"Install {Path(command[0]).name}, or put it on PATH."
        ) from None
    except OSError as error:
        raise ToolError(f"{command[0]} could not be started: {error.strerror or error}") from error


@contextlib.contextmanager
def _time_limit(process: subprocess.Popen[bytes], seconds: float | None) -> Iterator[threading.Event]:
    """Kill the process when its time is over, and tell by the event.

    A timer and a wait that blocks, because `Popen.wait(timeout)` looks only every 50 ms.
    """
    over = threading.Event()
    if seconds is None:
        yield over
        return

    def stop() -> None:
        over.set()
        kill_group(process)

    timer = threading.Timer(max(seconds, 0.0), stop)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()
        timer.join()


def _feed(process: subprocess.Popen[bytes], stdin: bytes) -> None:
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError), process.stdin as pipe:  # it ended without reading: its code tells
            pipe.write(stdin)


def _wait(process: subprocess.Popen[bytes]) -> None:
    if sys.platform != "win32" and hasattr(os, "waitid"):
        # Leave it to be reaped when its group has ended: so nobody else can have its number until then.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    else:
        process.wait()
