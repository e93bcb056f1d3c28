"""The real projects that the benchmarks build: their newest sdists, fetched once and unpacked into repositories."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

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
        archive = newest_sdist(name, folder)
        with tarfile.open(archive) as tar:
            tar.extractall(folder / "unpacked" / name, filter="data")
        (tree,) = (folder / "unpacked" / name).iterdir()
        tree.rename(target)
        (target / "PKG-INFO").unlink(missing_ok=True)
        # A project's own workflow is judged too, and may rightly stop its release.
        shutil.rmtree(target / ".github", ignore_errors=True)
        _commit(target, tag=f"v{archive.name.removesuffix('.tar.gz').rpartition('-')[2]}")
    return target


def newest_sdist(name: str, folder: Path) -> Path:
    """Fetch the sdist of a project's newest version, compared with the digest that the index gives."""
    return next(file for file in newest_files(name, folder, kinds=("sdist",)))


def newest_files(
    name: str, folder: Path, *, kinds: tuple[str, ...] = ("sdist", "bdist_wheel"), most: int = 2
) -> list[Path]:
    """Fetch the files of a project's newest version, `most` of them, that are not there yet; the sdist first."""
    folder.mkdir(parents=True, exist_ok=True)
    page = f"https://pypi.org/pypi/{name}/json"
    with urlopen(page, timeout=60) as answer:
        files = [file for file in json.load(answer)["urls"] if file["packagetype"] in kinds]
    chosen = sorted(files, key=lambda file: file["packagetype"] != "sdist")[:most]
    return [_fetched(folder / file["filename"], urljoin(page, file["url"]), file["digests"]) for file in chosen]


def locked_files(lock: Path, folder: Path) -> dict[str, list[Path]]:
    """Fetch, of each package that a uv.lock names, the sdist and a wheel, by the digests that stand there."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[Path]] = {}
    for package in tomllib.loads(lock.read_text("utf-8"))["package"]:
        wheels = sorted(package.get("wheels", ()), key=lambda wheel: _foreign(wheel["url"]))
        files = [*filter(None, (package.get("sdist"),)), *wheels[:1]]
        if files:
            found[package["name"]] = [
                _fetched(folder / file["url"].rpartition("/")[2], file["url"], {"sha256": file["hash"][7:]})
                for file in files
            ]
    return found


def _foreign(url: str) -> bool:
    return not (url.endswith("-none-any.whl") or ("linux" in url and url.endswith("x86_64.whl")))


def _fetched(target: Path, url: str, digests: dict[str, str]) -> Path:
    if not target.exists():
        with urlopen(url, timeout=60) as answer:
            target.write_bytes(answer.read())
    found = hashlib.sha256(target.read_bytes()).hexdigest()
    if found != digests["sha256"]:
        raise SystemExit(f"{target.name} has sha256 {found}, the index says {digests['sha256']}")
    return target


def _commit(root: Path, *, tag: str) -> None:
    identity = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org"]
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        [*identity, "commit", "--quiet", "-m", "sdist"],
        ["tag", tag],
    ):
        subprocess.run(["git", *command], cwd=root, check=True)
