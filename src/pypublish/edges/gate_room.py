"""Where a gate runs: a copy of the tree, and an environment with the sealed file and what the gate needs beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pypublish.building import SourceOrigin, Workspace
from pypublish.edges import environment as environments
from pypublish.edges import git, workspace
from pypublish.edges.environment import Environment
from pypublish.edges.installed_modules import put_first
from pypublish.edges.installers import TIME_LIMIT, requirement_of, variables
from pypublish.edges.world import World
from pypublish.gate_answers import Pin
from pypublish.gates import Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRoom:
    """A folder of a gate's own."""

    root: Path
    tree: Path
    """The copy of the project's folder; the gate may do with it what it likes."""
    environment: Environment

    @property
    def python(self) -> str:
        """The version of the environment's Python."""
        return environments.facts(self.environment).get("version_info", "")


def open_room(
    root: Path,
    project: Path,
    *,
    python: str | None,
    dependencies_index: str,
    as_it_stands: bool,
    leave_out: tuple[Path, ...],
    world: World,
) -> GateRoom:
    """Copy the project's tree and make an empty environment in the folder `root`, which is made.

    The copy has the tracked files as the commit has them; `as_it_stands` takes uncommitted changes in. `python` is a
    version or a path; None is the one that runs pypublish. `leave_out` are folders of ours.

    Raises:
        ToolError: the files could not be copied, or there is no such Python.

    """
    root.mkdir(parents=True)
    env = variables(world.environ, dependencies_index)
    return GateRoom(
        root=root,
        tree=_copy(project, root / "tree", world, as_it_stands=as_it_stands, leave_out=leave_out),
        environment=environments.create(root / "env", world=world, env=env, python=python),
    )


def furnish(
    room: GateRoom,
    file: Path,
    name: str,
    gate: Gate,
    *,
    dependencies_index: str,
    pins: Iterable[Pin] = (),
    world: World,
) -> None:
    """Install `file`, a distribution of the project `name`, with the gate's extras and dependency groups.

    `pins` hold versions of what it needs. What is no local file comes from `dependencies_index` alone, and never from
    the tree: `[tool.uv.sources]` does not count. The file's modules go before those of the tree.

    Raises:
        RequirementsError: they cannot be had, or not together.
        IndexUnavailableError: the index did not answer.
        ToolError: uv could not run.

    """
    constraints = room.root / "constraints.txt"
    constraints.write_text("".join(f"{pin}\n" for pin in pins), "utf-8")
    groups = [f"--group={room.tree / 'pyproject.toml'}:{group}" for group in gate.groups]
    environments.install(
        room.environment,
        [requirement_of(file, name, gate.extras)],
        world=world,
        env=variables(world.environ, dependencies_index),
        timeout=TIME_LIMIT,
        options=["--no-sources", f"--constraints={constraints}", *groups],
    )
    put_first(room.environment, name)


def _copy(project: Path, target: Path, world: World, *, as_it_stands: bool, leave_out: tuple[Path, ...]) -> Path:
    def make(repository: git.Repository | None) -> Workspace:
        return workspace.prepare(
            project, target, repository, world, in_tree=False, as_it_stands=as_it_stands, leave_out=leave_out
        )

    made = make(git.find_repository(project, world))
    # A clone would lack what submodules and LFS keep elsewhere; then the folder is copied as it lies there.
    return (make(None) if made.origin is SourceOrigin.IN_TREE else made).root
