"""Prove that users can install a release: on each Python, its wheel and its sdist by uv, and once by pip, by name."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.version import Version

from pypublish.checks import reading, tried
from pypublish.checks.lowest import direct_requirements
from pypublish.edges import environment as environments
from pypublish.edges import smoke
from pypublish.edges.by_name import install_by_name, needs_more
from pypublish.edges.compatibility import compatible_tags
from pypublish.edges.environment import Environment
from pypublish.edges.installers import InstallationFailedError, begun, install, provide_pip
from pypublish.edges.pythons import find_python
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, ToolError
from pypublish.findings import Finding, Severity
from pypublish.model import Artifact, ArtifactKind, Index, Installation, Manifest
from pypublish.pypi.metadata import from_file
from pypublish.stages.fetching import metadata_of

WHERE_IT_FITS = "Let verify run where one of the wheels fits: in a workflow, by the job's runs-on and python-version."


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A clean environment of one Python, made while the index is waited for."""

    root: Path
    python: str | None
    """The interpreter's path; None for the Python that runs pypublish."""
    environment: Environment
    version: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What came of the installations, and what stood in their way."""

    installations: tuple[Installation, ...]
    findings: tuple[Finding, ...]


Trial = tuple[Installation | None, tuple[Finding, ...]]
"""One installation, None where it did not come to it; and what was found on the way."""


class Proving:
    """The installations of one release: rooms are made at once, filled when the files are there.

    Whoever starts it has the workers, and ends what they wait for.
    """

    def __init__(
        self, manifest: Manifest, index: Index, pythons: Sequence[str], world: World, workers: Executor
    ) -> None:
        self._manifest = manifest
        self._index = index
        self._world = world
        self._workers = workers
        self._root = Path(tempfile.mkdtemp(prefix="proof-", dir=world.scratch))
        self._universal = all(map(tried.is_universal, manifest.artifacts))
        wanted: Sequence[str | None] = [*dict.fromkeys(pythons)] or [None]
        # First come, first served: what others wait for is asked for first, and pip takes longest.
        self._found = {python: workers.submit(find_python, python, world) for python in wanted if python is not None}
        self._pip_room = workers.submit(self._make_pip_room, wanted[0])
        self._rooms = {
            python: workers.submit(self._make_room, python, self._root / f"python-{number}")
            for number, python in enumerate(wanted)
        }

    def install(self, files: Mapping[str, Path]) -> Proven:
        """Install and use `files`, which are the manifest's, by their names.

        Raises:
            IndexUnavailableError: the index of the dependencies did not answer.
            ToolError: uv or a Python could not run.

        """
        findings: list[Finding] = []
        trials: list[Future[Trial]] = []
        fitting: list[tuple[Room, Path]] = []
        sdist_before: Future[Trial] | None = None
        for wanted, future in self._rooms.items():
            room = future.result()
            if room is None:
                findings.append(tried.found(tried.PYTHONS_ARE_THERE, f"there is no Python {wanted} on this machine"))
                continue
            wheel = tried.wheel_for(self._manifest.artifacts, tags=room.tags, python=room.version)
            sdist = tried.sdist_for(self._manifest.artifacts, python=room.version)
            findings += self._unfit(room, wheel, sdist)
            if not trials and (first := wheel or sdist) is not None:
                trials.append(self._workers.submit(self._by_pip, room, first, files[first.filename]))
            if wheel is not None:
                trials.append(self._workers.submit(self._wheel_by_uv, room, files[wheel.filename]))
                fitting.append((room, files[wheel.filename]))
            if sdist is not None:
                sdist_before = self._workers.submit(
                    self._sdist_by_uv, room, files[sdist.filename], sdist_before if self._universal else None
                )
                trials.append(sdist_before)
        if fitting and self._manifest.verify.lowest:
            # Old versions are made for old Pythons.
            oldest, file = min(fitting, key=lambda one: Version(one[0].version))
            trials.append(self._workers.submit(self._lowest_by_uv, oldest, file))
        if not trials:
            # Green means that somebody can install it.
            nothing = "nothing of the release could be tried with the Pythons of this machine"
            findings.append(reading.not_tried(nothing, hint=WHERE_IT_FITS, severity=Severity.ERROR))
        results = [trial.result() for trial in trials]
        return Proven(
            installations=tuple(installation for installation, _ in results if installation is not None),
            findings=(*findings, *(finding for _, own in results for finding in own)),
        )

    def _make_room(self, wanted: str | None, root: Path) -> Room | None:
        python = self._found[wanted].result() if wanted is not None else None
        if wanted is not None and python is None:
            return None
        with self._world.step("verify", " ".join(filter(None, ("making an environment with Python", wanted)))):
            environment = smoke.prepare(root, how=self._manifest.verify, world=self._world, python=python)
        return Room(
            root=root,
            python=python,
            environment=environment,
            version=environments.facts(environment)["version_info"],
            tags=(tried.UNIVERSAL,) if self._universal else compatible_tags(environment, world=self._world),
        )

    def _make_pip_room(self, wanted: str | None) -> Environment:
        how = self._manifest.verify
        python = self._found[wanted].result() if wanted is not None else None
        with self._world.step("verify", "making an environment with pip"):
            environment = smoke.prepare(self._root / "pip", how=how, world=self._world, python=python)
            provide_pip(environment, dependencies_index=how.dependencies_index, world=self._world)
        return environment

    def _wheel_by_uv(self, room: Room, file: Path) -> Trial:
        how, name = self._manifest.verify, self._manifest.release.name
        root, environment = room.root, room.environment
        with self._world.step("verify", f"uv installs the wheel on Python {room.version}"):
            return smoke.smoke(
                file, name, root=root, how=how, world=self._world, environment=environment, leave=False
            ), ()

    def _lowest_by_uv(self, room: Room, file: Path) -> Trial:
        """Install the wheel with the lowest versions that it allows of what it depends on directly."""
        how, name = self._manifest.verify, self._manifest.release.name
        needs = [need for text in metadata_of(file) for need in from_file(text).lists.get("requires-dist", ())]
        lowest = direct_requirements(needs, how.extras)
        root = self._root / "lowest"
        with self._world.step("verify", f"uv installs the wheel with its lowest dependencies on Python {room.version}"):
            return smoke.smoke(
                file, name, root=root, how=how, world=self._world, python=room.python, lowest=lowest, leave=True
            ), ()

    def _sdist_by_uv(self, room: Room, file: Path, before: Future[Trial] | None) -> Trial:
        """Install the sdist; of pure Python after the one `before`, since uv then takes the wheel that it built."""
        if before is not None:
            wait([before])
        how, name = self._manifest.verify, self._manifest.release.name
        root = room.root.with_name(f"{room.root.name}-sdist")
        with self._world.step("verify", f"uv installs the sdist on Python {room.version}"):
            return smoke.smoke(file, name, root=root, how=how, world=self._world, python=room.python, leave=False), ()

    def _by_pip(self, room: Room, artifact: Artifact, file: Path) -> Trial:
        """Let pip find the wheel itself; of a release without one that fits, let it install the sdist's file."""
        with self._world.step("verify", f"pip installs the release on Python {room.version}"):
            return self._with_pip(room, artifact, file)

    def _with_pip(self, room: Room, artifact: Artifact, file: Path) -> Trial:
        release, how = self._manifest.release, self._manifest.verify
        root = self._root / "pip"
        try:
            environment = self._pip_room.result()
        except (ToolError, IndexUnavailableError) as error:
            return None, (tried.found(tried.PIP_IS_THERE, f"the release was not installed by pip: {error}"),)
        if artifact.kind is ArtifactKind.SDIST:
            return smoke.smoke(
                file, release.name, root=root, how=how, world=self._world, environment=environment, installer="pip"
            ), ()
        done = begun(artifact.filename, environment, "pip", extras=how.extras)
        wheels = [a for a in self._manifest.artifacts if a.kind is ArtifactKind.WHEEL]
        try:
            install_by_name(
                environment,
                release.name,
                release.version or "",
                wheels=wheels,
                index=self._index,
                requirements=root / "requirements.txt",
                world=self._world,
            )
        except ToolError as error:
            return None, (tried.found(tried.PIP_FINDS_THE_RELEASE, f"{error}:\n{error.output}"),)
        if needs_more(environment, release.name, how.extras):
            extras = f"[{','.join(how.extras)}]" if how.extras else ""
            try:
                # It is there already: what pip fetches now is what it depends on.
                install(
                    environment,
                    [f"{release.name}{extras}=={release.version}"],
                    installer="pip",
                    dependencies_index=how.dependencies_index,
                    world=self._world,
                )
            except InstallationFailedError as error:
                return replace(done, failure=error.output or str(error)), ()
        return smoke.use(environment, done, release.name, root=root, how=how, world=self._world), ()

    def _unfit(self, room: Room, wheel: Artifact | None, sdist: Artifact | None) -> tuple[Finding, ...]:
        needs = sorted({a.requires_python for a in self._manifest.artifacts if not tried.allows(a, room.version)})
        if needs and wheel is None and sdist is None:
            what = f"Python {room.version} is not one that requires-python ({', '.join(needs)}) allows"
            return (tried.found(tried.PYTHONS_ARE_ALLOWED, what),)
        wheels = [a for a in self._manifest.artifacts if a.kind is ArtifactKind.WHEEL]
        if wheels and wheel is None:
            return (tried.found(tried.WHEELS_FIT, f"no wheel fits Python {room.version} on this machine"),)
        return ()
