"""A project's build backend in its environment: what it requires is there before its hooks run."""

from __future__ import annotations

import contextlib
import os
import stat
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pypublish.building import BuildFailure, BuildFault, Made
from pypublish.edges import environment as environments
from pypublish.edges.build_log import BuildLog
from pypublish.edges.build_room import Room, build_system, make_environment
from pypublish.edges.environment import Environment, RequirementsError
from pypublish.edges.hooks import HookError, Hooks
from pypublish.edges.world import World
from pypublish.errors import PypublishError, ToolTimeoutError
from pypublish.model import DEFAULT_BACKEND, ArtifactKind

if TYPE_CHECKING:
    from build import ProjectBuilder
    from packaging.requirements import Requirement


class BackendError(Exception):
    """The backend cannot do its work; `failure` says why, as data."""

    def __init__(self, fault: BuildFault, reason: str, *, output: str = "") -> None:
        super().__init__(reason)
        self.failure = BuildFailure(fault=fault, reason=reason, output=output)


class Backend:
    """The backend of the project at `source`. One environment serves all its hooks as long as they agree on it.

    `remaining` says how many seconds are left for the build.
    """

    def __init__(
        self, source: Path, room: Room, *, epoch: int, log: BuildLog, remaining: Callable[[], float], world: World
    ) -> None:
        table = build_system(source)
        self.name = str(table.get("build-backend", DEFAULT_BACKEND))
        self.environments: list[Environment] = []
        """Every environment that was used; the last one is in use."""
        self._module = None if "backend-path" in table else self.name.partition(":")[0]
        self._room = room
        self._epoch = epoch
        self._log = log
        self._remaining = remaining
        self._world = world
        self._installed: frozenset[str] = frozenset()
        self._stack = contextlib.ExitStack()
        self._hooks: Hooks | None = None

    def __enter__(self) -> Self:
        """Return itself; the environment is waited for when it is needed."""
        return self

    def __exit__(self, *_: object) -> None:
        """End what runs."""
        self._stack.close()

    def make(self, kind: ArtifactKind, source: Path, folder: Path) -> Made:
        """Build one distribution of the tree at `source` into the empty `folder`.

        Raises:
            BackendError: it cannot be built, and why.
            IndexUnavailableError: a requirement could not be fetched.
            ToolError: uv is missing, or could not make an environment.

        """
        folder.mkdir()
        with _failures_as_data(self.name):
            builder = self._builder(source)
            needed = frozenset(builder.build_system_requires)
            self._provide(needed)
            self._provide(needed | builder.get_requires_for_build(kind.value))
            returned = builder.build(kind.value, folder)
        found = ((entry.name, entry.lstat()) for entry in sorted(folder.iterdir()))
        return Made(
            returned=returned.removeprefix(f"{folder}{os.sep}"),
            files={name: facts.st_size for name, facts in found if stat.S_ISREG(facts.st_mode)},
        )

    def _builder(self, source: Path) -> ProjectBuilder:
        import build

        # Misspelt tables are for the checks to find; a warning would reach the log unfenced.
        warnings.filterwarnings("ignore", category=build.TypoWarning)
        return build.ProjectBuilder(source, runner=self._run)

    def _run(self, cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None) -> None:
        assert self._hooks is not None  # noqa: S101 - `make` provides an environment first
        self._hooks(cmd, cwd, extra_environ)

    def _provide(self, requirements: frozenset[str]) -> None:
        """See to an environment with these requirements: add what is missing, or begin anew where that conflicts."""
        parsed = _parse(requirements)
        if not self.environments:
            self._use(self._first(requirements), requirements)
        here = environments.packages(self.environments[-1])
        if all(text in self._installed or _is_satisfied(parsed[text], here) for text in requirements):
            return
        self._stack.close()
        together = self._installed | requirements
        try:
            environments.install(
                self.environments[-1],
                together,
                world=self._world,
                env=self._room.variables,
                timeout=self._remaining(),
            )
        except RequirementsError:
            self._use(self._another(requirements), requirements)
        else:
            self._use(self.environments[-1], together)

    def _first(self, requirements: frozenset[str]) -> Environment:
        # The tree that the environment was begun for may have uncommitted changes.
        return self._room.environment.result() if self._room.requires == requirements else self._another(requirements)

    def _another(self, requirements: frozenset[str]) -> Environment:
        return make_environment(
            self._room.folder / f"env-{len(self.environments) + 1}",
            requirements,
            self._room.variables,
            self._world,
            timeout=self._remaining(),
        )

    def _use(self, environment: Environment, installed: frozenset[str]) -> None:
        if environment not in self.environments:
            self.environments.append(environment)
        self._installed = installed
        path = self._room.variables.get("PATH", os.defpath)
        self._hooks = self._stack.enter_context(
            Hooks(
                environment,
                module=self._module,
                env={
                    **self._room.variables,
                    "PATH": f"{environment.scripts}{os.pathsep}{path}",
                    "SOURCE_DATE_EPOCH": str(self._epoch),
                },
                log=self._log,
                remaining=self._remaining,
                world=self._world,
            )
        )


def _parse(requirements: frozenset[str]) -> dict[str, Requirement]:
    from packaging.requirements import InvalidRequirement, Requirement

    parsed = {}
    for text in sorted(requirements):
        try:
            parsed[text] = Requirement(text)
        except InvalidRequirement as error:
            # uv would take a path or an option as well, which no other installer of build requirements does.
            raise RequirementsError(f"{text!r} is no requirement by PEP 508", output=str(error)) from None
    return parsed


def _is_satisfied(requirement: Requirement, installed: Mapping[str, str]) -> bool:
    """Whether that is plain to see; where it is not, uv is asked."""
    from packaging.utils import canonicalize_name

    if requirement.url or requirement.extras or requirement.marker:
        return False
    version = installed.get(canonicalize_name(requirement.name))
    return version is not None and requirement.specifier.contains(version, prereleases=True)


@contextlib.contextmanager
def _failures_as_data(name: str) -> Iterator[None]:
    import build

    try:
        yield
    except build.BuildBackendException as error:
        raise _explained(name, error.exception) from None
    except (build.BuildException, ValueError) as error:  # ValueError: backend-path leads out of the tree
        raise BackendError(BuildFault.BUILD_SYSTEM, str(error)) from None
    except RequirementsError as error:
        raise BackendError(BuildFault.REQUIREMENTS, str(error), output=error.output) from None
    except ToolTimeoutError as error:
        reason = "the installation of the build requirements was still running at the time limit"
        raise BackendError(BuildFault.TIME_LIMIT, reason, output=error.output) from None


def _explained(name: str, error: Exception) -> Exception:
    import pyproject_hooks

    fault, output = BuildFault.HOOK, ""
    match error:
        case PypublishError():
            return error
        case HookError():
            fault = BuildFault.TIME_LIMIT if error.timed_out else BuildFault.HOOK
            reason, output = f"{name}: {error}", error.output
        case pyproject_hooks.BackendUnavailable():
            fault, reason, output = BuildFault.BUILD_SYSTEM, f"{name} cannot be imported", error.traceback
        case pyproject_hooks.UnsupportedOperation():
            reason, output = f"{name} cannot build an sdist of this tree", error.traceback
        case _:
            reason = f"{name}: {error!r}"
    return BackendError(fault, reason, output=output)
