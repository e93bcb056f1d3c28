"""A sealed release, an index to upload it to, and a world in which waiting takes no time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.listing import PublishPlan
from pypublish.model import PYPI, Artifact, ArtifactKind, Index, Manifest, Release, VerifySettings
from pypublish.rehearsal.server import Rehearsal
from pypublish.stages.upload import upload
from tests import factories
from tests.factories import Made
from tests.rehearsal.parts import API_TOKEN, form_of, http_client

TOKEN = {"TWINE_PASSWORD": API_TOKEN}
FILES = (
    factories.sdist(),
    factories.wheel(tag="py3-none-any"),
    factories.wheel(tag="cp313-cp313-win_amd64"),
)
WHEELS = sorted(made.filename for made in FILES if made.filename.endswith(".whl"))
SDIST = "hello-1.0.0.tar.gz"
ALL = {*WHEELS, SDIST}


def artifact(made: Made) -> Artifact:
    return Artifact(
        filename=made.filename,
        kind=ArtifactKind.WHEEL if made.filename.endswith(".whl") else ArtifactKind.SDIST,
        size=len(made.content),
        sha256=hashlib.sha256(made.content).hexdigest(),
        blake2b_256=hashlib.blake2b(made.content, digest_size=32).hexdigest(),
        python_tag="py3",
        requires_python=">=3.8",
    )


def manifest_of(*files: Made, tag: str | None = "v1.0.0", index: Index = PYPI) -> Manifest:
    return Manifest(
        schema=1,
        release=Release(name="hello", version="1.0.0", tag=tag, commit="c" * 40, epoch=1),
        artifacts=tuple(map(artifact, files)),
        builds=(),
        verify=VerifySettings(dependencies_index="https://pypi.org/simple/"),
        index=index,
    )


@dataclass
class Recorder:
    lines: list[str] = field(default_factory=list)

    def started(self, stage: str) -> None:
        self.lines.append(f"{stage} …")

    def done(self, outcome: Outcome[object]) -> None:
        self.lines.append(f"{outcome.stage}: {outcome.summary}")


@dataclass
class Place:
    """A staging folder, an index, and a world in which waiting takes no time."""

    folder: Path
    world: World
    index: Rehearsal
    slept: list[float]
    files: tuple[Made, ...] = FILES
    said: Recorder = field(default_factory=Recorder)

    def __call__(self, *, manifest: Manifest | None = None, index: Index = PYPI, **how: object) -> Outcome[PublishPlan]:
        self.said = Recorder()
        sealed = manifest or manifest_of(*self.files)
        return upload(sealed, self.folder / "dist", index, self.world, self.said, **how)  # type: ignore[arg-type]

    @property
    def published(self) -> set[str]:
        project = self.index.stores["pypi"].project("hello")
        releases = project.releases.values() if project else ()
        return {file.filename for release in releases for file in release.files}

    def with_environ(self, **more: str) -> None:
        self.world = replace(self.world, environ={**self.world.environ, **more})

    def publish(self, *names: str) -> None:
        with http_client(self.index) as client:
            for path in (self.folder / "dist" / name for name in names):
                form = {**form_of(path), "requires_python": ">=3.8"}
                answer = client.post(
                    PYPI.upload_url,
                    data={name: value for name, value in form.items() if value is not None},
                    files={"content": (path.name, path.read_bytes(), "application/octet-stream")},
                    auth=("__token__", API_TOKEN),
                )
                assert answer.status_code == 200, answer.text


Open = Callable[..., "_Context"]


class _Context:
    def __enter__(self) -> Place: ...  # type: ignore[empty-body]

    def __exit__(self, *_: object) -> None: ...


def told(outcome: Outcome[PublishPlan]) -> list[str]:
    return [f"{found.severity} {found.check} {found.where}: {found.message}" for found in outcome.all_findings]
