"""Compare the public objects of two wheels by griffe: their sources are read, and nothing of them is run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from pypublish import archive
from pypublish.edges import process
from pypublish.edges.locked_tool import tool_environment, tool_variables
from pypublish.edges.route import printable
from pypublish.edges.world import World
from pypublish.errors import ToolError
from pypublish.gate_answers import ApiChange

TOOL = "api"
PROBE = Path(__file__).with_name("api_probe.py")
TIME_LIMIT = 300.0
"""Seconds."""

SOURCES = (".py", ".pyi")


class SourcesError(ToolError):
    """The sources of a wheel cannot be read."""


def read_sources(wheel: Path) -> dict[str, bytes]:
    """Return the Python sources of a wheel by their paths, which lead nowhere but down.

    Raises:
        SourcesError: it is no archive that is read, or too large a one.

    """
    with wheel.open("rb") as opened:
        contents = archive.read(opened, format="zip", keep=lambda member: member.name.endswith(SOURCES))
    if contents.refused:
        raise SourcesError(
            f"{wheel.name} cannot be read: {next(flaw.message for flaw in contents.flaws if flaw.refused)}"
        )
    sources = {name: text for name, text in contents.texts.items() if _leads_down(name)}
    if len(sources) < sum(name.endswith(SOURCES) for name in contents.names):
        raise SourcesError(f"{wheel.name} has more sources than are read")
    return sources


def compare(
    old: dict[str, bytes], new: dict[str, bytes], modules: Sequence[str], root: Path, world: World
) -> tuple[ApiChange, ...]:
    """Return what breaks in `modules` from the old sources to the new ones; the folder `root` is made for it.

    Raises:
        IndexUnavailableError: griffe could not be fetched.
        ToolError: griffe could not run, or broke.

    """
    root.mkdir()
    folders = [_put(root / name, sources) for name, sources in (("old", old), ("new", new))]
    environment = tool_environment(TOOL, root, world)
    ended = process.run(
        [environment.python, "-I", PROBE, *folders, *modules],
        env=tool_variables(root, environment, world),
        cwd=root,
        timeout=TIME_LIMIT,
        kept=1 << 24,
        running=world.running,
    )
    if ended.returncode != 0:
        raise ToolError("griffe could not compare the wheel with the last release", output=ended.tail)
    return tuple(
        ApiChange(
            path=printable(str(one["path"])),
            kind=printable(str(one["kind"])),
            title=printable(str(one["title"])),
            what=printable(str(one["what"])),
            file=printable(str(one["file"])),
            line=one["line"] if isinstance(one["line"], int) else None,
        )
        for one in json.loads(ended.out)
    )


def _leads_down(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and "\\" not in name and ":" not in name


def _put(folder: Path, sources: dict[str, bytes]) -> Path:
    for name, text in sources.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    folder.mkdir(exist_ok=True)
    return folder
