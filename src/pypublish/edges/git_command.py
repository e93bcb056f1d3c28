"""Run git: the real one, in an environment of ours, with no hooks, prompts or pager."""

from __future__ import annotations

import os
from pathlib import Path

from pypublish.edges import process
from pypublish.edges.world import World
from pypublish.errors import ToolError

TIME_LIMIT = 120.0
"""Seconds for one question; a large tree on a slow disk takes a few."""

UNBOUNDED = 1 << 40
"""Bytes of an answer that are kept: a list of files is read whole or it is wrong."""

HANDED_ON = ("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")

CONFIGURATION = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.longpaths": "true",
    "core.untrackedCache": "false",
    "log.showSignature": "false",
}
"""Set above all other configuration: a repository's own can name programs to run."""


def ask(
    folder: Path, *args: str, world: World, check: bool = True, as_user: bool = False, stdin: bytes = b""
) -> process.Completed:
    """Run git in `folder` and give it `stdin`; `as_user` with the configuration of user and machine, else without.

    Raises:
        ToolMissingError: there is no git.
        ToolError: with `check`, git failed.

    """
    completed = process.run(
        ["git", "-C", str(folder), *args],
        env=_environment(world, as_user=as_user),
        timeout=TIME_LIMIT,
        kept=UNBOUNDED,
        stdin=stdin,
        running=world.running,
    )
    if check and completed.returncode != 0:
        raise ToolError(
            f"git {args[0]} failed in {folder}",
            hint="Run git status and git fsck there, and mend what they say.",
            output=completed.tail,
        )
    return completed


def trust(world: World) -> None:
    """Let git read repositories of other people from now on, because the user's own configuration does."""
    # A file, because git hands no other configuration on to the git that a clone starts in its source.
    _global_configuration(world).write_text("[safe]\n\tdirectory = *\n", "utf-8")


def text(answer: bytes) -> str:
    """Decode paths and names so that they can be given back to the file system."""
    return os.fsdecode(answer)


def _environment(world: World, *, as_user: bool) -> dict[str, str]:
    variables = {name: world.environ[name] for name in HANDED_ON if name in world.environ}
    variables |= {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",  # looking changes nothing, not even git's own notes
        "GIT_PAGER": "cat",
        "LC_ALL": "C",
        "GIT_CONFIG_COUNT": str(len(CONFIGURATION)),
    }
    for number, (name, value) in enumerate(CONFIGURATION.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    if not as_user:
        file = _global_configuration(world)
        variables |= {"GIT_CONFIG_GLOBAL": str(file) if file.exists() else os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return variables


def _global_configuration(world: World) -> Path:
    """Return the file in place of the user's; it is there once he is known to trust other people's repositories."""
    return world.scratch / "gitconfig"
