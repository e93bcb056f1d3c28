"""Who takes part in the tests of the rehearsal: a publisher, a job, a clock, and what distributions look like."""

from __future__ import annotations

import base64
import hashlib
import ssl
import zipfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

from pypublish.edges.world import Clock
from pypublish.model import Publisher
from pypublish.rehearsal.cdn import Behaviour
from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.server import Registration, Rehearsal

PUBLISHER = Publisher(owner="acme", repository="hello", workflow="release.yml", environment="pypi")
PENDING = Registration(publisher=PUBLISHER, project="hello-there")
JOB = Job(publisher=PUBLISHER, ref="refs/tags/v1.0", sha="c" * 40)
UPLOAD = "https://upload.pypi.org/legacy/"
API_TOKEN = "pypi-the-users-own"
NOON = 1_800_000_000.0


@dataclass
class MovableTime:
    """A clock that stands still until a test moves it."""

    now: float = NOON

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now)


class Serve(Protocol):
    """Run an index; what is not said is as in most tests."""

    def __call__(
        self,
        *,
        job: Job = JOB,
        registrations: tuple[Registration, ...] = (PENDING,),
        folder: Path | None = None,
        port: int = 0,
        cdn: Behaviour | None = None,
        faults: tuple[str, ...] = (),
    ) -> AbstractContextManager[Rehearsal]: ...


def http_client(index: Rehearsal) -> httpx.Client:
    """Make a client that reaches the index under PyPI's own names, as all clients of a rehearsal do."""
    context = ssl.create_default_context(cafile=str(index.ca_file))
    return httpx.Client(proxy=index.proxy_url, verify=context, trust_env=False, timeout=10)


def metadata(name: str, version: str) -> bytes:
    lines = (
        "Metadata-Version: 2.4",
        f"Name: {name.replace('_', '-')}",
        f"Version: {version}",
        "Requires-Python: >=3.9",
    )
    return "\n".join((*lines, "", "")).encode()


def write_wheel(path: Path, members: Mapping[str, bytes], *, record: str) -> Path:
    rows = []
    for name, content in members.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        rows.append(f"{name},sha256={digest},{len(content)}\n")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**members, record: ("".join(rows) + f"{record},,\n").encode()}.items():
            archive.writestr(name, content)
    return path


def form_of(path: Path) -> dict[str, str | list[str] | None]:
    stem = path.name.removesuffix(".tar.gz")
    name, version = (stem.rpartition("-")[::2]) if path.name.endswith(".tar.gz") else path.name.split("-")[:2]
    return {
        ":action": "file_upload",
        "protocol_version": "1",
        "metadata_version": "2.4",
        "name": name.replace("_", "-"),
        "version": version,
        "requires_python": ">=3.9",
        "filetype": "sdist" if path.name.endswith(".tar.gz") else "bdist_wheel",
        "pyversion": "source" if path.name.endswith(".tar.gz") else "py3",
        "sha256_digest": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def send(http: httpx.Client, path: Path, token: str = API_TOKEN) -> httpx.Response:
    files = {"content": (path.name, path.read_bytes(), "application/octet-stream")}
    fields = {name: value for name, value in form_of(path).items() if value is not None}
    return http.post(UPLOAD, data=fields, files=files, auth=("__token__", token))


def said(response: httpx.Response) -> str:
    """Return what a client reads that asks for JSON."""
    code: str = response.json()["code"]
    return code
