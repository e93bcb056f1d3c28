"""Which of the files that were built here can be released: a wheel for this very machine cannot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pypublish.findings import Finding, Outcome, Severity
from pypublish.model import Artifact, ArtifactKind
from pypublish.stages.check import Checked

NOT_ACCEPTED = "wheel-platform-is-accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Portable:
    """What goes into the release, and what there is to say of what does not."""

    checked: Outcome[Checked]
    files: tuple[Path, ...]
    artifacts: tuple[Artifact, ...]


def leave_out_wheels_of_this_machine(checked: Outcome[Checked], files: tuple[Path, ...]) -> Portable:
    """Leave wheels out whose platform no index takes, `linux_x86_64` above all; the sdist is released without them.

    They were built and tried, which proves the sdist. That they are left out is a warning, not an error.
    """
    artifacts = checked.value.artifacts if checked.value is not None else ()
    unfit = {
        finding.where.file
        for finding in checked.findings
        if finding.check == NOT_ACCEPTED and finding.severity is Severity.ERROR and finding.ignored is None
    }
    rest = tuple(artifact for artifact in artifacts if artifact.filename not in unfit)
    if not unfit or not any(artifact.kind is ArtifactKind.SDIST for artifact in rest):
        return Portable(checked=checked, files=files, artifacts=artifacts)
    kept = {artifact.filename for artifact in rest}
    return Portable(
        checked=replace(checked, findings=tuple(map(_said, checked.findings))),
        files=tuple(file for file in files if file.name in kept),
        artifacts=rest,
    )


def _said(finding: Finding) -> Finding:
    if finding.check != NOT_ACCEPTED:
        return finding
    return replace(
        finding,
        severity=Severity.WARNING,
        message=f"{finding.message}; it was built and tried, and is left out of the release",
        hint="Build wheels that others can install by cibuildwheel, and seal them with the sdist by pypublish stage.",
    )
