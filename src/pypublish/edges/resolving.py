"""What the installation of a file would bring with it: resolved by uv, nothing installed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pypublish.edges import environment as environments
from pypublish.edges import process
from pypublish.edges.installers import TIME_LIMIT, variables
from pypublish.edges.world import World
from pypublish.errors import ToolError
from pypublish.gate_answers import Pin
from pypublish.pypi.names import normalise

_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;]+)")


def resolve(
    requirements: Sequence[str], *, python: str, dependencies_index: str, world: World, lowest: bool = False
) -> tuple[Pin, ...]:
    """Return what `requirements`, the first of them a local file, bring on the Python at the path `python`.

    With `lowest`, what `requirements` themselves name has the lowest version that is allowed; what that needs has not.

    Raises:
        RequirementsError: it cannot be resolved; the output is what uv says of it.
        IndexUnavailableError: the index did not answer.
        ToolError: uv could not run.

    """
    strategy = ["--resolution", "lowest-direct"] if lowest else []
    options = ["--quiet", "--no-header", "--no-annotate", "--no-sources", "--python", python, *strategy, "-"]
    folder = world.scratch / "resolving"
    folder.mkdir(exist_ok=True)
    ended = process.run(
        [environments.find_uv(world.environ), "pip", "compile", *options],
        env={**variables(world.environ, dependencies_index), "NO_COLOR": "1"},
        cwd=folder,
        timeout=TIME_LIMIT,
        stdin="".join(f"{one}\n" for one in requirements).encode(),
        running=world.running,
    )
    if ended.returncode != 0:
        raise environments.trouble(f"what {requirements[0].partition(' @ ')[0]} needs", ended)
    return tuple(pins(ended.stdout))


def pins(output: str) -> list[Pin]:
    """Read the lines `name==version` of a resolution; what was given as a file has none.

    Raises:
        ToolError: a line is something else.

    """
    found = []
    for line in output.splitlines():
        text = line.strip()
        if not text or text.startswith("#") or " @ " in text:
            continue
        match = _PIN.match(text)
        if match is None:
            raise ToolError("uv pip compile printed something else than versions", output=output)
        found.append(Pin(name=normalise(match[1]), version=match[2]))
    return found
