"""Which file of a release an installer takes for a Python, and what else is found on the way to trying it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from pypublish.checks.catalog import Rule, rule
from pypublish.checks.wheel_files import expand
from pypublish.findings import Finding, Location, Severity
from pypublish.model import Artifact, ArtifactKind, Index
from pypublish.pypi.filenames import parse_wheel

SERVED_FILES_ARE_THE_SEALED_ONES = rule(
    "served-files-are-the-sealed-ones",
    Severity.ERROR,
    """What the index serves for a file are the bytes that were checked, not only what its page promises.

    A user whose installer does not compare digests would run the other bytes.

    Fix: do not use the release; tell the index's operators, and look whether a proxy in the way changes downloads.
    """,
)
SERVED_METADATA_ARE_THE_WHEELS = rule(
    "served-metadata-are-the-wheels",
    Severity.ERROR,
    """The metadata that the index serves beside a wheel are those in the wheel (PEP 658).

    Installers decide by them what else to install, before they have the wheel.

    Fix: tell the index's operators.
    """,
)
PIP_FINDS_THE_RELEASE = rule(
    "pip-finds-the-release",
    Severity.ERROR,
    """pip, asked for the version by name, finds it on the index and fetches the sealed wheel.

    It is how users install.

    Fix: read what pip says; if it does not see the version yet, run this again in some minutes.
    """,
)
PIP_IS_THERE = rule(
    "pip-is-there",
    Severity.WARNING,
    """pip can be had for the trial, from `dependencies-index` or from Python itself.

    Without it the release was tried with uv alone, and most users have pip.

    Fix: let this machine reach `dependencies-index`, or use a Python that has ensurepip.
    """,
)
PYTHONS_ARE_THERE = rule(
    "pythons-are-there",
    Severity.WARNING,
    """Every Python that the release is to be tried on is installed on this machine.

    On the others nobody knows whether it works.

    Fix: install it, in a workflow by a setup-python step before this one, or take it out of `python`.
    """,
)
PYTHONS_ARE_ALLOWED = rule(
    "pythons-are-allowed",
    Severity.WARNING,
    """Every Python that the release is to be tried on is one that its requires-python allows.

    Installers take an older release there, or none.

    Fix: take the Python out of `python`, or widen requires-python.
    """,
)
WHEELS_FIT = rule(
    "wheels-fit",
    Severity.NOTE,
    """A wheel of the release fits each Python that it is tried on.

    Without one, users there build the sdist, if they can.

    Fix: build a wheel for this platform and Python, or none at all for pure Python: py3-none-any fits everywhere.
    """,
)


def found(rule: Rule, message: str, *, file: str | None = None) -> Finding:
    """Make a finding by a rule of these."""
    return Finding(check=rule.id, severity=rule.severity, message=message, hint=rule.fix, where=Location(file=file))


def other_bytes(artifact: Artifact, index: Index, *, size: int, sha256: str | None) -> Finding:
    """Make the finding for a file that the index serves with other bytes; no `sha256` where it is too long."""
    what = f"more than {artifact.size} bytes" if sha256 is None else f"{size} bytes with sha256 {sha256}"
    return found(
        SERVED_FILES_ARE_THE_SEALED_ONES,
        f"{index.title} serves {what}; sealed were {artifact.size} bytes with sha256 {artifact.sha256}",
        file=artifact.filename,
    )


UNIVERSAL = "py3-none-any"
"""The tag of a wheel for every Python 3 on every platform."""


def is_universal(artifact: Artifact) -> bool:
    """Whether a file fits wherever its requires-python does, as every sdist tries to."""
    if artifact.kind is ArtifactKind.SDIST:
        return True
    name = parse_wheel(artifact.filename)
    return not isinstance(name, str) and UNIVERSAL in expand(name)


def allows(artifact: Artifact, python: str) -> bool:
    """Whether a file's requires-python allows the Python of that version."""
    try:
        # Installers look at 3.14.0, not at its release candidate.
        return SpecifierSet(artifact.requires_python).contains(Version(python).base_version)
    except InvalidSpecifier:
        return True


def wheel_for(artifacts: Iterable[Artifact], *, tags: Sequence[str], python: str) -> Artifact | None:
    """Return the wheel that fits best; None where none does. `tags` are the Python's, the best first."""
    ranks = {tag: rank for rank, tag in enumerate(tags)}
    ranked = [
        (min(ranks[tag] for tag in expand(name) if tag in ranks), artifact.filename, artifact)
        for artifact in artifacts
        if artifact.kind is ArtifactKind.WHEEL
        and allows(artifact, python)
        and not isinstance(name := parse_wheel(artifact.filename), str)
        and not ranks.keys().isdisjoint(expand(name))
    ]
    return min(ranked, key=lambda one: one[:2])[2] if ranked else None


def sdist_for(artifacts: Iterable[Artifact], *, python: str) -> Artifact | None:
    """Return the sdist, where there is one and it allows this Python."""
    return next((a for a in artifacts if a.kind is ArtifactKind.SDIST and allows(a, python)), None)
