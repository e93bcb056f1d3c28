"""check: judge finished distributions, each as it comes, then all together, then installed and used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from pypublish.checks import all as every
from pypublish.checks import archives, borrowed, catalog, dists, installed, package_files, reading
from pypublish.checks.installed import Proof
from pypublish.checks.subjects import Dist, Dists
from pypublish.edges import tools
from pypublish.edges.tools import Tools
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.findings import Finding, Outcome, Severity
from pypublish.model import Artifact, ArtifactKind, Index, Installation, Project, Release, Remark, VerifySettings
from pypublish.settings import Settings
from pypublish.stages.judging import OF_CONTENT, OF_METADATA, OF_NAMES, Judged, judge, open_file
from pypublish.stages.trial import Trial

READERS = 2
"""Files that are read at a time: unpacking and hashing leave the interpreter to others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What check found out: the files as they are, and what came of installing one."""

    dists: Dists
    installation: Installation | None
    """None where no wheel was tried."""

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """The files as the manifest lists them."""
        return self.dists.artifacts

    @property
    def name(self) -> str:
        """The project's name as its metadata spell it."""
        return self.dists.name

    @property
    def version(self) -> str:
        """The version that was built."""
        return self.dists.version


def check(
    files: Iterable[Path],
    settings: Settings,
    world: World,
    *,
    release: Release | None = None,
    project: Project | None = None,
    source: Callable[[], Path | None] | None = None,
    index: Index | None = None,
    smoke: bool = True,
) -> Outcome[Checked]:
    """Judge distributions by everything that can be known before they are uploaded.

    `files` may be a queue: each is judged when it comes, while the next is built. `source` is asked, once a file is
    there, for the folder of pyproject.toml in the clean tree that they were built from. What is a rule of PyPI's
    alone becomes a note where `index` is another. `smoke` is whether the wheel is installed and used.

    Raises:
        IndexUnavailableError: the index of the dependencies did not answer, and nothing else is wrong.
        ToolError: uv or Python could not run.
        KeyboardInterrupt: the user interrupted.

    """
    began = world.clock.monotonic()
    how = VerifySettings(
        dependencies_index=settings.dependencies_index,
        smoke_command=settings.smoke_command,
        smoke_timeout=settings.smoke_timeout,
        extras=settings.smoke_extras,
        import_names=settings.smoke_imports,
    )
    with _workers(world) as (readers, worker), tools.started(world) as started:
        trial = Trial(how, world, worker) if smoke else None
        inspect = _Inspection(started, trial, project, source)
        judged = [future.result() for future in [readers.submit(inspect, path) for path in files]]
        subject = Dists(
            dists=tuple(one.dist for one in judged if one.dist is not None), release=release, project=project
        )
        # Of files that could not be read, nothing can be said together.
        together = (
            [finding for check in OF_RELEASE for finding in check(subject)] if subject.dists or not judged else []
        )
        installation, of_trial = _try(trial, judged, subject, [*_alone(judged), *together])
    found = [
        *_alone(judged),
        *together,
        *of_trial,
        *catalog.unknown_ignores(settings.ignore, every.CATALOGUE),
    ]
    return Outcome(
        stage="check",
        value=Checked(dists=subject, installation=installation),
        summary=_summary(subject, installation),
        findings=catalog.waive(_elsewhere(found, index), settings.ignore),
        outputs={"package-name": subject.name, "package-version": subject.version} if subject.name else {},
        strict=settings.strict,
    ).taking(world.clock.monotonic() - began)


OF_RELEASE = (*catalog.collect(dists, Dists), *catalog.collect(package_files, Dists))
OF_INSTALLATION = catalog.collect(installed, Proof)
EVERY_FILE = (*archives.RULES, *borrowed.RULES, *OF_NAMES, *OF_METADATA, *chain.from_iterable(OF_CONTENT.values()))


@dataclass(frozen=True, slots=True)
class _Inspection:
    """What is done with each file, in a worker."""

    tools: Tools
    trial: Trial | None
    project: Project | None
    source: Callable[[], Path | None] | None

    def __call__(self, path: Path) -> Judged:
        opened = open_file(path, project=self.project)
        if self.trial is not None and opened.dist is not None:
            self.trial.file_is_there(path, opened.dist)
        return judge(opened, self._borrow)

    def _borrow(self, path: Path, dist: Dist) -> tuple[Remark, ...]:
        source = self.source() if self.source is not None else None
        if dist.kind is ArtifactKind.WHEEL:
            return self.tools.judge_wheel(path, source=source)
        pkg_info = dist.text(dist.metadata_path) or b""
        return self.tools.judge_sdist(
            dist.filename, member=dist.metadata_path, pkg_info=pkg_info, names=dist.files, source=source
        )


def _try(
    trial: Trial | None, judged: Iterable[Judged], subject: Dists, so_far: Iterable[Finding]
) -> tuple[Installation | None, list[Finding]]:
    if trial is None:
        return None, []
    try:
        installation, found = trial.finish([(one.path, one.dist) for one in judged if one.dist is not None])
    except IndexUnavailableError as error:
        if not any(finding.severity is Severity.ERROR for finding in so_far):
            raise
        # What else is wrong is not to be lost over it.
        return None, [reading.not_tried(str(error), hint=error.hint, severity=Severity.ERROR)]
    if installation is None:
        return None, list(found)
    proof = Proof(installation=installation, name=subject.name, version=subject.version)
    return installation, [finding for check in OF_INSTALLATION for finding in check(proof)]


def _alone(judged: Iterable[Judged]) -> Iterator[Finding]:
    """Yield what was found in each file; what is wrong with the metadata once for all that have the same."""
    seen: set[bytes | None] = set()
    for one in judged:
        yield from one.of_file
        text = one.dist.text(one.dist.metadata_path) if one.dist is not None else None
        if text is None or text not in seen:
            yield from one.of_metadata
        seen.add(text)


def _elsewhere(found: Iterable[Finding], index: Index | None) -> Iterator[Finding]:
    """Turn what only PyPI refuses into notes, where the release goes to another index."""
    for finding in found:
        rule = every.CATALOGUE.get(finding.check)
        pypis_own = rule is not None and bool(rule.pypi) and rule not in archives.RULES
        if index is None or index.is_pypi or not pypis_own:
            yield finding
        else:
            yield replace(finding, severity=Severity.NOTE)


def _summary(subject: Dists, installation: Installation | None) -> str:
    checks = len({rule.id for rule in (*EVERY_FILE, *OF_RELEASE, *(OF_INSTALLATION if installation else ()))})
    made = f"{checks} checks, {len(subject.dists)} files"
    if installation is None or installation.failure:
        return made
    return f"{made}; {installation.artifact} installed and imported on Python {installation.python}"


@contextmanager
def _workers(world: World) -> Iterator[tuple[ThreadPoolExecutor, ThreadPoolExecutor]]:
    """Give readers, and one worker for the smoke install; end what they wait for when the user interrupts."""
    with (
        ThreadPoolExecutor(READERS, thread_name_prefix="read") as readers,
        ThreadPoolExecutor(1, thread_name_prefix="smoke") as worker,
    ):
        try:
            yield readers, worker
        except BaseException:
            world.running.end()
            raise
