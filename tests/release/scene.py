"""A sealed release that is on the index, its project with a changelog, and GitHub: where a release is made."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pypublish.checks.github_release import tag_format_of
from pypublish.cli.source import read_source
from pypublish.edges import git, staging
from pypublish.edges.github_api import Account
from pypublish.edges.world import Clock, Transport, World
from pypublish.findings import Outcome
from pypublish.hosting import HostedRelease
from pypublish.model import PYPI, Manifest
from pypublish.rehearsal.server import Rehearsal, serve
from pypublish.render.release_notes import release_notes
from pypublish.stages.changelog import find_changelog
from pypublish.stages.release import release
from pypublish.stages.release_parts import Wanted
from pypublish.stages.release_words import Checkout
from tests import factories, projects
from tests.factories import Made
from tests.github_answers import Answer, Asked
from tests.github_answers import serve as serve_answers
from tests.github_api import REPOSITORY, TOKEN, GitHubApi
from tests.github_releases_api import HostedAsset, Releases
from tests.rehearsal.parts import API_TOKEN, JOB, NOON, form_of, http_client
from tests.stages.uploads import manifest_of

ROOT = Path(__file__).resolve().parents[2]
VERSION, TAG = "1.2.0", "v1.2.0"
FILES = (factories.sdist(version=VERSION), factories.wheel(version=VERSION))
NAMES = [*(made.filename for made in FILES), "SHA256SUMS", "manifest.json"]
CHANGELOG = """\
# Changelog

## [Unreleased]

## [1.2.0] - 2026-11-20

### Added

