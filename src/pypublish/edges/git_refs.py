"""What a repository's names tell of its habits: its tags, newest first, and its default branch."""

from __future__ import annotations

from pypublish.edges.git import Repository
from pypublish.edges.git_command import ask, text
from pypublish.edges.world import World

NEWEST = 50
"""Tags that are looked at: how somebody tags is told by the last few."""


def newest_tags(repository: Repository, world: World) -> tuple[str, ...]:
    """Return the names of the newest tags, the newest first."""
    listed = ask(
        repository.toplevel,
        "for-each-ref", "--sort=-creatordate", f"--count={NEWEST}", "--format=%(refname)", "refs/tags",
        world=world,
    )  # fmt: skip
    return tuple(line.removeprefix("refs/tags/") for line in text(listed.out).split("\n") if line)


def default_branch(repository: Repository, world: World) -> str:
    """Return the branch that `origin` says is its default, else the one that is checked out; empty where neither is."""
    for name in ("refs/remotes/origin/HEAD", "HEAD"):
        asked = ask(repository.toplevel, "symbolic-ref", "--quiet", name, world=world, check=False)
        found = text(asked.out).strip()
        if asked.returncode == 0 and found:
            return found.removeprefix("refs/remotes/origin/").removeprefix("refs/heads/")
    return ""
