"""Which wheels the Python of an environment can use."""

from __future__ import annotations

from pathlib import Path

from pypublish.edges import process
from pypublish.edges.allowlist import build_variables
from pypublish.edges.environment import Environment
from pypublish.edges.world import World

ASK = "import sys; sys.path.append(sys.argv[1]); from packaging import tags; print(*tags.sys_tags(), sep='\\n')"


def compatible_tags(environment: Environment, *, world: World) -> tuple[str, ...]:
    """Return the tags of the wheels that an environment's Python can use, the best first.

    Raises:
        ToolError: the environment's Python does not run.

    """
    import packaging

    ours = Path(packaging.__file__).parent.parent
    asked = process.run(
        [str(environment.python), "-I", "-c", ASK, str(ours)],
        env=build_variables(world.environ),
        cwd=world.scratch,
        check=True,
        running=world.running,
    )
    return tuple(asked.stdout.split())
