"""Build an sdist from a source tree, and a wheel from that sdist unpacked, as installers do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from pypublish.building import Attempt, BuildFault, Made
from pypublish.edges import environment as environments
from pypublish.edges.backend import Backend, BackendError
from pypublish.edges.build_log import BuildLog
from pypublish.edges.build_room import Room
from pypublish.edges.unpack import UnpackError, unpack
from pypublish.edges.world import World
from pypublish.model import ArtifactKind

SUFFIXES = {ArtifactKind.SDIST: ".tar.gz", ArtifactKind.WHEEL: ".whl"}


def build(
    source: Path,
    room: Room,
    *,
    out: Path,
    epoch: int,
    timeout: float,
    deliver: Callable[[Path], None],
    world: World,
) -> Attempt:
    """Build the project at `source` and put the files into the folder `out`, each complete or not at all.

    `epoch` becomes SOURCE_DATE_EPOCH. `timeout` is in seconds, for everything. `deliver` gets each file, in this
    thread, as soon as it is in its place.

    Raises:
        IndexUnavailableError: a build requirement could not be fetched.
        ToolError: uv is missing, or could not make an environment.
        KeyboardInterrupt: the user interrupted.

    """
    deadline = world.clock.monotonic() + timeout
    log = BuildLog(world.sink)
    made: dict[ArtifactKind, Made] = {}
    files: list[Path] = []
    failure = None
    backend = Backend(
        source, room, epoch=epoch, log=log, remaining=lambda: deadline - world.clock.monotonic(), world=world
    )

    def make(kind: ArtifactKind, tree: Path) -> Path | None:
        folder = room.folder / kind.value
        with world.step("build", f"making the {kind.value}"):
            made[kind] = backend.make(kind, tree, folder)
        if not _is_fit(made[kind], kind):
            return None
        files.append(_place(folder / made[kind].returned, out))
        return files[-1]

    with backend:
        try:
            sdist = make(ArtifactKind.SDIST, source)
            if sdist is not None:
                try:
                    tree = _unpacked(sdist, source, room.folder / "unpacked")
                finally:
                    # Not before: unpacking and judging would share one interpreter, and the wheel would wait.
                    deliver(sdist)
                wheel = make(ArtifactKind.WHEEL, tree)
                if wheel is not None:
                    deliver(wheel)
        except BackendError as error:
            failure = error.failure
    facts = [environments.facts(environment) for environment in backend.environments[:1]]
    return Attempt(
        files=tuple(files),
        backend=backend.name,
        made=made,
        failure=failure,
        warnings=log.warnings,
        packages=_packages(backend),
        python=facts[0].get("version_info", "") if facts else "",
        uv=facts[0].get("uv", "") if facts else "",
    )


def _is_fit(made: Made, kind: ArtifactKind) -> bool:
    """Whether the file that was promised is there, so that it can be judged and built from."""
    return made.returned.endswith(SUFFIXES[kind]) and made.files.get(made.returned, 0) > 0


def _place(file: Path, out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    target = out / file.name
    try:
        return file.replace(target)
    except OSError:  # another disk
        partial = out.parent / f".{file.name}.partial"
        shutil.copyfile(file, partial)
        return partial.replace(target)


def _unpacked(sdist: Path, source: Path, target: Path) -> Path:
    target.mkdir()
    try:
        tree = unpack(sdist, target)
    except UnpackError as error:
        raise BackendError(BuildFault.SDIST, f"{sdist.name}: {error}") from None
    if (source / "pyproject.toml").exists() and not (tree / "pyproject.toml").exists():
        raise BackendError(
            BuildFault.SDIST, f"{sdist.name}: pyproject.toml is not in it, so it would be built by another backend"
        )
    return tree


def _packages(backend: Backend) -> dict[str, str]:
    """Return every package that took part; where sdist and wheel had environments of their own, both versions."""
    versions: dict[str, list[str]] = {}
    for environment in backend.environments:
        for name, version in environments.packages(environment).items():
            if version not in versions.setdefault(name, []):
                versions[name].append(version)
    return {name: ", ".join(found) for name, found in sorted(versions.items())}
