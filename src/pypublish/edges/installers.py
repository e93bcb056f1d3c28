"""How a user would install a distribution: by uv or by pip, into a clean environment, from one index."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import PathFinder
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Literal

from pypublish.edges import environment as environments
from pypublish.edges import process
from pypublish.edges.allowlist import UV_INDEXES, build_variables
from pypublish.edges.environment import Environment
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, ToolError, ToolMissingError, ToolTimeoutError
from pypublish.model import Installation

Installer = Literal["uv", "pip"]

TIME_LIMIT = 900.0
"""Seconds for one installation, with all that it fetches and builds."""

OF_THE_BUILD = UV_INDEXES | {"UV_CONFIG_FILE", "UV_BUILD_CONSTRAINT"}
"""What of uv's settings a build may have, and an installation as users do it may not."""

UNREACHABLE = re.compile(r"WARNING: Retrying|Could not fetch URL|Connection(Error| refused| timed out)|ReadTimeout")
"""How pip says that the network, not the requirement, is to blame."""

LOWEST = ("--resolution", "lowest-direct")
"""What makes uv take the lowest versions that the requirements themselves allow."""

OLDEST_FOR_PIP = (3, 10)
"""The oldest Python that the pip in the lock runs on."""


class InstallationFailedError(ToolError):
    """The distribution, or what it depends on, cannot be installed: that says something of the distribution."""


def requirement_of(file: Path, name: str, extras: Sequence[str] = ()) -> str:
    """Write a local file as a requirement, so that no index can be asked for another of its name."""
    chosen = f"[{','.join(extras)}]" if extras else ""
    return f"{name}{chosen} @ {file.resolve().as_uri()}"


def variables(environ: Mapping[str, str], dependencies_index: str) -> dict[str, str]:
    """Return all that an installer sees: where its cache is and how the network is reached, but one index alone."""
    own = {
        name: value
        for name, value in build_variables(environ).items()
        if name not in OF_THE_BUILD and not name.startswith("PIP_")
    }
    if "PIP_CERT" in environ:
        own.setdefault("SSL_CERT_FILE", environ["PIP_CERT"])
    only = {"UV_DEFAULT_INDEX": dependencies_index, "UV_NO_CONFIG": "1", "PIP_CONFIG_FILE": os.devnull}
    return own | only | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def install(
    environment: Environment,
    requirements: Sequence[str],
    *,
    installer: Installer,
    dependencies_index: str,
    world: World,
    alone: bool = False,
    lowest: bool = False,
) -> None:
    """Install `requirements` with all that they need; what is no local file comes from `dependencies_index` alone.

    `alone` leaves out what they need, where that is known to be there; `lowest`, which uv alone can, takes the lowest
    versions that `requirements` themselves allow.

    Raises:
        InstallationFailedError: it cannot be installed; its output is what the installer says of it.
        IndexUnavailableError: the index did not answer.
        ToolError: the installer could not run, or did not come to an end.

    """
    env = variables(world.environ, dependencies_index)
    try:
        if installer == "uv":
            environments.install(
                environment,
                requirements,
                world=world,
                env=env,
                timeout=TIME_LIMIT,
                alone=alone,
                options=LOWEST if lowest else (),
            )
        else:
            _install_pip(environment, env, world)
            options = ["--index-url", dependencies_index, *(["--no-deps"] if alone else [])]
            _run_pip(environment, ["install", *options, "--", *requirements], env, world)
    except (ToolMissingError, ToolTimeoutError):
        raise
    except ToolError as error:
        raise InstallationFailedError(str(error), hint=error.hint, output=error.output) from None


def uninstall(
    environment: Environment, name: str, *, installer: Installer, dependencies_index: str, world: World
) -> None:
    """Remove one distribution again.

    Raises:
        ToolError: it could not be removed.

    """
    env = variables(world.environ, dependencies_index)
    if installer == "pip":
        _run_pip(environment, ["uninstall", "--yes", "--", name], env, world)
        return
    command = [environments.find_uv(world.environ), "pip", "uninstall", "--python", str(environment.python), name]
    process.run(
        command, env=env, cwd=world.scratch, timeout=TIME_LIMIT, sink=world.sink, check=True, running=world.running
    )


def begun(
    artifact: str,
    environment: Environment,
    installer: Installer,
    *,
    extras: tuple[str, ...] = (),
    lowest: Sequence[str] | None = None,
) -> Installation:
    """Return the record of an installation that begins: of which file, in what, by which installer."""
    facts = environments.facts(environment)
    pips = package_version("pip") if _is_ours(environment) else environments.packages(environment).get("pip", "")
    return Installation(
        artifact=artifact,
        python=facts.get("version_info", ""),
        installer=installer,
        installer_version=pips if installer == "pip" else facts.get("uv", ""),
        platform=platform.platform(),
        extras=extras,
        lowest=lowest is not None,
        requirements=tuple(lowest or ()),
    )


def pip_for(environment: Environment) -> list[str]:
    """Return the command of the pip that installs into an environment: ours by preference, else the one that is there.

    Ours is locked with our other dependencies, and its byte code is made once, not for each environment.
    """
    if _is_ours(environment):
        return [sys.executable, "-I", "-m", "pip", "--python", str(environment.python)]
    return [str(environment.python), "-I", "-m", "pip"]


def _is_ours(environment: Environment) -> bool:
    # By the path alone: before Python 3.12 setuptools has a finder too, which acts up when pip is looked for.
    version = environments.facts(environment).get("version_info", "").split(".")
    return PathFinder.find_spec("pip") is not None and tuple(map(int, version[:2])) >= OLDEST_FOR_PIP


def provide_pip(environment: Environment, *, dependencies_index: str, world: World) -> None:
    """See to it that there is a pip for an environment.

    Where ours does not fit its Python, that is the newest from where dependencies come from, else what Python brings.

    Raises:
        ToolError: neither could be had.

    """
    _install_pip(environment, variables(world.environ, dependencies_index), world)


def _install_pip(environment: Environment, env: Mapping[str, str], world: World) -> None:
    if _is_ours(environment):
        return
    try:
        environments.install(environment, ["pip"], world=world, env=env, timeout=TIME_LIMIT)
    except (IndexUnavailableError, environments.RequirementsError):
        # Python brings a pip of its own, if an older one.
        ensure = [str(environment.python), "-I", "-m", "ensurepip"]
        process.run(ensure, env=env, cwd=world.scratch, timeout=TIME_LIMIT, check=True, running=world.running)


def _run_pip(environment: Environment, args: Sequence[str], env: Mapping[str, str], world: World) -> None:
    # --isolated, so that no setting of the user's adds an index.
    done = process.run(
        [*pip_for(environment), "--isolated", "--no-input", *args],
        env=env,
        cwd=world.scratch,
        timeout=TIME_LIMIT,
        sink=world.sink,
        running=world.running,
    )
    if done.returncode == 0:
        return
    if UNREACHABLE.search(done.stderr):
        raise IndexUnavailableError(
            "pip could not reach the index that dependencies come from",
            hint=f"Set dependencies-index to an index that this machine reaches. pip says:\n{done.tail}",
        )
    raise ToolError(f"pip {args[0]} failed", output=done.tail)
