"""What was committed since an earlier release."""

from __future__ import annotations

from pypublish.edges.git import Repository
from pypublish.edges.git_command import ask
from pypublish.edges.world import World

COMMITS = 200
"""Commits that are read; notes of more are read by nobody."""


def subjects_since(repository: Repository, tag: str, commit: str, world: World) -> tuple[str, ...]:
    """Return the first lines of the commits from a tag to a commit, merges left out, the newest first.

    Nothing where git does not have both, as in a shallow clone.
    """
    asked = ask(
        repository.toplevel,
        "log", "-z", "--format=%s", "--no-merges", f"--max-count={COMMITS}", "--end-of-options",
        f"refs/tags/{tag}..{commit}",
        world=world, check=False,
    )  # fmt: skip
    return tuple(filter(None, asked.stdout.split("\0"))) if asked.returncode == 0 else ()
