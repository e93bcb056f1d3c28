"""Run the hooks of a build backend, each in a process of its own.

Where it is safe, the process is forked from one that has imported the backend already: on Linux, of a backend that is
installed, not one of the project's own tree, which may differ between the clone and the unpacked sdist.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from pypublish.edges import process
from pypublish.edges.build_log import BuildLog
from pypublish.edges.environment import Environment
from pypublish.edges.fork_host import ForkHost, fork_host
from pypublish.edges.world import World
from pypublish.errors import ToolTimeoutError

CAN_FORK = sys.platform == "linux"


class HookError(Exception):
    """A hook failed, hung, or returned what no hook may; `output` is the end of what it said."""

    def __init__(self, hook: str, reason: str, *, output: str = "", timed_out: bool = False) -> None:
        super().__init__(f"{hook} {reason}")
        self.hook = hook
        self.reason = reason
        self.output = output
        self.timed_out = timed_out


class Hooks:
    """Runs hooks; `build` calls it where it would start a process of its own.

    `module` is what to import of the backend, None where it must not be shared between hooks. `env` is all that hooks
    see. `remaining` says how many seconds are left for the build.
    """

    def __init__(
        self,
        environment: Environment,
        *,
        module: str | None,
        env: Mapping[str, str],
        log: BuildLog,
        remaining: Callable[[], float],
        world: World,
    ) -> None:
        self._environment = environment
        self._module = module if CAN_FORK else None
        self._env = dict(env)
        self._log = log
        self._remaining = remaining
        self._world = world
        self._stack = contextlib.ExitStack()
        self._host: ForkHost | None = None

    def __enter__(self) -> Self:
        """Return itself; nothing runs before the first hook."""
        return self

    def __exit__(self, *_: object) -> None:
        """End what hooks were forked from."""
        self.forget_imports()

    def forget_imports(self) -> None:
        """Begin anew with the next hook: the environment has changed, and with it what an import finds."""
        self._host = None
        self._stack.close()

    def __call__(
        self, cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None
    ) -> None:
        """Run one hook: `cmd` is a Python, the script that calls hooks, the hook's name and a folder for its answer.

        It runs in this environment's Python, whatever `cmd` begins with.

        Raises:
            HookError: it failed, hung, or returned what no hook may.
            KeyboardInterrupt: the user interrupted.

        """
        hook, folder = cmd[-2], Path(cmd[-1])
        self._log.begin()
        try:
            code = self._run(cmd, Path(cwd or "."), extra_environ or {})
        except ToolTimeoutError:
            raise HookError(
                hook, "was still running at the time limit", output=self._log.tail, timed_out=True
            ) from None
        if code != 0:
            how = f"failed with exit code {code}" if code > 0 else f"was ended by signal {-code}"
            raise HookError(hook, how, output=self._log.tail)
        self._take_answer(hook, folder / "output.json")

    def _run(self, cmd: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> int:
        if self._module is not None:
            host = self._host or self._start_host(self._module, cwd, environ)
            code = host.run(cmd[1:], cwd=cwd, environ=environ, sink=self._log, seconds=self._remaining())
            if code is not None:
                return code
            self.forget_imports()
            self._module = None
        completed = process.run(
            [self._environment.python, *cmd[1:]],
            env={**self._env, **environ},
            cwd=cwd,
            timeout=self._remaining(),
            sink=self._log,
            running=self._world.running,
        )
        return completed.returncode

    def _start_host(self, module: str, cwd: Path, environ: Mapping[str, str]) -> ForkHost:
        self._host = self._stack.enter_context(
            fork_host(
                self._environment.python,
                module,
                env={**self._env, **environ},
                cwd=cwd,
                sink=self._log,
                running=self._world.running,
            )
        )
        return self._host

    def _take_answer(self, hook: str, file: Path) -> None:
        """Judge the answer before `build` uses it, and take the warnings out of it.

        pyproject-hooks would raise them as warnings of this process, where they would reach the log unfenced.
        """
        try:
            answer = json.loads(file.read_text("utf-8"))
            warnings, value = answer.pop("warnings", []), answer["return_val"]
        except (OSError, ValueError, KeyError, AttributeError):
            raise HookError(hook, "ended without an answer", output=self._log.tail) from None
        for warning in warnings:
            self._log.warn(str(warning["message"]))
        fulfilled = not any(answer.get(key) for key in ("unsupported", "no_backend", "hook_missing"))
        if fulfilled and not _is_proper(hook, value):
            raise HookError(hook, f"returned {value!r:.100}", output=self._log.tail)
        file.write_text(json.dumps(answer), "utf-8")


def _is_proper(hook: str, value: object) -> bool:
    if hook.startswith("get_requires"):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, str)
