"""GitHub, asked with a token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pypublish.edges.github_api import Account, GitHub, connect
from pypublish.edges.world import World
from tests.github_api import REPOSITORY, TOKEN


@contextmanager
def asking(api_url: str, world: World, token: str = TOKEN) -> Iterator[GitHub]:
    with connect(Account(repository=REPOSITORY, token=token, api_url=api_url), world) as github:
        yield github
