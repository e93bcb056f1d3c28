"""A small release: made, sealed, published on the embedded index, and what verify tells of it."""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
from pathlib import Path

from pypublish.findings import Outcome
from pypublish.listing import Verification
from pypublish.model import Artifact, ArtifactKind, Manifest, Release, VerifySettings
from pypublish.rehearsal.server import Rehearsal
from tests.rehearsal.parts import API_TOKEN, form_of, http_client, write_wheel

DEPENDENCIES = "https://pypi.org/simple/"

WORKS = "import iniconfig\nassert not hasattr(iniconfig, 'SQUATTED')\n"
"""A module that works with the true iniconfig alone."""

BACKEND = """
import shutil
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    shutil.copy("made/{name}", wheel_directory)
    return "{name}"
"""


def metadata(name: str, version: str, *requires: str) -> bytes:
    lines = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", "Requires-Python: >=3.9"]
    return "\n".join([*lines, *(f"Requires-Dist: {requirement}" for requirement in requires), "", ""]).encode()


def make_wheel(folder: Path, name: str, version: str, code: str, *requires: str, tag: str = "py3-none-any") -> Path:
    info = f"{name}-{version}.dist-info"
    members = {
        f"{name}.py": f"{code}def main() -> None:\n    print(1)\n".encode(),
        f"{info}/METADATA": metadata(name, version, *requires),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n".encode(),
    }
    return write_wheel(folder / f"{name}-{version}-{tag}.whl", members, record=f"{info}/RECORD")


def make_sdist(wheel: Path, *requires: str) -> Path:
    """Make an sdist that builds into this wheel by a backend of its own, so that no registry is needed for it."""
    name, version = wheel.name.split("-")[:2]
    members = {
        "PKG-INFO": metadata(name, version, *requires),
        "pyproject.toml": b'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": BACKEND.format(name=wheel.name).encode(),
        f"made/{wheel.name}": wheel.read_bytes(),
    }
    path = wheel.with_name(f"{name}-{version}.tar.gz")
    with tarfile.open(path, "w:gz") as archive:
        for member, content in members.items():
            info = tarfile.TarInfo(f"{name}-{version}/{member}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def artifact(path: Path) -> Artifact:
    content = path.read_bytes()
    return Artifact(
        filename=path.name,
        kind=ArtifactKind.WHEEL if path.name.endswith(".whl") else ArtifactKind.SDIST,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        blake2b_256=hashlib.blake2b(content, digest_size=32).hexdigest(),
        python_tag="py3",
        requires_python=">=3.9",
    )


def seal(*files: Path, **how: object) -> Manifest:
    name, version = files[0].name.removesuffix(".tar.gz").split("-")[:2]
    return Manifest(
        schema=1,
        release=Release(name=name, version=version, tag=f"v{version}", commit="c" * 40, epoch=1),
        artifacts=tuple(map(artifact, files)),
        builds=(),
        verify=VerifySettings(dependencies_index=DEPENDENCIES, smoke_timeout=60, **how),  # type: ignore[arg-type]
    )


def publish(index: Rehearsal, *files: Path) -> None:
    with http_client(index) as client:
        for path in files:
            answer = client.post(
                "https://upload.pypi.org/legacy/",
                data={key: value for key, value in form_of(path).items() if value is not None},
                files={"content": (path.name, path.read_bytes(), "application/octet-stream")},
                auth=("__token__", API_TOKEN),
            )
            assert answer.status_code == 200, answer.text


ASIDE = {"files-are-attested", "failures-are-described"}
"""Nobody attested what is uploaded here with a user's token; and the environment is another on each machine."""


def told(outcome: Outcome[Verification]) -> list[str]:
    return [
        f"{f.severity} {f.check} {f.where}: {f.message}".replace(sys.version.split()[0], "3.X")
        for f in outcome.findings
        if f.check not in ASIDE
    ]
