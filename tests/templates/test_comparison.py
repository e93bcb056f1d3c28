"""The publishing job's comparison, run as the runner runs it: an extra file is as bad as a changed one."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

FILES = {"hello-1.2.0-py3-none-any.whl": b"wheel", "hello-1.2.0.tar.gz": b"sdist"}
MANIFEST = b"{}\n"

pytestmark = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="the publishing job runs on Linux")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def checksums(files: dict[str, bytes]) -> str:
    return "".join(f"{sha256(content)}  {name}\n" for name, content in sorted(files.items()))


@pytest.fixture
def compare(tmp_path: Path, root: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    workflow: dict[str, Any] = yaml.safe_load((root / "workflows-templates" / "release.yml").read_text())
    step = workflow["jobs"]["publish"]["steps"][1]
    dist = tmp_path / step["working-directory"] / "dist"
    dist.mkdir(parents=True)
    for name, content in FILES.items():
        (dist / name).write_bytes(content)
    (dist.parent / "manifest.json").write_bytes(MANIFEST)
    script = tmp_path / "script.sh"
    script.write_text(step["run"])

    def run(sums: str = checksums(FILES), manifest: str = sha256(MANIFEST)) -> subprocess.CompletedProcess[str]:
        assert step["env"].keys() == {"CHECKSUMS", "MANIFEST_SHA256"}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=dist.parent,
            env={"PATH": os.environ["PATH"], "CHECKSUMS": sums, "MANIFEST_SHA256": manifest},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


Compare = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("end", ["\n", "", "\n\n"])
def test_what_prepare_sealed_goes_through(compare: Compare, end: str) -> None:
    done = compare(checksums(FILES).rstrip("\n") + end)
    assert (done.returncode, done.stderr) == (0, "")


def add(dist: Path) -> None:
    (dist / "hello-1.2.0-py2-none-any.whl").write_bytes(b"wheel")


def add_hidden(dist: Path) -> None:
    (dist / ".hidden").write_bytes(b"")


def add_option(dist: Path) -> None:
    (dist / "--check").write_bytes(b"")


def add_folder(dist: Path) -> None:
    (dist / "more").mkdir()


def add_in_folder(dist: Path) -> None:
    (dist / "more").mkdir()
    (dist / "more" / "hello-1.2.0.tar.gz").write_bytes(b"sdist")


def add_with_newline(dist: Path) -> None:
    (dist / "x\nhello-1.2.0.tar.gz").write_bytes(b"sdist")


def change(dist: Path) -> None:
    (dist / "hello-1.2.0.tar.gz").write_bytes(b"other")


def remove(dist: Path) -> None:
    (dist / "hello-1.2.0.tar.gz").unlink()


def rename(dist: Path) -> None:
    (dist / "hello-1.2.0.tar.gz").rename(dist / "hello-1.2.1.tar.gz")


def swap(dist: Path) -> None:
    one, two = FILES
    (dist / one).write_bytes(FILES[two])
    (dist / two).write_bytes(FILES[one])


def remove_everything(dist: Path) -> None:
    for path in dist.iterdir():
        path.unlink()


def change_manifest(dist: Path) -> None:
    (dist.parent / "manifest.json").write_bytes(b"{ }\n")


def remove_manifest(dist: Path) -> None:
    (dist.parent / "manifest.json").unlink()


@pytest.mark.parametrize(
    "meddle",
    [
        add,
        add_hidden,
        add_option,
        add_folder,
        add_in_folder,
        add_with_newline,
        change,
        remove,
        rename,
        swap,
        remove_everything,
        change_manifest,
        remove_manifest,
    ],
)
def test_what_somebody_meddled_with_stops(compare: Compare, tmp_path: Path, meddle: Callable[[Path], None]) -> None:
    meddle(tmp_path / "staging" / "dist")
    assert compare().returncode != 0


@pytest.mark.parametrize(("sums", "manifest"), [("", sha256(MANIFEST)), (checksums(FILES), "")])
def test_a_value_that_did_not_arrive_stops(compare: Compare, sums: str, manifest: str) -> None:
    assert compare(sums, manifest).returncode != 0


def test_an_added_file_is_named(compare: Compare, tmp_path: Path) -> None:
    add(tmp_path / "staging" / "dist")
    assert "> " + sha256(b"wheel") + "  hello-1.2.0-py2-none-any.whl" in compare().stdout
