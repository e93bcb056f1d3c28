"""The staging folder: whole or not at all, and compared to the last byte."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges import staging
from pypublish.errors import PypublishError, SealError, SettingsError, UsageError
from pypublish.model import Artifact, ArtifactKind, Manifest, Release, VerifySettings

WHEEL, SDIST = "hello-1.0-py3-none-any.whl", "hello-1.0.tar.gz"


def artifact(path: Path) -> Artifact:
    content = path.read_bytes()
    return Artifact(
        filename=path.name,
        kind=ArtifactKind.WHEEL if path.suffix == ".whl" else ArtifactKind.SDIST,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        blake2b_256=hashlib.blake2b(content, digest_size=32).hexdigest(),
        python_tag="py3",
    )


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    built = tmp_path / "built"
    built.mkdir()
    for name in (SDIST, WHEEL):
        (built / name).write_bytes(name.encode())
    return [built / SDIST, built / WHEEL]


@pytest.fixture
def manifest(files: list[Path]) -> Manifest:
    return Manifest(
        schema=1,
        release=Release(name="hello", version="1.0", tag="v1.0", commit=None, epoch=0),
        artifacts=tuple(map(artifact, files)),
        builds=(),
        verify=VerifySettings(dependencies_index="https://pypi.org/simple/"),
    )


@pytest.fixture
def sealed(tmp_path: Path, manifest: Manifest, files: list[Path]) -> Path:
    staging.write(tmp_path / "out", manifest, files)
    return tmp_path / "out"


def test_what_is_written_is_read_back(tmp_path: Path, manifest: Manifest, files: list[Path]) -> None:
    out = tmp_path / "with space" / "out"
    digest = staging.write(out, manifest, files)
    assert staging.read(out / "manifest.json", sha256=digest.upper()) == (manifest, digest)
    staging.compare(out / "dist", manifest.artifacts)
    assert sorted(p.relative_to(out).as_posix() for p in out.rglob("*")) == [
        "dist",
        f"dist/{WHEEL}",
        f"dist/{SDIST}",
        "manifest.json",
    ]


def test_a_second_run_replaces_the_first(sealed: Path, manifest: Manifest, files: list[Path]) -> None:
    only = Manifest(
        schema=1, release=manifest.release, artifacts=(artifact(files[1]),), builds=(), verify=manifest.verify
    )
    staging.write(sealed, only, files[1:])
    assert [p.name for p in (sealed / "dist").iterdir()] == [WHEEL]


def test_a_run_that_is_cut_off_leaves_no_seal(sealed: Path, manifest: Manifest, files: list[Path]) -> None:
    with pytest.raises(UsageError):
        staging.write(sealed, manifest, [*files, files[0].parent / "gone.whl"])
    assert not list(sealed.glob(".pypublish-*"))
    staging.read(sealed / "manifest.json")  # the earlier one, whole
    staging.compare(sealed / "dist", manifest.artifacts)


def test_a_folder_of_somebody_elses_is_not_emptied(tmp_path: Path, manifest: Manifest, files: list[Path]) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "bundle.js").touch()
    with pytest.raises(UsageError, match=r"bundle\.js"):
        staging.write(tmp_path, manifest, files)


def add(dist: Path) -> None:
    (dist / "evil-1.0-py3-none-any.whl").write_bytes(b"x")


def remove(dist: Path) -> None:
    (dist / WHEEL).unlink()


def change(dist: Path) -> None:
    (dist / WHEEL).write_bytes(WHEEL.upper().encode())


def lengthen(dist: Path) -> None:
    (dist / WHEEL).write_bytes(b"longer " * 9)


def link(dist: Path) -> None:
    (dist / WHEEL).rename(dist.parent / WHEEL)
    (dist / WHEEL).symlink_to(dist.parent / WHEEL)


def empty(dist: Path) -> None:
    for file in dist.iterdir():
        file.unlink()
    dist.rmdir()


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (add, "evil-1.0-py3-none-any.whl: is not in the manifest"),
        (remove, f"{WHEEL}: is missing"),
        (change, f"{WHEEL}: has sha256 "),
        (lengthen, f"{WHEEL}: has 63 bytes, the manifest says 26"),
        (link, f"{WHEEL}: is no regular file"),
        (empty, f"{SDIST}: is missing"),
    ],
)
def test_every_difference_is_named(
    sealed: Path, manifest: Manifest, tamper: Callable[[Path], None], words: str
) -> None:
    tamper(sealed / "dist")
    with pytest.raises(SealError) as raised:
        staging.compare(sealed / "dist", manifest.artifacts)
    assert any(mistake.startswith(words) for mistake in raised.value.mistakes)


def edited(text: str, **changes: object) -> str:
    return json.dumps({**json.loads(text), **changes})


@pytest.mark.parametrize(
    ("edit", "error", "words"),
    [
        (lambda text: edited(text, schema=2), SettingsError, "has manifest schema 2; this pypublish reads 1"),
        (lambda text: edited(text, extra=1), SettingsError, "extra: no such key"),
        (lambda text: edited(text, artifacts=[{}]), SettingsError, "artifacts[0].sha256: is missing"),
        (lambda text: text[:-9], SettingsError, "is no JSON"),
        (lambda _: "[]", SettingsError, "must be a table, not a list"),
        (lambda _: "[" * 100_000, SettingsError, "is no JSON"),
    ],
)
def test_a_manifest_is_read_strictly(
    sealed: Path, edit: Callable[[str], str], error: type[PypublishError], words: str
) -> None:
    path = sealed / "manifest.json"
    path.write_text(edit(path.read_text()))
    with pytest.raises(error) as raised:
        staging.read(path)
    assert words in str(raised.value)


def test_another_manifest_than_the_sealed_one(sealed: Path) -> None:
    with pytest.raises(SealError, match="is not the manifest that was sealed"):
        staging.read(sealed / "manifest.json", sha256="0" * 64)


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no manifest at"):
        staging.read(tmp_path / "manifest.json")


def test_the_checksums_are_those_that_sha256sum_reads(sealed: Path, manifest: Manifest) -> None:
    text = staging.checksums(manifest.artifacts)
    assert [line.split("  ")[1] for line in text.splitlines()] == snapshot(
        ["hello-1.0-py3-none-any.whl", "hello-1.0.tar.gz"]
    )
    subprocess.run(["sha256sum", "--check", "--strict", "-"], input=text.encode(), cwd=sealed / "dist", check=True)
