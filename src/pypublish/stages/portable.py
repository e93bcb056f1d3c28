"""Which of the files that were built here can be released: a wheel for this very machine cannot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pypublish.findings import Finding, Outcome, Severity
from pypublish.model import Artifact, ArtifactKind
from pypublish.stages.check import Checked
from pypublish.stages.elsewhere import Elsewhere

NOT_ACCEPTED = "wheel-platform-is-accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What goes into the release, and what there is to say of what does not."""

    checked: Outcome[Checked]
    files: tuple[Path, ...]
    artifacts: tuple[Artifact, ...]


def leave_out_wheels_of_this_machine(
    checked: Outcome[Checked], files: tuple[Path, ...], *, built_in: str = ""
) -> Chosen:
    """Leave wheels out whose platform no index takes, `linux_x86_64` above all; the sdist is released without them.

    They were built and tried, which proves the sdist. That they are left out is a warning, not an error; and a note
    where a workflow, `built_in`, has wheels built for each platform.
    """
    artifacts = checked.value.artifacts if checked.value is not None else ()
    unfit = {
        finding.where.file
        for finding in checked.findings
        if finding.check == NOT_ACCEPTED and finding.severity is Severity.ERROR and finding.ignored is None
    }
    rest = tuple(artifact for artifact in artifacts if artifact.filename not in unfit)
    if not unfit or not any(artifact.kind is ArtifactKind.SDIST for artifact in rest):
        return Chosen(checked=checked, files=files, artifacts=artifacts)
    kept = {artifact.filename for artifact in rest}
    return Chosen(
        checked=replace(checked, findings=tuple(_said(finding, built_in) for finding in checked.findings)),
        files=tuple(file for file in files if file.name in kept),
        artifacts=rest,
    )


def with_those_from_elsewhere(checked: Outcome[Checked], built: tuple[Path, ...], elsewhere: Elsewhere) -> Chosen:
    """Release what was built elsewhere, and what of the files that were built here goes with it.

    Whoever gives a wheel that no index takes means to release it: that stops the release.
    """
    artifacts = checked.value.artifacts if checked.value is not None else ()
    foreign = {file.name for file in elsewhere.files}
    return Chosen(
        checked=checked,
        files=(*elsewhere.files, *filter(elsewhere.takes, built)),
        artifacts=tuple(replace(one, build=None) if one.filename in foreign else one for one in artifacts),
    )


def _said(finding: Finding, built_in: str) -> Finding:
    if finding.check != NOT_ACCEPTED:
        return finding
    if built_in:
        hint = f"{built_in} has cibuildwheel build those of the release. To give such here: --packages-dir."
        return replace(finding, severity=Severity.NOTE, message=f"{finding.message}; it was built and tried", hint=hint)
    return replace(
        finding,
        severity=Severity.WARNING,
        message=f"{finding.message}; it was built and tried, and is left out of the release",
        hint="pypublish init --template release-wheels sets cibuildwheel up, which builds wheels that others can"
        " install. To give such yourself: --packages-dir.",
    )
