"""The smoke install of the wheel that fits best, begun before the wheel is there."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

from packaging.version import InvalidVersion, Version

from pypublish.checks import reading
from pypublish.checks.subjects import Dist, artifact
from pypublish.checks.tried import allows, is_universal, wheel_for
from pypublish.checks.words import some
from pypublish.edges import environment as environments
from pypublish.edges import smoke
from pypublish.edges.compatibility import compatible_tags
from pypublish.edges.environment import Environment
from pypublish.edges.installers import InstallationFailedError, install
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.findings import Finding
from pypublish.model import ArtifactKind, Installation, Project, VerifySettings


class Trial:
    """The steps of a smoke install, each begun as soon as there is what it needs.

    `worker` has to be a single thread: what is begun first is done first.
    """

    def __init__(self, how: VerifySettings, world: World, worker: Executor, project: Project | None) -> None:
        self._how = how
        self._world = world
        self._worker = worker
        self._root = Path(tempfile.mkdtemp(prefix="smoke-", dir=world.scratch))
        self._environment: Future[Environment] = worker.submit(
            smoke.prepare, self._root / "first", how=how, world=world
        )
        self._dependencies: Future[bool] | None = None
        self._expected: frozenset[str] | None = None
        self._begun: Future[Installation | None] | None = None
        self._lock = threading.Lock()
        static = _static_dependencies(project)
        if static is not None:
            self._expect(static)

    def file_is_there(self, path: Path, dist: Dist) -> None:
        """Begin what can be begun with this file.

        With the sdist: what the wheel is going to depend on is installed, if it was not known before. With a wheel:
        it is installed and used, if no other can fit better.
        """
        with self._lock:
            if self._begun is not None:
                return
            if dist.kind is ArtifactKind.SDIST and self._expected is None:
                self._expect(_dependencies(dist))
            elif dist.kind is ArtifactKind.WHEEL and is_universal(artifact(dist)) and can_be_installed(dist):
                self._begun = self._worker.submit(self._try, path, dist)

    def _expect(self, requirements: frozenset[str]) -> None:
        self._expected = requirements
        self._dependencies = self._worker.submit(self._install_dependencies, sorted(requirements))

    def finish(self, files: Iterable[tuple[Path, Dist]]) -> tuple[Installation | None, tuple[Finding, ...]]:
        """Return what came of it, or say why it was not tried.

        Raises:
            IndexUnavailableError: the index of the dependencies did not answer.
            ToolError: uv or the environment's Python could not run.

        """
        environment = self._environment.result()
        python = environments.facts(environment).get("version_info", "")
        wheels = [(path, dist) for path, dist in files if can_be_installed(dist)]
        if not wheels:
            return None, (reading.not_tried("no wheel was installed, since there is none that could be"),)
        if self._begun is None:
            tags = compatible_tags(environment, world=self._world)
            best = wheel_for((artifact(dist) for _, dist in wheels), tags=tags, python=python)
            chosen = [file for file in wheels if best is not None and file[1].filename == best.filename]
            if chosen:
                self._begun = self._worker.submit(self._try, *chosen[0])
        tried = self._begun.result() if self._begun is not None else None
        return tried, () if tried is not None else (_none_fits([dist for _, dist in wheels], python),)

    def _install_dependencies(self, requirements: Sequence[str]) -> bool:
        environment = self._environment.result()
        try:
            with self._world.step("check", "installing the dependencies"):
                install(
                    environment,
                    requirements,
                    installer="uv",
                    dependencies_index=self._how.dependencies_index,
                    world=self._world,
                )
        except (InstallationFailedError, IndexUnavailableError):
            return False  # the wheel's own installation comes to the same end, and is reported
        return True

    def _try(self, path: Path, wheel: Dist) -> Installation | None:
        environment = self._environment.result()
        if not allows(artifact(wheel), environments.facts(environment).get("version_info", "")):
            return None
        assert wheel.metadata is not None  # noqa: S101 - only such a wheel is tried
        root, as_expected = self._root / "first", _dependencies(wheel) == self._expected
        if self._expected and not as_expected:
            # What is there and the wheel does not ask for would hide what it forgets.
            root = self._root / "second"
            environment = smoke.prepare(root, how=self._how, world=self._world)
        with self._world.step("check", "installing and using the wheel"):
            return smoke.smoke(
                path,
                wheel.metadata.name,
                root=root,
                how=self._how,
                world=self._world,
                environment=environment,
                has_dependencies=as_expected and self._dependencies is not None and self._dependencies.result(),
            )


def can_be_installed(dist: Dist) -> bool:
    """Whether this is a wheel that an installer may be given: a sound archive that says what it is."""
    if dist.kind is not ArtifactKind.WHEEL or not dist.accepted or dist.metadata is None:
        return False
    try:
        Version(dist.metadata.version)
    except InvalidVersion:
        return False
    return not any(mistake.field == "name" for mistake in dist.mistakes)


def _static_dependencies(project: Project | None) -> frozenset[str] | None:
    """Return what pyproject.toml says the project depends on; None where only the build tells."""
    if project is None or not project.metadata:
        return None
    dynamic, listed = project.metadata.get("dynamic", ()), project.metadata.get("dependencies", ())
    if not isinstance(dynamic, list | tuple) or not isinstance(listed, list | tuple) or "dependencies" in dynamic:
        return None
    return _normalised(map(str, listed))


def _dependencies(dist: Dist) -> frozenset[str]:
    """Return what a distribution depends on without extras, markers included."""
    return _normalised(dist.metadata.lists.get("requires-dist", ()) if dist.metadata is not None else ())


def _normalised(requirements: Iterable[str]) -> frozenset[str]:
    from packaging.requirements import InvalidRequirement, Requirement

    found = set()
    for text in requirements:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if requirement.marker is None or "extra" not in str(requirement.marker):
            found.add(str(requirement))
    return frozenset(found)


def _none_fits(wheels: Sequence[Dist], python: str) -> Finding:
    names = some([dist.filename for dist in wheels])
    asked = [
        needs for dist in wheels if not allows(artifact(dist), python) and (needs := artifact(dist).requires_python)
    ]
    reason = f"it asks for Python {asked[0]}" if asked else "none is for this platform and Python"
    return reading.not_tried(
        f"no wheel was installed on Python {python} ({reason}): {names}",
        hint="Run pypublish check on a machine, or a Python, that the wheel is for.",
    )
