"""What a repository's names tell of its habits: its tags, newest first, and its default branch."""

from __future__ import annotations

from pypublish.edges.git import Repository
from pypublish.edges.git_command import ask, text
from pypublish.edges.world import World


def tags(repository: Repository, world: World, *, most: int | None = None) -> tuple[str, ...]:
    """Return the names of the tags, the newest first: all, or at most so many."""
    limit = [f"--count={most}"] if most is not None else []
    listed = ask(
        repository.toplevel,
        "for-each-ref", "--sort=-creatordate", *limit, "--format=%(refname)", "refs/tags",
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
