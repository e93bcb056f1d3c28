"""A process that has imported a build backend and forks for each hook, as seen from here; `hook_host` is its inside."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pypublish.edges.output import Output
from pypublish.edges.running import Running, end_group
from pypublish.edges.world import Sink
from pypublish.errors import ToolTimeoutError

SCRIPT = Path(__file__).with_name("hook_host.py")

ANSWER = 64
"""Bytes of its longest answer."""

GRACE = 2.0
"""Seconds in which it ends the hook that it runs, when it is hung up on."""


class ForkHost:
    """The running process, and the channel to it. One hook at a time."""

    def __init__(self, channel: socket.socket) -> None:
        self.busy = False
        """Whether a hook was begun whose end is not known."""
        self._channel = channel
        self._ready: bool | None = None

    def run(
        self, args: Sequence[str], *, cwd: Path, environ: Mapping[str, str], sink: Sink, seconds: float
    ) -> int | None:
        """Run the script and arguments `args` and return the exit code; None when this process is not fit for it.

        Raises:
            ToolTimeoutError: it was still running after `seconds`.

        """
        with self._time_limit(seconds) as over:
            code = self._run(args, cwd, environ, sink)
        if over.is_set():
            raise ToolTimeoutError(f"a hook was stopped after {seconds:g} s")
        return code

    def _run(self, args: Sequence[str], cwd: Path, environ: Mapping[str, str], sink: Sink) -> int | None:
        if self._ready is None:
            self._ready = self._channel.recv(ANSWER) == b"ready"
        if not self._ready:
            return None
        order = json.dumps({"args": list(args), "cwd": str(cwd), "environ": dict(environ)}).encode()
        read_end, write_end = os.pipe()
        output = Output(os.fdopen(read_end, "rb"), sink)
        self.busy = True
        try:
            socket.send_fds(self._channel, [order], [write_end])
        except OSError:
            return None  # it has ended by itself
        finally:
            os.close(write_end)
        answer = self._channel.recv(ANSWER)
        self.busy = not answer
        output.finish(None if answer else 0)  # without an answer, the hook may still be there to be ended
        return int(answer) if answer else None

    @contextlib.contextmanager
    def _time_limit(self, seconds: float) -> Iterator[threading.Event]:
        over = threading.Event()

        def hang_up() -> None:
            over.set()
            with contextlib.suppress(OSError):  # it has ended by itself
                self._channel.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(max(seconds, 0.0), hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield over
        finally:
            timer.cancel()
            timer.join()


@contextlib.contextmanager
def fork_host(
    python: Path, module: str, *, env: Mapping[str, str], cwd: Path, sink: Sink, running: Running
) -> Iterator[ForkHost]:
    """Start the process, which imports `module` while the caller does something else, and end it at the end."""
    channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [python, SCRIPT, str(theirs.fileno()), module],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )

    with channel, theirs, running.start(start) as process:
        theirs.close()
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        output = Output(process.stdout, sink)
        host = ForkHost(channel)
        try:
            yield host
        finally:
            channel.close()
            if host.busy:
                with contextlib.suppress(subprocess.TimeoutExpired):  # it is killed all the same
                    process.wait(GRACE)
            end_group(process)
            output.finish()
