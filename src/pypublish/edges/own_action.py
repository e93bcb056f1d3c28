"""The commit of our own action: that of the checkout this runs from, or the one that GitHub has for the version."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pypublish
from pypublish import REPOSITORY, __version__
from pypublish.edges import git
from pypublish.edges.github_api import API_URL, Account, GitHub, ask, connect, malformed
from pypublish.edges.world import World

WITHIN = 3.0
"""Seconds that GitHub has to answer: init can do without, and says so."""

TAG = f"v{__version__}"


def commit_of_checkout(world: World) -> tuple[str, bool] | None:
    """Return the commit of the checkout that this runs from, and whether it bears the version's tag.

    None where pypublish is installed: then what surrounds it is a repository of somebody else's.
    """
    root = Path(pypublish.__file__).resolve().parents[2]
    if not (root / "workflows-templates").is_dir() or not (root / ".git").exists():
        return None
    repository = git.find_repository(root, world)
    if repository is None or repository.commit is None:
        return None
    return repository.commit, TAG in git.tags_at_commit(repository, world)


@contextmanager
def asking(world: World) -> Iterator[Future[str]]:
    """Ask GitHub for the commit of this version's tag, while something else is done.

    What comes of it raises `PypublishError` where it cannot be had within some seconds.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="own-action")
    try:
        yield pool.submit(commit_of_version, world)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def commit_of_version(world: World) -> str:
    """Ask GitHub, without a token, for the commit that this version's tag names.

    Raises:
        PypublishError: GitHub does not answer, or has no such tag.

    """
    api_url = world.environ.get("GITHUB_API_URL") or API_URL
    with connect(Account(repository=REPOSITORY, api_url=api_url), world) as plain:
        github = replace(plain, within=WITHIN, patience=0.0, attempts=1)
        what = f"the tag {TAG} of {REPOSITORY}"
        kind, found = _object(github, f"/git/ref/tags/{TAG}", what)
        if kind == "tag":  # an annotated one; the commit is what it points to
            kind, found = _object(github, f"/git/tags/{found}", what)
        if kind != "commit":
            raise malformed(github, f"{what} names a {kind}")
        return found


def _object(github: GitHub, path: str, what: str) -> tuple[str, str]:
    """Return the kind and the name of the object that a ref or a tag points to."""
    target = ask(github, path, what=what).get("object")
    kind, sha = (target.get("type"), target.get("sha")) if isinstance(target, dict) else (None, None)
    if not isinstance(kind, str) or not isinstance(sha, str) or not _is_commit(sha):
        raise malformed(github, "it names no object")
    return kind, sha


def _is_commit(sha: str) -> bool:
    return len(sha) == 40 and set(sha) <= set("0123456789abcdef")  # noqa: PLR2004
