"""A project with gates and its sealed wheel, made without a build; and an index on disk for what it needs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pypublish.checks.project import Source, parse
from pypublish.edges.tree import read_tree
from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.model import PYPI, Artifact, ArtifactKind, Index, Manifest, Release, VerifySettings
from pypublish.settings import Settings
from pypublish.settings import parse as parse_settings
from pypublish.stages.gates import gates
from pypublish.stages.stage import Staged
from tests import projects

PYPROJECT = """\
[project]
name = "hello"
version = "1.2.0"
"""


@dataclass
class Watcher:
    """Remembers what a surface was told."""

    begun: list[str] = field(default_factory=list)
    ended: list[Outcome[object]] = field(default_factory=list)

    def started(self, stage: str) -> None:
        self.begun.append(stage)

    def done(self, outcome: Outcome[object]) -> None:
        self.ended.append(outcome)


@dataclass(frozen=True, kw_only=True)
class Gated:
    """The project at `tree`, and what was sealed of it."""

    tree: Path
    staged: Staged

    @property
    def source(self) -> Source:
        return parse(read_tree(self.tree))

    @property
    def settings(self) -> Settings:
        return parse_settings(self.source.table("tool").get("pypublish"))

    def run(
        self, world: World, *pythons: str, only: tuple[str, ...] = (), watcher: Watcher | None = None
    ) -> Outcome[None]:
        return gates(self.source, self.settings, self.staged, world, watcher or Watcher(), pythons=pythons, only=only)


def make(
    folder: Path,
    declared: str,
    *,
    wheel: projects.Files,
    tree: Mapping[str, str] | None = None,
    needs: tuple[str, ...] = (),
    version: str = "1.2.0",
    tag: str | None = "v1.2.0",
    index: Index = PYPI,
    dependencies: Path | None = None,
) -> Gated:
    """Make the project with what pyproject.toml declares besides, commit it, and seal a wheel of these files."""
    pyproject = PYPROJECT.replace("1.2.0", version) + declared
    root = projects.write(folder / "tree", {"pyproject.toml": pyproject, **(tree or {})})
    commit = projects.commit(root, *([tag] if tag else []))
    out = folder / "staging"
    out.mkdir()
    file = projects.put_wheel(out / "dist", "hello", wheel, version=version, needs=needs)
    manifest = Manifest(
        schema=1,
        release=Release(name="hello", version=version, tag=tag, commit=commit, epoch=1),
        artifacts=(artifact(file),),
        builds=(),
        verify=VerifySettings(dependencies_index=index_of(dependencies or folder / "nothing")),
        index=index,
    )
    return Gated(tree=root, staged=Staged(out=out, manifest=manifest, manifest_sha256="0" * 64))


def artifact(path: Path, **more: str) -> Artifact:
    content = path.read_bytes()
    wheel = Artifact(
        filename=path.name,
        kind=ArtifactKind.WHEEL,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        blake2b_256=hashlib.blake2b(content, digest_size=32).hexdigest(),
        python_tag="py3",
        platform_tag="any",
    )
    return replace(wheel, **more)  # type: ignore[arg-type]


def index_of(folder: Path) -> str:
    """Return the address of an index (PEP 503) of the wheels that lie in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pages: dict[str, list[str]] = {}
    for wheel in sorted(folder.glob("*.whl")):
        pages.setdefault(wheel.name.partition("-")[0].replace("_", "-"), []).append(wheel.name)
    simple = folder / "simple"
    for name, files in pages.items():
        links = "".join(f'<a href="../../{file}">{file}</a>\n' for file in files)
        projects.write(simple, {f"{name}/index.html": f"<!DOCTYPE html>\n{links}"})
    simple.mkdir(exist_ok=True)
    return f"{simple.as_uri()}/"
