"""A release that meets faults: published by the real twine, planned and verified by the stages, all of it written down."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from packaging.utils import canonicalize_version

from pypublish.edges.http import Session
from pypublish.edges.process import Completed
from pypublish.edges.world import Clock, World
from pypublish.errors import ExitCode, PypublishError
from pypublish.findings import Outcome
from pypublish.model import PYPI, Artifact, ArtifactKind, Index, Manifest, Release, VerifySettings
from pypublish.rehearsal import client
from pypublish.rehearsal.cdn import Behaviour
from pypublish.rehearsal.server import Rehearsal
from pypublish.stages.plan import plan
from pypublish.stages.verify import verify
from pypublish.stages.waiting import wait
from tests import factories
from tests.rehearsal.parts import API_TOKEN, UPLOAD, form_of, http_client

SECRETS = re.compile(r"pypi-[\w-]{20,}|eyJ[\w-]{10,}\.[\w-]+")
"""What upload tokens and identity tokens look like."""


@dataclass
class MovableTime:
    """A clock that moves when somebody sleeps; index and stages live by it."""

    now: float

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, monotonic=lambda: self.now, sleep=self.sleep)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How a command ends: its exit code, and what it says."""

    exit_code: int
    words: str


@dataclass(kw_only=True)
class Scene:
    """One release of two files, and the index that it is for."""

    index: Rehearsal
    world: World
    time: MovableTime
    wheel: Path
    sdist: Path
    said: list[str] = field(default_factory=list)
    """Every word of everybody."""

    @property
    def manifest(self) -> Manifest:
        return seal(self.wheel, self.sdist)

    @property
    def sealed(self) -> dict[str, str]:
        """What an undisturbed release leaves on the index: each file with its sha256."""
        return {artifact.filename: artifact.sha256 for artifact in self.manifest.artifacts}

    def with_files(self, wheel: Path, sdist: Path) -> Scene:
        """The same index, and another release for it."""
        return replace(self, wheel=wheel, sdist=sdist)

    def published(self, site: str = "pypi") -> dict[str, str]:
        """What is on the index of this version."""
        project = self.index.stores[site].project("hello")
        version = canonicalize_version(self.manifest.release.version or "")
        release = project.releases.get(version) if project else None
        return {file.filename: file.sha256 for file in release.files} if release else {}

    def upload(self, index: Index = PYPI) -> Completed:
        """Run the publishing job's uploader, as it is."""
        completed = client.upload([self.wheel, self.sdist], self.index, self.world, index=index)
        self.said += [completed.stdout, completed.stderr]
        return completed

    def put(self) -> None:
        """Put the files on the index, quickly: for what comes after the upload."""
        with http_client(self.index) as client:
            for file in (self.wheel, self.sdist):
                answer = client.post(
                    UPLOAD,
                    data={key: value for key, value in form_of(file).items() if value} | {"requires_python": ">=3.8"},
                    files={"content": (file.name, file.read_bytes(), "application/octet-stream")},
                    auth=("__token__", API_TOKEN),
                )
                assert answer.status_code == 200, answer.text

    def plan(self, index: Index = PYPI) -> Verdict:
        """Run plan."""
        return self.verdict(lambda: plan(self.manifest, index, self.world))

    def wait(self, patience: float = 60.0) -> Verdict:
        """Run verify up to the point where it fetches the files."""

        def stage() -> Outcome[object]:
            with Session(self.world) as session:
                waited = wait(session, self.manifest, PYPI, self.world, patience=patience)
            return Outcome(stage="verify", findings=waited.findings)

        return self.verdict(stage)

    def verify(self, patience: float = 60.0) -> Verdict:
        """Run verify, installations and all."""
        return self.verdict(lambda: verify(self.manifest, PYPI, self.world, patience=patience))

    def verdict(self, stage: Callable[[], Outcome[object]]) -> Verdict:
        """Say how a stage ends: by its summary and findings, or by its error."""
        try:
            outcome = stage()
        except PypublishError as error:
            code: int = error.exit_code
            words = f"{error}\n{error.hint}"
        else:
            code = ExitCode.OK if outcome.ok else ExitCode.FINDINGS
            found = (f"{f.severity} {f.check} {f.where}: {f.message}\n{f.hint}" for f in outcome.all_findings)
            words = "\n".join([outcome.summary, *found, *outcome.closing])
        self.said.append(words)
        return Verdict(exit_code=code, words=words)


BACKEND = """
import shutil
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    shutil.copy("made/{name}", wheel_directory)
    return "{name}"
"""
"""A build backend that has the wheel already, so that no registry is needed for it."""


def build(folder: Path, version: str = "1.0.0", *, code: str = "") -> tuple[Path, Path]:
    """Make a wheel, and the sdist that builds into it."""
    wheel = factories.wheel({"hello/__init__.py": code}, version=version)
    files: dict[str, str | bytes] = {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": BACKEND.format(name=wheel.filename),
        f"made/{wheel.filename}": wheel.content,
    }
    return wheel.write(folder), factories.sdist(files, version=version, without=("pyproject.toml",)).write(folder)


class Begin(Protocol):
    """Begin a release whose index has faults from the start."""

    def __call__(self, *faults: str, cdn: Behaviour | None = None) -> Scene: ...


def seal(*files: Path) -> Manifest:
    version = files[0].name.split("-")[1]
    return Manifest(
        schema=1,
        release=Release(name="hello", version=version, tag=f"v{version}", commit="c" * 40, epoch=1),
        artifacts=tuple(map(artifact, files)),
        builds=(),
        verify=VerifySettings(dependencies_index="https://pypi.org/simple/", smoke_timeout=60),
    )


def artifact(path: Path) -> Artifact:
    content = path.read_bytes()
    return Artifact(
        filename=path.name,
        kind=ArtifactKind.WHEEL if path.name.endswith(".whl") else ArtifactKind.SDIST,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        blake2b_256=hashlib.blake2b(content, digest_size=32).hexdigest(),
        python_tag="py3" if path.name.endswith(".whl") else "source",
        requires_python=">=3.8",
    )
