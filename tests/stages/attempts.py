"""A run of the release workflow whose earlier attempts sealed a release, and what GitHub has kept of them."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pypublish import codec
from pypublish.edges.github_api import Account
from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.model import PYPI, Artifact, ArtifactKind, Intent, Manifest, Project, Release, VerifySettings
from pypublish.stages.proof import CurrentJob
from pypublish.stages.recover import Recovery, recover
from pypublish.stages.stage import Staged
from pypublish.stages.validate import Valid
from tests import factories
from tests.github_api import TOKEN, GitHubApi, Job, Run

RELEASE = Release(name="hello", version="1.0.0", tag="v1.0.0", commit="c" * 40, epoch=1)
INTENT = Intent(index=PYPI, dry_run=False, tag="v1.0.0", tag_given=True)
PROJECT = Project(
    root=Path(),
    name="hello",
    version="1.0.0",
    backend="",
    build_requires=(),
    metadata={},
    tool={},
    lines={},
)
VALID = Valid(project=PROJECT, release=RELEASE, intent=INTENT, repository=None)

Files = dict[str, bytes]


def sealed(release: Release = RELEASE) -> Files:
    """Make what prepare hands over: a manifest, and in dist what it seals."""
    made = (factories.wheel(), factories.sdist())
    manifest = Manifest(
        schema=1,
        release=release,
        artifacts=tuple(
            Artifact(
                filename=one.filename,
                kind=ArtifactKind.WHEEL if one.filename.endswith(".whl") else ArtifactKind.SDIST,
                size=len(one.content),
                sha256=hashlib.sha256(one.content).hexdigest(),
                blake2b_256=hashlib.blake2b(one.content, digest_size=32).hexdigest(),
                python_tag="py3",
            )
            for one in made
        ),
        builds=(),
        verify=VerifySettings(dependencies_index="https://pypi.org/simple/"),
    )
    return {
        "manifest.json": codec.dumps(manifest).encode(),
        **{f"dist/{one.filename}": one.content for one in made},
    }


class _Pipe(io.RawIOBase):
    """What cannot be rewound: a ZIP that is written into it has its sizes after the contents, as GitHub's have."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.written += bytes(data)  # type: ignore[call-overload]
        return len(data)  # type: ignore[arg-type]


def zipped(files: Mapping[str, bytes]) -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return bytes(pipe.written)


def log_of(files: Mapping[str, bytes]) -> str:
    """Return what prepare has printed when it sealed them."""
    digest = hashlib.sha256(files["manifest.json"]).hexdigest()
    return f"2026-11-20T10:00:00.0000000Z sha256 of the manifest: {digest}\n"


FIRST = sealed()


@dataclass
class Attempts:
    """A run of the release workflow, of which the last attempt is under way."""

    api: GitHubApi
    world: World
    out: Path
    run: int = 7

    def begin(self, *, log: str | None = log_of(FIRST), content: bytes | None = zipped(FIRST)) -> None:
        """Let one more attempt end, in which prepare sealed something."""
        number = self.number
        self.api.jobs += [
            Job(id=100 * number, run=self.run, attempt=number, name="Tests", runner="GitHub Actions 1", log="noise\n"),
            Job(
                id=100 * number + 1,
                run=self.run,
                attempt=number,
                name="Prepare",
                runner="GitHub Actions 2",
                log=log,
            ),
        ]
        if content is not None:
            self.api.add(run=self.run, name=f"release-{number}", content=content)
        self.api.runs = [Run(id=self.run, attempts=number + 1)]
        self.api.jobs = [job for job in self.api.jobs if job.status == "completed"] + [
            Job(
                id=100 * (number + 1) + 1,
                run=self.run,
                attempt=number + 1,
                name="Prepare",
                runner="GitHub Actions 5",
                status="in_progress",
            )
        ]

    @property
    def number(self) -> int:
        return len({job.attempt for job in self.api.jobs if job.status == "completed"}) + 1

    def recovery(self, *, run: int | None = None, digest: str | None = None, laptop: bool = False) -> Recovery:
        return Recovery(
            account=Account(repository="acme/hello", token=TOKEN, api_url=self.api.url),
            artifact_name="release",
            run=run,
            current=None if laptop else CurrentJob(run=self.run, attempt=self.number, runner="GitHub Actions 5"),
            manifest_sha256=digest,
        )

    def __call__(self, valid: Valid = VALID, **how: object) -> Outcome[Staged]:
        return recover(valid, self.recovery(**how), self.world, index=valid.intent.index, out=self.out)  # type: ignore[arg-type]


def told(outcome: Outcome[Staged]) -> list[str]:
    return [f"{found.severity} {found.check} {found.where}: {found.message}" for found in outcome.findings]
