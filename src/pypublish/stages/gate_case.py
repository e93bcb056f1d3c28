"""What the gates of one release have in common: the sealed files, the project's tree, the Pythons that there are."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from pypublish import archive
from pypublish.checks import tried
from pypublish.checks.gate_pythons import Run
from pypublish.edges import environment as environments
from pypublish.edges import staging
from pypublish.edges.compatibility import compatible_tags
from pypublish.edges.environment import Environment
from pypublish.edges.pythons import find_python
from pypublish.edges.world import World
from pypublish.errors import SealError
from pypublish.gates import Gates
from pypublish.model import Artifact, ArtifactKind, Manifest
from pypublish.pypi import metadata
from pypublish.stages.gate_outputs import running_python


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One release and what it is judged by."""

    gates: Gates
    manifest: Manifest
    dist: Path
    """Where the sealed files lie."""
    project: Path
    root: Path
    """A folder for all gates."""
    world: World

    @property
    def name(self) -> str:
        """The project's name."""
        return self.manifest.release.name

    @property
    def dependencies_index(self) -> str:
        """Where everything comes from that is no file of the release."""
        return self.manifest.verify.dependencies_index

    @property
    def wheels(self) -> tuple[Artifact, ...]:
        """The wheels of the release."""
        return tuple(one for one in self.manifest.artifacts if one.kind is ArtifactKind.WHEEL)


def interpreter(run: Run, world: World) -> str | None:
    """Return the path of the first Python that will do and is on this machine; None where there is none.

    Raises:
        ToolMissingError: there is no uv.

    """
    for version in run.pythons:
        found = sys.executable if version == running_python() else find_python(version, world)
        if found is not None:
            return found
    return None


def file_for(case: Case, environment: Environment, folder: Path) -> Path | None:
    """Copy the file that an installer takes for an environment's Python into `folder`, and compare its digest there.

    That is the wheel that fits best, or the sdist where none does. None where nothing of the release fits.

    Raises:
        SealError: the file is not the one that was sealed.

    """
    version = environments.facts(environment).get("version_info", "")
    universal = all(map(tried.is_universal, case.manifest.artifacts))
    tags = (tried.UNIVERSAL,) if universal else compatible_tags(environment, world=case.world)
    chosen = tried.wheel_for(case.wheels, tags=tags, python=version)
    chosen = chosen or tried.sdist_for(case.manifest.artifacts, python=version)
    return copy(case, chosen, folder) if chosen is not None else None


def copy(case: Case, artifact: Artifact, folder: Path) -> Path:
    """Copy a sealed file into `folder`, and compare its digest there: what is used is what was sealed.

    Raises:
        SealError: it is not the one that was sealed.

    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / artifact.filename
    try:
        shutil.copyfile(case.dist / artifact.filename, target)
    except OSError as error:
        raise SealError(f"{artifact.filename} cannot be read: {error.strerror or error}") from None
    if staging.sha256_of(target) != artifact.sha256:
        raise SealError(f"{artifact.filename} is not the file that was sealed")
    return target


def requires(file: Path) -> tuple[str, ...]:
    """Return what a distribution says it needs (Requires-Dist), as written."""
    is_wheel = file.name.endswith(".whl")
    ending = ".dist-info/METADATA" if is_wheel else "/PKG-INFO"
    with file.open("rb") as opened:
        contents = archive.read(
            opened, format="zip" if is_wheel else "tar.gz", keep=lambda member: member.name.endswith(ending)
        )
    # An sdist of setuptools has another one deeper down.
    text = min(contents.texts.items(), key=lambda one: len(one[0]), default=("", b""))[1]
    return tuple(metadata.from_file(text).lists.get("requires-dist", ()))
