"""The borrowed tools - twine, check-wheel-contents, check-manifest - in one child process that is started early.

Only files that `archive` has accepted may be given to them: the tools read without bounds.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pypublish.edges.child import Child
from pypublish.edges.world import World
from pypublish.errors import ToolError, ToolTimeoutError
from pypublish.model import Remark

TIME_LIMIT = 120.0
"""Seconds that a tool may take over one file; a description can be made so that docutils takes hours."""

HANDED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE")
"""What the tools may see of the environment; git, which check-manifest asks, needs most of it."""


@contextmanager
def started(world: World) -> Iterator[Tools]:
    """Start the child, which imports the tools while the caller does something else, and end it at the end."""
    tools = Tools(world)
    try:
        yield tools
    finally:
        tools.end()


class Tools:
    """The running child: one order, one answer at a time.

    `source`, where a method takes it, is the folder of pyproject.toml in a clean clone: the tools are configured there.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._child = self._start()

    def judge_wheel(self, file: Path, *, source: Path | None) -> tuple[Remark, ...]:
        """Return what twine and check-wheel-contents say of a wheel.

        Raises:
            ToolError: a tool broke, or did not come to an end.

        """
        path = str(file.resolve())
        return (*self._ask("twine", file=path), *self._ask("check-wheel-contents", file=path, source=_text(source)))

    def judge_sdist(
        self, filename: str, *, member: str, pkg_info: bytes, names: Iterable[str], source: Path | None
    ) -> tuple[Remark, ...]:
        """Return what twine says of an sdist, and check-manifest where there is a source to compare it with.

        `member` is the path of the PKG-INFO, `pkg_info` what is in it; `names` are those of all files in the sdist.

        Raises:
            ToolError: a tool broke, or did not come to an end.

        """
        said = self._ask("twine", file=filename, member=member, pkg_info=pkg_info.decode("utf-8", "surrogateescape"))
        if source is not None:
            said += self._ask("check-manifest", members=list(names), source=str(source))
        return tuple(said)

    def end(self) -> None:
        """End the child."""
        self._child.end()

    def _ask(self, tool: str, **order: object) -> list[Remark]:
        with self._lock:
            try:
                reply = self._child.ask({"tool": tool, **order}, timeout=TIME_LIMIT)
            except TimeoutError:
                self._restart()
                raise ToolTimeoutError(
                    f"{tool} was stopped after its time limit of {TIME_LIMIT:g} s", hint=_HINT
                ) from None
            if reply is None:
                output = self._restart()
                raise ToolError(f"{tool} ended without an answer", hint=_HINT, output=output)
        if not isinstance(reply, list):
            raise ToolError(f"{tool} broke: {reply}", hint=_HINT)
        return [_remark(tool, said) for said in reply]

    def _start(self) -> Child:
        return Child(
            [sys.executable, "-P", "-m", "pypublish.edges.borrowed"],
            env=_environment(self._world.environ),
            cwd=self._world.scratch,
            running=self._world.running,
        )

    def _restart(self) -> str:
        output = self._child.end()
        self._child = self._start()
        return output


_HINT = (
    "pypublish's own checks stand without it, but the file may be one that breaks it for users, too: run the tool"
    " on the file by hand to see more."
)


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _remark(tool: str, said: Mapping[str, object]) -> Remark:
    members = said.get("members")
    return Remark(
        tool=tool,
        code=str(said["code"]),
        message=str(said["message"]),
        members=tuple(map(str, members)) if isinstance(members, list) else (),
        configured=said.get("configured") is True,
    )


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    handed_on = {name: environ[name] for name in HANDED_ON if name in environ}
    return {**handed_on, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)), "PYTHONUTF8": "1"}
