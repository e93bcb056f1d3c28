"""What check does with the files: each in a worker, then all together, then the one that is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from pypublish.checks import archives, borrowed, catalog, dists, installed, package_files, reading, wheel_source
from pypublish.checks.installed import Proof
from pypublish.checks.subjects import Dist, Dists
from pypublish.edges.tools import Tools
from pypublish.errors import IndexUnavailableError
from pypublish.findings import Finding, Severity
from pypublish.model import ArtifactKind, Index, Installation, Project, Release, Remark
from pypublish.stages.judging import OF_CONTENT, OF_METADATA, OF_NAMES, Judged, judge, open_file
from pypublish.stages.trial import Trial

OF_RELEASE = tuple(check for topic in (dists, package_files, wheel_source) for check in catalog.collect(topic, Dists))
OF_INSTALLATION = catalog.collect(installed, Proof)
OF_FILES = (*archives.RULES, *borrowed.RULES, *OF_NAMES, *OF_METADATA, *chain.from_iterable(OF_CONTENT.values()))


def inspect(
    files: Iterable[Path],
    *,
    tools: Tools,
    trial: Trial | None,
    readers: Executor,
    release: Release | None,
    project: Project | None,
    source: Callable[[], Path | None] | None,
) -> tuple[Dists, Installation | None, list[Finding]]:
    """Judge the files as they come, then together; and what came of the trial. Raises what `check` does."""
    inspection = _Inspection(tools, trial, project, source)
    judged = [future.result() for future in [readers.submit(inspection, path) for path in files]]
    subject = Dists(dists=tuple(one.dist for one in judged if one.dist is not None), release=release, project=project)
    found = list(_alone(judged))
    if subject.dists or not judged:
        # Of files that could not be read, nothing can be said together.
        found += [finding for check in OF_RELEASE for finding in check(subject)]
    installation, of_trial = _finish(trial, judged, subject, found)
    return subject, installation, [*found, *of_trial]


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


def _alone(judged: Iterable[Judged]) -> Iterator[Finding]:
    """Yield what was found in each file; what is wrong with the metadata once for all that have the same."""
    seen: set[bytes | None] = set()
    for one in judged:
        yield from one.of_file
        text = one.dist.text(one.dist.metadata_path) if one.dist is not None else None
        if text is None or text not in seen:
            yield from one.of_metadata
        seen.add(text)


def _finish(
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


def weigh(found: Iterable[Finding], ignore: Mapping[str, str], index: Index | None) -> tuple[Finding, ...]:
    """Say what counts of the findings, here and for this maintainer."""
    if ignore:
        from pypublish.checks.all import CATALOGUE

        found = [*found, *catalog.unknown_ignores(ignore, CATALOGUE)]
    if index is not None and not index.is_pypi:
        found = map(_elsewhere, found)
    return catalog.waive(found, ignore)


def _elsewhere(finding: Finding) -> Finding:
    """Turn what only PyPI refuses into a note, where the release goes to another index."""
    rule = {rule.id: rule for rule in (*OF_FILES, *OF_RELEASE)}.get(finding.check)
    if rule is None or not rule.pypi or rule in archives.RULES:
        return finding
    return replace(finding, severity=Severity.NOTE)


def summary(subject: Dists, installation: Installation | None) -> str:
    """Say what was done, in one line."""
    checks = len({rule.id for rule in (*OF_FILES, *OF_RELEASE, *(OF_INSTALLATION if installation else ()))})
    made = f"{checks} checks, {len(subject.dists)} files"
    if installation is None or installation.failure:
        return made
    return f"{made}; {installation.artifact} installed and imported on Python {installation.python}"
