"""An embedded index for each test, clients for it, and small distributions to publish there."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import httpx
import pytest

from pypublish.rehearsal.cdn import Behaviour
from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.server import Registration, Rehearsal, serve
from tests.rehearsal.parts import (
    API_TOKEN,
    JOB,
    PENDING,
    MovableTime,
    Serve,
    form_of,
    http_client,
    metadata,
    write_wheel,
)
from tests.rehearsal.scenes import Enact, Scene


@pytest.fixture
def time() -> MovableTime:
    return MovableTime()


@pytest.fixture
def serve_index(tmp_path: Path, time: MovableTime) -> Serve:
    def start(
        *,
        job: Job = JOB,
        registrations: tuple[Registration, ...] = (PENDING,),
        folder: Path | None = None,
        port: int = 0,
        cdn: Behaviour | None = None,
        faults: tuple[str, ...] = (),
    ) -> AbstractContextManager[Rehearsal]:
        return serve(
            folder or tmp_path / "index",
            job=job,
            registrations=registrations,
            api_tokens={API_TOKEN: "alice"},
            port=port,
            clock=time.clock,
            cdn=cdn,
            faults=faults,
        )

    return start


@pytest.fixture
def index(serve_index: Serve) -> Iterator[Rehearsal]:
    with serve_index() as running:
        yield running


@pytest.fixture
def http(index: Rehearsal) -> Iterator[httpx.Client]:
    with http_client(index) as client:
        yield client


Make = Callable[..., Path]


@pytest.fixture
def enact(serve_index: Serve, make_wheel: Make, make_sdist: Make, time: MovableTime) -> Iterator[Enact]:
    """Begin a scene with faults."""
    with ExitStack() as stack:

        def begin(*faults: str) -> Scene:
            index = stack.enter_context(serve_index(faults=faults))
            http = stack.enter_context(http_client(index))
            return Scene(index=index, http=http, wheel=make_wheel(), sdist=make_sdist(), time=time)

        yield begin


@pytest.fixture
def make_wheel(tmp_path: Path) -> Make:
    def make(
        name: str = "hello_there",
        version: str = "1.0",
        *,
        tag: str = "py3-none-any",
        body: bytes = b"x = 1\n",
        **files: str,
    ) -> Path:
        inside = f"{name}-{version}.dist-info"
        members = {
            f"{name}/__init__.py": body,
            f"{inside}/METADATA": metadata(name, version),
            f"{inside}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
            **{f"{inside}/{key.replace('__', '.')}": text.encode() for key, text in files.items()},
        }
        return write_wheel(tmp_path / f"{name}-{version}-{tag}.whl", members, record=f"{inside}/RECORD")

    return make


@pytest.fixture
def make_sdist(tmp_path: Path) -> Make:
    def make(name: str = "hello_there", version: str = "1.0", *, body: bytes = b"x = 1\n") -> Path:
        path = tmp_path / f"{name}-{version}.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for member, content in {"PKG-INFO": metadata(name, version), f"{name}.py": body}.items():
                info = tarfile.TarInfo(f"{name}-{version}/{member}")
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return path

    return make


@pytest.fixture
def upload(http: httpx.Client) -> Callable[..., httpx.Response]:
    """Send a file as uploaders do; fields can be changed, and taken away by None."""

    def send(
        path: Path,
        *,
        token: str = API_TOKEN,
        url: str = "https://upload.pypi.org/legacy/",
        headers: Mapping[str, str] | None = None,
        **fields: str | list[str] | None,
    ) -> httpx.Response:
        return http.post(
            url,
            data={name: value for name, value in {**form_of(path), **fields}.items() if value is not None},
            files={"content": (path.name, path.read_bytes(), "application/octet-stream")},
            auth=("__token__", token),
            headers={"Accept": "application/json", **(headers or {})},
        )

    return send


@pytest.fixture
def identity(index: Rehearsal) -> Callable[..., str]:
    """Ask the identity provider for a token, as a job does."""

    def ask(audience: str = "pypi") -> str:
        response = httpx.get(
            f"{index.request_url}&audience={audience}",
            headers={"Authorization": f"bearer {index.request_token}"},
            trust_env=False,
        )
        token: str = response.json()["value"]
        return token

    return ask


@pytest.fixture
def mint(http: httpx.Client, identity: Callable[..., str]) -> Callable[[], str]:
    """Go the whole way of Trusted Publishing and return the upload token."""

    def exchange() -> str:
        answer = http.post("https://upload.pypi.org/_/oidc/mint-token", json={"token": identity()}).json()
        token: str = answer["token"]
        return token

    return exchange


@pytest.fixture
def attestation_for() -> Callable[[Path], str]:
    """Write what an attestation looks like; nobody signed it."""

    def write(path: Path) -> str:
        statement = {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": path.name, "digest": {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}}],
            "predicateType": "https://docs.pypi.org/attestations/publish/v1",
        }
        encoded = base64.b64encode(json.dumps(statement).encode()).decode()
        return json.dumps({"version": 1, "envelope": {"statement": encoded, "signature": "none"}})

    return write
