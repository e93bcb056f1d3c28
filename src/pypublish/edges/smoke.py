"""The proof that a distribution works: installed in a clean environment, imported, loaded, run, uninstalled."""

from __future__ import annotations

import csv
import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pypublish.edges import environment as environments
from pypublish.edges import process
from pypublish.edges.environment import Environment
from pypublish.edges.installers import (
    InstallationFailedError,
    Installer,
    begun,
    install,
    requirement_of,
    uninstall,
    variables,
)
from pypublish.edges.probing import probe
from pypublish.edges.sandbox import sandbox
from pypublish.edges.world import World
from pypublish.errors import ToolError, ToolTimeoutError
from pypublish.model import Installation, VerifySettings

UV_OWN = {".lock"}
"""What uv leaves in an environment for itself."""


def prepare(root: Path, *, how: VerifySettings, world: World, python: str | None = None) -> Environment:
    """Make the clean environment ahead of the file, at `root`, for the Python that runs pypublish or another.

    Raises:
        ToolError: there is no uv, or no such Python.

    """
    return environments.create(
        root / "env", world=world, env=variables(world.environ, how.dependencies_index), python=python
    )


def smoke(
    file: Path,
    name: str,
    *,
    root: Path,
    how: VerifySettings,
    world: World,
    environment: Environment | None = None,
    python: str | None = None,
    installer: Installer = "uv",
    has_dependencies: bool = False,
    lowest: Sequence[str] | None = None,
    leave: bool = True,
) -> Installation:
    """Install `file`, a distribution of the project `name`, and use it as `how` says.

    `root` is a folder of its own for this; `environment` is one that `prepare` made there, else one is made;
    `has_dependencies` says that it has just what the file depends on; `lowest` is what it depends on directly, to be
    had in the lowest versions that it allows. The file has to be the right one already: only what it depends on is
    fetched, from `how.dependencies_index`.
    Unless `leave`, the distribution is uninstalled again, and what stays behind is reported.

    Raises:
        IndexUnavailableError: the index of the dependencies did not answer.
        ToolError: uv or the environment's Python could not run.

    """
    root.mkdir(parents=True, exist_ok=True)
    own = environment or prepare(root, how=how, world=world, python=python)
    done = begun(file.name, own, installer, extras=how.extras, lowest=lowest)
    before = _files(own)
    try:
        install(
            own,
            [requirement_of(file, name, how.extras), *(lowest or ())],
            installer=installer,
            dependencies_index=how.dependencies_index,
            world=world,
            alone=has_dependencies and not how.extras,
            lowest=lowest is not None,
        )
    except InstallationFailedError as error:
        return replace(done, failure=error.output or str(error))
    used = use(own, done, name, root=root, how=how, world=world)
    if used.failure or leave:
        return used
    uninstall(own, name, installer=installer, dependencies_index=how.dependencies_index, world=world)
    return replace(used, leftovers=tuple(sorted(_files(own) - before - _recorded(own))))


def use(
    environment: Environment, done: Installation, name: str, *, root: Path, how: VerifySettings, world: World
) -> Installation:
    """Import, load and run what `done` has installed; return it with what came of that.

    Raises:
        ToolError: the environment's Python could not run.

    """
    own = sandbox(root / "home", environment, world)
    probed = probe(
        environment,
        name,
        modules=how.import_names,
        extras=how.extras,
        folder=_empty_folder(root / "probe"),
        env=own,
        timeout=how.smoke_timeout,
        world=world,
    )
    if probed is None:
        return replace(done, failure=f"{done.installer} installed the file, but Python finds no distribution {name!r}")
    return replace(
        done,
        distributions=environments.packages(environment),
        version=probed.version,
        extras=how.extras,
        optional=probed.optional,
        imports=probed.imports,
        entry_points=probed.entry_points,
        command=run_command(how, folder=_empty_folder(root / "command"), env=own, world=world),
    )


def run_command(how: VerifySettings, *, folder: Path, env: Mapping[str, str], world: World) -> str | None:
    """Run the smoke command without a shell; return what was wrong, or None where nothing was or there is none."""
    if not how.smoke_command.strip():
        return None
    try:
        program, *args = shlex.split(how.smoke_command)
    except ValueError as error:
        return f"it cannot be split into words: {error}"
    found = shutil.which(program, path=env["PATH"])
    if found is None:
        return f"there is no program {program!r}, neither in the environment nor on PATH"
    try:
        done = process.run(
            [found, *args], env=env, cwd=folder, timeout=how.smoke_timeout, sink=world.sink, running=world.running
        )
    except ToolTimeoutError as error:
        return f"it was still running after {how.smoke_timeout} s\n{error.output}".rstrip()
    except ToolError as error:
        return str(error)
    return None if done.returncode == 0 else f"it ended with exit code {done.returncode}\n{done.tail}".rstrip()


def _empty_folder(path: Path) -> Path:
    path.mkdir()
    return path


def _files(environment: Environment) -> set[str]:
    found = (path for path in environment.root.rglob("*") if "__pycache__" not in path.parts and not path.is_dir())
    return {path.relative_to(environment.root).as_posix() for path in found} - UV_OWN


def _recorded(environment: Environment) -> set[str]:
    """Return the files that belong to the distributions that are left."""
    found = set()
    for record in environment.root.rglob("*.dist-info/RECORD"):
        site_packages = record.parent.parent
        for row in csv.reader(record.read_text("utf-8").splitlines()):
            path = Path(os.path.normpath(site_packages / row[0])) if row else site_packages
            if path.is_relative_to(environment.root):
                found.add(path.relative_to(environment.root).as_posix())
    return found