- Says hello in a language
  of your choice ([#7]).

## [1.1.0] - 2026-01-01

- Older.

[#7]: https://github.com/acme/hello/pull/7
[1.2.0]: https://github.com/acme/hello/compare/v1.1.0...v1.2.0
"""
PYPROJECT = '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "hello"\nversion = "1.2.0"\n'


@dataclass
class Place:
    """Where a release is made, and what there is."""

    root: Path
    seal: Path
    manifest: Manifest
    index: Rehearsal
    api: GitHubApi
    world: World
    slept: list[float] = field(default_factory=list)

    @property
    def releases(self) -> Releases:
        return self.api.releases

    def __call__(self, **changes: Any) -> Outcome[HostedRelease]:
        source, settings = read_source(self.root)
        repository = git.find_repository(self.root, self.world)
        wanted = Wanted(
            manifest=self.manifest,
            seal=self.seal,
            index=PYPI,
            tag=self.manifest.release.tag or "",
            account=Account(repository=REPOSITORY, token=TOKEN, api_url=self.api.url),
            server_url="https://github.com",
            project_url=f"https://pypi.org/project/hello/{VERSION}/",
            checkout=Checkout(changelog=find_changelog(source, settings, "hello"), repository=repository),
            ignore={},
            tag_format=tag_format_of(self.manifest.release, self.manifest.release.tag or ""),
        )
        return release(replace(wanted, **changes), self.world, write=release_notes)

    def command(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run the command as a user does, who reaches the index by a proxy."""
        return subprocess.run(
            [sys.executable, "-m", "pypublish", "release", str(self.root), "--manifest", str(self.seal), *args],
            env=self.environ(**env), capture_output=True, text=True, timeout=120, check=False, cwd=self.root.parent,
        )  # fmt: skip

    def environ(self, **more: str) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONWARNINGS": "error",
            "GITHUB_API_URL": self.api.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": TOKEN,
            "https_proxy": self.index.proxy_url,
            "SSL_CERT_FILE": str(self.index.ca_file),
            "COLUMNS": "100",
            **more,
        }


def publish(index: Rehearsal, folder: Path, files: tuple[Made, ...]) -> None:
    with http_client(index) as client:
        for made in files:
            path = made.write(folder)
            answer = client.post(
                PYPI.upload_url,
                data={name: value for name, value in form_of(path).items() if value is not None},
                files={"content": (path.name, made.content, "application/octet-stream")},
                auth=("__token__", API_TOKEN),
            )
            assert answer.status_code == 200, answer.text


def seal(folder: Path, manifest: Manifest, files: tuple[Made, ...] = FILES) -> Path:
    """Lay a sealed release out as prepare does."""
    paths = [made.write(folder / "made") for made in files]
    staging.write(folder / "staging", manifest, paths)
    return folder / "staging" / "manifest.json"


def sealed_manifest(
    commit: str | None, *, tag: str | None = TAG, version: str = VERSION, files: tuple[Made, ...] = FILES
) -> Manifest:
    made = manifest_of(*files, tag=tag)
    return replace(made, release=replace(made.release, version=version, tag=tag, commit=commit))


@contextmanager
def place(tmp_path: Path, world: World, *, changelog: str | None = CHANGELOG) -> Iterator[Place]:
    files = {"pyproject.toml": PYPROJECT} | ({"CHANGELOG.md": changelog} if changelog is not None else {})
    root = projects.write(tmp_path / "hello", {**files, "hello.py": "x = 0\n"})
    projects.commit(root, "v1.1.0")
    projects.write(root, {"hello.py": "x = 1\n"})
    projects.commit(root, TAG, message="Say hello to @jo (#8)")
    slept: list[float] = []
    with serve(tmp_path / "index", job=JOB, api_tokens={API_TOKEN: "alice"}) as index, GitHubApi() as api:
        publish(index, tmp_path / "made", FILES)
        reached = replace(
            world,
            transport=Transport(proxy=index.proxy_url, ca_file=index.ca_file),
            clock=Clock(now=lambda: NOON + sum(slept), sleep=slept.append),
        )
        repository = git.find_repository(root, reached)
        assert repository is not None
        commit = repository.commit
        assert commit is not None
        api.releases.tags = {"v1.1.0": "1" * 40, TAG: commit}
        manifest = sealed_manifest(commit)
        yield Place(
            root=root,
            seal=seal(tmp_path, manifest),
            manifest=manifest,
            index=index,
            api=api,
            world=reached,
            slept=slept,
        )


@dataclass
class Listener:
    """Who listens at a webhook: what came, and what it answers."""

    url: str
    answers: list[int]
    asked: list[Asked] = field(default_factory=list)

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(asked.body) for asked in self.asked]


@contextmanager
def listening(*answers: int) -> Iterator[Listener]:
    """Answer with these statuses, one after the other; then with 200. A status of 0 breaks the connection."""
    listener = Listener(url="", answers=list(answers))

    def answer(asked: Asked) -> Answer:
        listener.asked.append(asked)
        return listener.answers.pop(0) if listener.answers else 200, {"Content-Type": "text/plain"}, b"ok"

    server, thread = serve_answers(answer)
    listener.url = f"http://127.0.0.1:{server.server_address[1]}/services/T0/a-secret?token=another"
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


WHEEL = FILES[1].filename


def words(outcome: Outcome[object], *sealed: str) -> list[str]:
    """Return the summary, and what was found; the digests by what they are of, because packers differ."""
    lines = [f"{one.severity}: {f'{one.where}: ' if str(one.where) else ''}{one.message}" for one in outcome.findings]
    found = re.sub(r"\d+ bytes", "… bytes", "\n".join(lines))
    for digest in sealed:
        found = found.replace(digest, "(the sealed one)")
    return [outcome.summary, *re.sub(r"[0-9a-f]{64}", "(another one)", found).splitlines()]


def assets(*names: str, at: Place) -> list[HostedAsset]:
    """Return the files of these names as they should be attached."""
    folder = at.seal.parent
    content = {made.filename: made.content for made in FILES}
    content |= {"manifest.json": at.seal.read_bytes(), "SHA256SUMS": sums(folder)}
    return [HostedAsset(id=number, name=name, content=content[name]) for number, name in enumerate(names, 900)]


def sums(folder: Path) -> bytes:
    lines = sorted((made.filename, hashlib.sha256(made.content).hexdigest()) for made in FILES)
    return "".join(f"{digest}  {name}\n" for name, digest in lines).encode()


def is_right(at: Place) -> None:
    """Assert that there is one release, published, with just the right files and notes."""
    (hosted,) = at.releases.hosted
    assert not hosted.draft
    assert hosted.tag_name == TAG
    assert hosted.files == {asset.name: asset.content for asset in assets(*NAMES, at=at)}
