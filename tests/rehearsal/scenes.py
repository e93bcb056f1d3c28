"""A scene with faults: an index, a client of it, and two files to publish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from pypublish.rehearsal.server import Rehearsal
from tests.rehearsal.parts import MovableTime, send

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
PAGE = "https://pypi.org/simple/hello-there/"
RELEASE = "https://pypi.org/pypi/hello-there/1.0/json"
MINT = "https://upload.pypi.org/_/oidc/mint-token"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """An index with faults, and who meets them."""

    index: Rehearsal
    http: httpx.Client
    wheel: Path
    sdist: Path
    time: MovableTime

    def upload(self, path: Path | None = None) -> httpx.Response:
        return send(self.http, path or self.wheel)

    def stored(self) -> dict[str, str]:
        """The files that the index has, with their sha256."""
        project = self.index.stores["pypi"].project("hello-there")
        releases = project.releases.values() if project else ()
        return {file.filename: file.sha256 for release in releases for file in release.files}

    def published(self) -> None:
        """Publish both files, undisturbed."""
        faults = list(self.index.faults)
        self.index.faults.disarm()
        assert [self.upload(path).status_code for path in (self.wheel, self.sdist)] == [200, 200]
        self.index.faults.arm(*faults)

    def page(self, **headers: str) -> httpx.Response:
        return self.http.get(PAGE, headers={**JSON, **headers})

    def file(self) -> httpx.Response:
        record = next(iter(self.index.stores["pypi"].shelf("hello-there").by_filename.values()))
        digest = record.blake2b_256
        path = f"{digest[:2]}/{digest[2:4]}/{digest[4:]}/{record.filename}"
        return self.http.get(f"https://files.pythonhosted.org/packages/{path}")

    def identity(self) -> httpx.Response:
        headers = {"Authorization": f"bearer {self.index.request_token}"}
        return httpx.get(f"{self.index.request_url}&audience=pypi", headers=headers, trust_env=False)

    def mint(self) -> httpx.Response:
        return self.http.post(MINT, json={"token": self.identity().json()["value"]})


Enact = Callable[..., Scene]
