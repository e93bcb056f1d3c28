"""The version, the tag and the commit: for each check, what it finds and what it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.checks import catalog, repository, version
from pypublish.checks.version import Versioning
from pypublish.checks.version_source import Origin, VersionSource
from pypublish.findings import Severity
from pypublish.model import PYPI, Intent, Project, VersionIdentifier

COMMIT, OTHER = "1" * 40, "2" * 40
PROJECT = Project(
    root=Path("hello"),
    name="hello",
    version="1.2.0",
    backend="hatchling.build",
    build_requires=("hatchling",),
    metadata={},
    tool={},
    lines={"project.version": 7},
)
RELEASE = Versioning(
    project=PROJECT,
    intent=Intent(index=PYPI, dry_run=False, tag="v1.2.0", tag_given=True),
    source=VersionSource(origin=Origin.STATIC),
    version="1.2.0",
    tag_format="v{version}",
    git=VersionIdentifier(tag="v1.2.0", commits_since=0, commit=COMMIT, dirty=False, shallow=False),
    tag_commit=COMMIT,
    published=(),
)
REHEARSAL = replace(RELEASE, intent=Intent(index=PYPI, dry_run=True), tag_commit=None)
SCM = VersionSource(origin=Origin.VCS, tool="setuptools-scm")
BETWEEN = VersionIdentifier(tag="v1.2.0", commits_since=3, commit=OTHER, dirty=False, shallow=False)


def found(subject: Versioning) -> list[tuple[str, Severity]]:
    checks = [*catalog.collect(version, Versioning), *catalog.collect(repository, Versioning)]
    return [(finding.check, finding.severity) for finding in catalog.run(checks, subject, ignore={})]


def tagged(tag: str | None) -> Versioning:
    return replace(RELEASE, intent=replace(RELEASE.intent, tag=tag))


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(RELEASE, id="a release"),
        pytest.param(REHEARSAL, id="a rehearsal between releases"),
        pytest.param(tagged("v1.2"), id="1.2 is 1.2.0"),
        pytest.param(replace(RELEASE, version=None, source=SCM), id="a version that the build will tell"),
        pytest.param(replace(RELEASE, source=SCM), id="a version from the tag"),
        pytest.param(replace(RELEASE, git=None, intent=replace(RELEASE.intent, tag_given=False)), id="no git"),
        pytest.param(replace(RELEASE, published=None), id="an index that was not asked"),
        pytest.param(replace(RELEASE, intent=replace(RELEASE.intent, version="1.2")), id="the version given"),
        pytest.param(
            replace(RELEASE, git=replace(BETWEEN, commits_since=0, commit=COMMIT, shallow=True)),
            id="a shallow clone of a project with a static version",
        ),
    ],
)
def test_what_is_fine(subject: Versioning) -> None:
    assert found(subject) == []


ERROR, NOTE = Severity.ERROR, Severity.NOTE


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (tagged("v1.3.0"), [("tag-equals-version", ERROR)]),
        (tagged("next"), [("tag-names-a-version", ERROR)]),
        (replace(RELEASE, version="1.2.x"), [("version-is-valid", ERROR)]),
        (replace(RELEASE, tag_commit=None), [("tag-is-at-the-commit", ERROR)]),
        (replace(RELEASE, tag_commit=OTHER), [("tag-is-at-the-commit", ERROR)]),
        (replace(RELEASE, git=None), [("tag-is-at-the-commit", ERROR)]),
        (
            replace(RELEASE, intent=replace(RELEASE.intent, version="1.3")),
            [("given-version-equals-project", ERROR)],
        ),
        (
            replace(RELEASE, intent=replace(RELEASE.intent, version="latest")),
            [("given-version-equals-project", ERROR)],
        ),
        (replace(tagged("v1.2.dev3"), version="1.2.dev3"), [("version-is-no-development-version", ERROR)]),
        (replace(tagged("v1.2+deb1"), version="1.2+deb1"), [("version-is-public", ERROR)]),
        (replace(RELEASE, changes=("src/a.py",)), [("tree-is-clean", ERROR)]),
        (replace(REHEARSAL, changes=("src/a.py",)), [("tree-is-clean", NOTE)]),
        (replace(RELEASE, published=("hello-1.2.0.tar.gz",)), [("version-is-new", ERROR)]),
        (replace(REHEARSAL, published=("hello-1.2.0.tar.gz",)), [("version-is-new", NOTE)]),
        (
            replace(REHEARSAL, source=SCM, version=None, git=BETWEEN),
            [("version-is-no-development-version", NOTE)],
        ),
        (
            replace(REHEARSAL, source=SCM, version=None, git=replace(BETWEEN, shallow=True)),
            [("version-is-no-development-version", NOTE), ("history-is-complete", NOTE)],
        ),
        (replace(REHEARSAL, source=SCM, version=None, git=None), [("repository-has-the-version", NOTE)]),
    ],
)
def test_what_is_found(subject: Versioning, expected: list[tuple[str, Severity]]) -> None:
    assert found(subject) == expected


def test_the_words() -> None:
    checks = [*catalog.collect(version, Versioning), *catalog.collect(repository, Versioning)]
    subject = replace(tagged("v1.3.0"), changes=("a.py", "b.py", "c.py", "d.py"), published=("hello-1.2.0.tar.gz",))
    lines = [f"{f.where}: {f.message}\n  {f.hint}" for f in catalog.run(checks, subject, ignore={})]
    assert "\n".join(lines) == snapshot("""\
pyproject.toml:7: tag v1.3.0 names 1.3.0, but the project's version is 1.2.0
  Set the version to 1.3.0 and tag that commit, or release this commit as v1.2.0.
pyproject.toml:7: hello 1.2.0 is on pypi already: hello-1.2.0.tar.gz
  Set a new version; if an earlier run stopped half way, run that one again instead of building again.
a.py: uncommitted changes in a.py, b.py, c.py and 1 more: what is uncommitted is left out of the build
  Commit the changes, or undo them (git restore).\
""")
