"""A project in git, as validate judges it before anything is built."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pypublish.findings import Outcome, Severity
from pypublish.model import PYPI, Intent
from pypublish.stages.validate import Valid
from tests import projects

HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
STATIC = HATCH + '[project]\nname = "hello"\nversion = "1.2.0"\n'
SCM = '[build-system]\nrequires = ["setuptools", "setuptools-scm"]\nbuild-backend = "setuptools.build_meta"\n'
SCM += '[project]\nname = "hello"\ndynamic = ["version"]\n[tool.setuptools_scm]\n'
TAGGED = Intent(index=PYPI, dry_run=False, tag="v1.2.0", tag_given=True)
DRY = Intent(index=PYPI, dry_run=True)

Judge = Callable[..., Outcome[Valid]]


def commit(root: Path, pyproject: str) -> None:
    """Commit everything, with this pyproject.toml."""
    (root / "pyproject.toml").write_text(pyproject)
    projects.commit(root)


def names(outcome: Outcome[Valid], severity: Severity = Severity.ERROR) -> list[str]:
    found = [finding.check for finding in outcome.findings if finding.severity is severity]
    return [check for check in found if check != "release-workflow-exists"]
