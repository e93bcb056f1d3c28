"""The real projects that the benchmarks build: their newest sdists, fetched once and unpacked into repositories."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

SMALL = ("attrs", "httpx", "requests", "pluggy", "rich", "packaging", "markupsafe", "unearth")
"""Of seven backends; attrs and pluggy have dynamic versions, markupsafe an extension in C."""

BIG = ("django",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A project to build: its name and where its tree is."""

    name: str
    root: Path


def fetch(names: tuple[str, ...], folder: Path) -> list[Sample]:
    """Fetch and unpack what is not there yet; each tree becomes a repository with one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    return [Sample(name=name, root=_tree(name, folder)) for name in names]


def _tree(name: str, folder: Path) -> Path:
    target = folder / name
    if not target.exists():
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation"]
        archives = folder / "archives"
        subprocess.run([*download, "--no-binary", ":all:", "--dest", archives, name], check=True)
        (archive,) = archives.glob(f"{name}-*.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(folder / "unpacked" / name, filter="data")
        (tree,) = (folder / "unpacked" / name).iterdir()
        tree.rename(target)
        _commit(target)
    return target


def _commit(root: Path) -> None:
    identity = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org"]
    for command in (["init", "--quiet"], ["add", "--all", "--force"], [*identity, "commit", "--quiet", "-m", "sdist"]):
        subprocess.run(["git", *command], cwd=root, check=True)
