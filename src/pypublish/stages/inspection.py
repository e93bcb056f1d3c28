"""What check does with the files: each in a worker, then all together, then the one that is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from pypublish.archive import MemberKind
from pypublish.checks import (
    archives,
    borrowed,
    catalog,
    dists,
    entry_points,
    growth,
    handover,
    installed,
    metadata,
    package_files,
    reading,
    readme_links,
    wheel_source,
)
from pypublish.checks.installed import Proof
from pypublish.checks.subjects import Dist, Dists
from pypublish.checks.words import lower_first
from pypublish.edges.tools import Tools
from pypublish.errors import IndexUnavailableError
from pypublish.findings import Finding, Severity
from pypublish.model import ArtifactKind, Index, Installation, Release, Remark
from pypublish.stages.judging import OF_CONTENT, OF_METADATA, OF_NAMES, Judged, Opened, judge, open_file
from pypublish.stages.origin import OF_ORIGIN, Tree
from pypublish.stages.trial import Trial
from pypublish.workflows import Workflows

OF_RELEASE = tuple(
    check for topic in (dists, growth, handover, package_files, wheel_source) for check in catalog.collect(topic, Dists)
)
OF_INSTALLATION = catalog.collect(installed, Proof)
OF_FILES: tuple[catalog.Rule, ...] = (
    *(*archives.RULES, *borrowed.RULES, *OF_ORIGIN),
    *(*OF_NAMES, *OF_METADATA, *chain.from_iterable(OF_CONTENT.values())),
)


def inspect(
    files: Iterable[Path],
    *,
    tools: Tools,
    trial: Trial | None,
    readers: Executor,
    tree: Tree,
    workflows: Workflows | None = None,
    before: Mapping[str, int],
) -> tuple[Dists, Installation | None, list[Finding]]:
    """Judge the files as they come, then together; and what came of the trial. Raises what `check` does."""
    inspection = _Inspection(tools, trial, tree)
    judged = [future.result() for future in [readers.submit(inspection, path) for path in files]]
    subject = Dists(
        dists=tuple(one.dist for one in judged if one.dist is not None),
        release=tree.release,
        project=tree.project,
        workflows=workflows,
        before=before,
    )
    found = list(_alone(judged))
    if subject.dists or not judged:
        # Of files that could not be read, nothing can be said together.
        found += [finding for check in OF_RELEASE for finding in check(subject)]
    installation, of_trial = _finish(trial, judged, subject, found)
    if installation is not None and not installation.failure:
        # They were loaded: that says more than what can be seen from outside.
        found = [one for one in found if (one.check, one.where.file) != (entry_points.RESOLVE, installation.artifact)]
    return subject, installation, [*found, *of_trial]


@dataclass(frozen=True, slots=True)
class _Inspection:
    """What is done with each file, in a worker."""

    tools: Tools
    trial: Trial | None
    tree: Tree

    def __call__(self, path: Path) -> Judged:
        with self.tree.world.doing(f"reading {path.name}", stage="check"):
            opened = open_file(path, project=self.tree.project)
            if self.trial is not None and opened.dist is not None:
                self.trial.file_is_there(path, opened.dist)
            return judge(self._compare(opened), self._borrow)

    def _compare(self, opened: Opened) -> Opened:
        """Compare an sdist with what git tracks."""
        dist = opened.dist
        found = self.tree.judge(dist) if dist is not None and dist.kind is ArtifactKind.SDIST else None
        if found is None:
            return opened
        return replace(opened, findings=(*opened.findings, *found), compared=True)

    def _borrow(self, path: Path, dist: Dist) -> tuple[Remark, ...]:
        source = self.tree.folder
        if dist.kind is ArtifactKind.WHEEL:
            return self.tools.judge_wheel(path, source=source)
        pkg_info = dist.text(dist.metadata_path) or b""
        return self.tools.judge_sdist(
            dist.filename, member=dist.metadata_path, pkg_info=pkg_info, names=_names(dist), source=source
        )


def _names(dist: Dist) -> list[str]:
    return [member.name for member in dist.contents.members if member.kind is not MemberKind.DIRECTORY]


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


def weigh(
    found: Iterable[Finding],
    ignore: Mapping[str, str],
    *,
    release: Release | None,
    index: Index | None,
    as_it_stands: bool,
) -> tuple[Finding, ...]:
    """Say what counts of the findings: here, for this release and for this maintainer."""
    if ignore:
        from pypublish.checks.all import CATALOGUE

        found = [*found, *catalog.unknown_ignores(ignore, CATALOGUE)]
    noted = _noted(release, index, as_it_stands=as_it_stands)
    return catalog.waive((_as_note(finding) if finding.check in noted else finding for finding in found), ignore)


def _as_note(finding: Finding) -> Finding:
    if finding.check != metadata.built_version_is_public.id:
        return replace(finding, severity=Severity.NOTE)
    message = f"{finding.message}; PyPI would not take it, and nothing is released"
    return replace(finding, severity=Severity.NOTE, message=message, hint=f"To release: {lower_first(finding.hint)}")


def _noted(release: Release | None, index: Index | None, *, as_it_stands: bool) -> frozenset[str]:
    """Return the checks whose findings are notes: PyPI's own elsewhere, and what every build without a tag breaks."""
    if index is not None and not index.is_pypi:
        of_pypi = frozenset(rule.id for rule in (*OF_FILES, *OF_RELEASE) if rule.pypi and rule not in archives.RULES)
        return of_pypi | {rule.id for rule in catalog.collect(readme_links, Dist)}
    is_no_release = as_it_stands or (release is not None and release.tag is None and index is None)
    return frozenset({metadata.built_version_is_public.id}) if is_no_release else frozenset()


def summary(subject: Dists, installation: Installation | None) -> str:
    """Say what was done, in one line."""
    checks = len({rule.id for rule in (*OF_FILES, *OF_RELEASE, *(OF_INSTALLATION if installation else ()))})
    made = f"{checks} checks, {len(subject.dists)} files"
    if installation is None or installation.failure:
        return made
    wheels = subject.of_kind(ArtifactKind.WHEEL)
    which = "the wheel" if len(wheels) == 1 else installation.artifact
    return f"{made}; {which} installed and imported on Python {installation.python}"
