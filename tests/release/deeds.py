"""What is done with releases on GitHub, one deed after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pypublish.edges import github_releases
from pypublish.edges.github_api import Account, GitHub
from pypublish.edges.world import World
from pypublish.errors import PypublishError
from pypublish.hosting import Attachment, HostedRelease
from tests.github_api import REPOSITORY, TOKEN

NOW = 1_800_000_000.0


@contextmanager
def asking(api_url: str, world: World, token: str = TOKEN) -> Iterator[GitHub]:
    account = Account(repository=REPOSITORY, token=token, api_url=api_url)
    with github_releases.open_releases(account, world) as github:
        yield github


def file(folder: Path, name: str = "hello-1.2.0.tar.gz", content: bytes = b"the sdist") -> Attachment:
    path = folder / name
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(name=name, path=path, size=len(content), sha256=digest, media_type="application/gzip")


def draft(github: GitHub) -> HostedRelease:
    return github_releases.create_draft(github, "v1.2.0", title="hello 1.2.0", body="- Hello.", prerelease=False)


Deed = Callable[[GitHub, Path], object]
DEEDS: dict[str, Deed] = {
    "list": lambda github, _: github_releases.list_releases(github),
    "create": lambda github, _: draft(github),
    "attach": lambda github, path: github_releases.attach(github, draft(github), file(path)),
    "publish": lambda github, _: github_releases.change(github, draft(github), "publish the release", draft=False),
    "delete": lambda github, path: github_releases.delete(
        github, github_releases.attach(github, draft(github), file(path))
    ),
    "notes": lambda github, _: github_releases.write_notes(github, "v1.2.0", previous=None),
}
REQUESTS = {
    "list": ("GET", "/releases"),
    "create": ("POST", "/releases$"),
    "attach": ("POST", "/assets"),
    "publish": ("PATCH", "/releases/"),
    "delete": ("DELETE", "/assets/"),
    "notes": ("POST", "/generate-notes"),
}


def said(error: PypublishError) -> str:
    assert TOKEN not in f"{error}{error.hint}"
    return f"{error}\n{error.hint}"
