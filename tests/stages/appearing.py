"""An index whose page changes with a clock of the test's own, and who waits for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import pytest

from pypublish.edges.http import Session
from pypublish.edges.world import Clock, World
from pypublish.errors import PypublishError
from pypublish.model import Artifact, ArtifactKind, Index, Manifest, Release, VerifySettings
from pypublish.stages.waiting import Waited, wait
from tests.faulty_server import Chunk, FaultyServer, Request, reply

JSON = "application/vnd.pypi.simple.v1+json"


def artifact(filename: str, digit: str) -> Artifact:
    return Artifact(
        filename=filename,
        kind=ArtifactKind.WHEEL if filename.endswith(".whl") else ArtifactKind.SDIST,
        size=5,
        sha256=digit * 64,
        blake2b_256=digit * 64,
        python_tag="py3",
    )


SDIST, WHEEL = artifact("hello-1.2.0.tar.gz", "b"), artifact("hello-1.2.0-py3-none-any.whl", "a")
MANIFEST = Manifest(
    schema=1,
    release=Release(name="Hello", version="1.2.0", tag="v1.2.0", commit="c" * 40, epoch=1),
    artifacts=(SDIST, WHEEL),
    builds=(),
    verify=VerifySettings(dependencies_index="https://pypi.org/simple/"),
)


@dataclass(kw_only=True)
class FakeIndex:
    """PyPI as a reader sees it: the upload arrives at once, the page shows each file from its own moment on."""

    visible: dict[str, float] = field(default_factory=lambda: {SDIST.filename: 0.0, WHEEL.filename: 0.0})
    uploaded: tuple[Artifact, ...] = (SDIST, WHEEL)
    now: float = 0.0
    slept: list[float] = field(default_factory=list)
    trouble: Callable[[Request], list[Chunk] | None] = lambda _: None
    page: dict[str, object] = field(default_factory=dict)

    def __call__(self, request: Request) -> Iterable[Chunk]:
        answer = self.trouble(request)
        if answer is not None:
            return answer
        if request.path == "/pypi/hello/1.2.0/json":
            return self.version()
        shown = [artifact for artifact in (SDIST, WHEEL) if self.visible.get(artifact.filename, 1e9) <= self.now]
        etag = f'"{len(shown)}"'
        if request.headers.get("if-none-match") == etag:
            return reply(status=304, headers={"X-Served-By": "cache-fra-7"})
        files = [
            {"filename": a.filename, "url": f"/files/{a.filename}", "hashes": {"sha256": a.sha256}, "size": a.size}
            for a in shown
        ]
        body = {"meta": {"api-version": "1.4", "_last-serial": 40 + len(shown)}, "files": files, **self.page}
        headers = {"ETag": etag, "X-Served-By": "cache-fra-7"}
        return reply(json.dumps(body).encode(), headers, content_type=JSON)

    def version(self) -> list[Chunk]:
        if not self.uploaded:
            return reply(status=404)
        urls = [{"filename": a.filename, "digests": {"sha256": a.sha256}} for a in self.uploaded]
        body = json.dumps({"urls": urls, "last_serial": 42}).encode()
        return reply(body, {"X-Served-By": "cache-iad-1"}, content_type="application/json")

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, monotonic=lambda: self.now, sleep=self.sleep)


def address(server: FaultyServer, *, name: str = "pypi") -> Index:
    return Index(
        name=name,
        upload_url=f"{server.url}/legacy/",
        simple_url=f"{server.url}/simple/",
        oidc_audience="pypi",
    )


def waiting(world: World, fake: FakeIndex, *, patience: float = 1800, name: str = "pypi") -> tuple[Waited, list[str]]:
    there = replace(world, environ={}, clock=fake.clock())
    with FaultyServer(behaviour=fake) as server, Session(there) as session:
        return wait(session, MANIFEST, address(server, name=name), there, patience=patience), server.paths


def gives_up(world: World, fake: FakeIndex, *, patience: float = 1800) -> tuple[PypublishError, str]:
    there = replace(world, environ={}, clock=fake.clock())
    with FaultyServer(behaviour=fake) as server, Session(there) as session, pytest.raises(PypublishError) as caught:
        wait(session, MANIFEST, address(server), there, patience=patience)
    words = f"{caught.value}\n{caught.value.hint}".replace(server.host, "HOST").replace("127.0.0.1", "HOST")
    return caught.value, re.sub(r"asked \d+ times in \d+ s", "asked N times in N s", words)
