"""A tool in an environment of its own, made from the hashed requirements that come with pypublish."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pypublish.edges import environment as environments
from pypublish.edges.allowlist import build_variables
from pypublish.edges.environment import Environment
from pypublish.edges.installers import TIME_LIMIT
from pypublish.edges.route import CA_VARIABLES
from pypublish.edges.sandbox import sandbox
from pypublish.edges.world import World

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
"""Exported from uv.lock by docs/generate.py."""


def tool_environment(name: str, root: Path, world: World) -> Environment:
    """Make the environment of the tool `name` in `root`: each file by its digest, from where the user's packages come.

    Raises:
        IndexUnavailableError: the index did not answer.
        ToolError: uv could not make it.

    """
    env = build_variables(world.environ)
    environment = environments.create(root / "env", world=world, env=env)
    options = ["--require-hashes", "--no-build", f"--requirements={REQUIREMENTS / f'{name}.txt'}"]
    environments.install(environment, [], world=world, env=env, timeout=TIME_LIMIT, options=options)
    return environment


def tool_variables(root: Path, environment: Environment, world: World) -> Mapping[str, str]:
    """Return what a tool sees that asks PyPI: as a program of the project's, and by the world's transport."""
    env = sandbox(root / "home", environment, world)
    transport = world.transport
    if transport.proxy is not None:
        env |= dict.fromkeys(("HTTPS_PROXY", "https_proxy"), transport.proxy) | {"NO_PROXY": "", "no_proxy": ""}
    named = (world.environ.get(name) for name in CA_VARIABLES)
    authorities = str(transport.ca_file) if transport.ca_file is not None else next(filter(None, named), "")
    return {**env, "REQUESTS_CA_BUNDLE": authorities} if authorities else env
