"""What the index serves, beside what was sealed: the files, and the metadata beside a wheel."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges.http import Session
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.listing import IndexFile, IndexPage
from pypublish.model import Artifact, ArtifactKind, Index, Manifest, Release, VerifySettings
from pypublish.stages.fetching import compare_metadata, fetch_files
from tests.faulty_server import Behaviour, Chunk, FaultyServer, Request, reply

METADATA = b"Metadata-Version: 2.4\nName: hello\nVersion: 1.2.0\n"
NAME, SDIST = "hello-1.2.0-py3-none-any.whl", "hello-1.2.0.tar.gz"


def wheel() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.py", "")
        archive.writestr("hello-1.2.0.dist-info/METADATA", METADATA)
    return buffer.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


CONTENT = {NAME: wheel(), SDIST: b"an sdist"}
MANIFEST = Manifest(
    schema=1,
    release=Release(name="hello", version="1.2.0", tag=None, commit=None, epoch=1),
    artifacts=tuple(
        Artifact(
            filename=name,
            kind=ArtifactKind.WHEEL if name == NAME else ArtifactKind.SDIST,
            size=len(content),
            sha256=sha256(content),
            blake2b_256="",
            python_tag="",
        )
        for name, content in CONTENT.items()
    ),
    builds=(),
    verify=VerifySettings(dependencies_index=""),
)


def serving(content: Mapping[str, bytes]) -> Behaviour:
    def behaviour(request: Request) -> list[Chunk]:
        name = request.path.rpartition("/")[2]
        return reply(content[name]) if name in content else reply(status=404)

    return behaviour


def at(server: FaultyServer, *, host: str = "", metadata: str | None = None) -> tuple[Index, IndexPage]:
    index = Index(
        name="own",
        upload_url="",
        simple_url=f"{server.url}/simple/",
        oidc_audience="",
        file_hosts=(host,) if host else (),
    )
    files = tuple(
        IndexFile(filename=name, url=f"{server.url}/files/{name}", sha256=None, core_metadata=metadata)
        for name in CONTENT
    )
    return index, IndexPage(name="hello", files=files)


@pytest.fixture
def readers() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture
def quick(world: World) -> World:
    return replace(world, environ={}, clock=replace(world.clock, sleep=lambda _: None))


def test_the_sealed_files_are_kept(quick: World, readers: Executor, tmp_path: Path) -> None:
    with FaultyServer(behaviour=serving(CONTENT)) as server, Session(quick) as session:
        files, findings = fetch_files(session, MANIFEST, *at(server), tmp_path, readers=readers)
    assert {name: path.read_bytes() for name, path in files.items()} == CONTENT
    assert findings == []


@pytest.mark.parametrize(
    ("served", "words"),
    [
        (
            b"shorter",
            snapshot(
                "served-files-are-the-sealed-ones hello-1.2.0.tar.gz own serves 7 bytes with sha256 13602ce54433df2bee54be0836c90a0adc931b85abc047f786e1a6c39670adb8; sealed were 8 bytes with sha256 95cd0724dde50450781624283eab9a65260e994122e53e7523cf5c081920341f"
            ),
        ),
        (
            b"no sdist",
            snapshot(
                "served-files-are-the-sealed-ones hello-1.2.0.tar.gz own serves 8 bytes with sha256 4b50d0303a3c1dfbab7c82fb4a5246a541045a1d164de866883d14cbab63f85f; sealed were 8 bytes with sha256 95cd0724dde50450781624283eab9a65260e994122e53e7523cf5c081920341f"
            ),
        ),
        (
            b"longer than an sdist",
            snapshot(
                "served-files-are-the-sealed-ones hello-1.2.0.tar.gz own serves more than 8 bytes; sealed were 8 bytes with sha256 95cd0724dde50450781624283eab9a65260e994122e53e7523cf5c081920341f"
            ),
        ),
    ],
)
def test_other_bytes_are_told_with_both_digests(
    quick: World, readers: Executor, tmp_path: Path, served: bytes, words: str
) -> None:
    with FaultyServer(behaviour=serving({**CONTENT, SDIST: served})) as server, Session(quick) as session:
        files, (finding,) = fetch_files(session, MANIFEST, *at(server), tmp_path, readers=readers)
    assert list(files) == [NAME]
    assert f"{finding.check} {finding.where} {finding.message}" == words


def test_a_file_that_lies_on_a_strangers_host_is_not_asked_for(quick: World, readers: Executor, tmp_path: Path) -> None:
    with FaultyServer(behaviour=serving(CONTENT)) as store, FaultyServer(behaviour=serving({})) as server:
        index, _ = at(server)
        _, page = at(store)
        with Session(quick) as session, pytest.raises(IndexUnavailableError, match="is no host of this index"):
            fetch_files(session, MANIFEST, index, page, tmp_path, readers=readers)
        assert store.requests == []
        known = replace(index, file_hosts=(store.host,))
        with Session(quick) as session:
            assert len(fetch_files(session, MANIFEST, known, page, tmp_path, readers=readers)[0]) == 2


@pytest.mark.parametrize(
    ("served", "promised", "check"),
    [
        (METADATA, sha256(METADATA), None),
        (METADATA, "", None),
        (None, None, None),  # an index without PEP 658
        (b"Requires-Dist: evil\n", sha256(METADATA), "served-metadata-are-the-wheels"),
        (b"Requires-Dist: evil\n", sha256(b"Requires-Dist: evil\n"), "served-metadata-are-the-wheels"),
        (METADATA, sha256(b"stale"), "served-metadata-are-the-wheels"),
        (None, sha256(METADATA), "served-metadata-are-the-wheels"),
    ],
)
def test_metadata_beside_a_wheel_are_those_in_it(
    quick: World, tmp_path: Path, served: bytes | None, promised: str | None, check: str | None
) -> None:
    (tmp_path / NAME).write_bytes(CONTENT[NAME])
    beside = {} if served is None else {f"{NAME}.metadata": served}
    with FaultyServer(behaviour=serving(beside)) as server, Session(quick) as session:
        index, page = at(server, metadata=promised)
        findings = list(compare_metadata(session, index, page, {NAME: tmp_path / NAME}))
    assert [finding.check for finding in findings] == ([check] if check else [])
