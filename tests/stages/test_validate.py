"""validate, on real repositories: what is found before anything is built."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.checks.project import parse
from pypublish.edges.tree import read_tree
from pypublish.edges.world import Clock, Transport, World
from pypublish.errors import IndexUnavailableError
from pypublish.findings import Outcome, Severity
from pypublish.model import PYPI, TESTPYPI, Intent, Publisher
from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.server import serve
from pypublish.render.report import as_json
from pypublish.render.text import verdict_lines
from pypublish.settings import Settings
from pypublish.stages.validate import Valid, validate
from tests.render.lines import outcome_lines

HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
STATIC = HATCH + '[project]\nname = "hello"\nversion = "1.2.0"\n'
SCM = '[build-system]\nrequires = ["setuptools", "setuptools-scm"]\nbuild-backend = "setuptools.build_meta"\n'
SCM += '[project]\nname = "hello"\ndynamic = ["version"]\n[tool.setuptools_scm]\n'
TAGGED = Intent(index=PYPI, dry_run=False, tag="v1.2.0", tag_given=True)
DRY = Intent(index=PYPI, dry_run=True)


def git(root: Path, *args: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *args], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "my project"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root, STATIC)
    return root


def commit(root: Path, pyproject: str) -> None:
    (root / "pyproject.toml").write_text(pyproject)
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--allow-empty", "-m", "a commit", "--date=2026-01-01T00:00:00Z")


@pytest.fixture
def judge(world: World) -> Callable[..., Outcome[Valid]]:
    def judge(root: Path, intent: Intent = DRY, settings: Settings | None = None) -> Outcome[Valid]:
        return validate(parse(read_tree(root)), settings or Settings(), intent, world, ask_index=False)

    return judge


Judge = Callable[..., Outcome[Valid]]


def names(outcome: Outcome[Valid], severity: Severity = Severity.ERROR) -> list[str]:
    found = [finding.check for finding in outcome.findings if finding.severity is severity]
    return [check for check in found if check != "release-workflow-exists"]


def test_a_release(project: Path, judge: Judge) -> None:
    git(project, "tag", "v1.2.0")
    outcome = judge(project, TAGGED)
    assert outcome.ok, outcome.findings
    assert outcome.value is not None
    release = outcome.value.release
    head = git(project, "rev-parse", "HEAD").strip()
    assert (release.name, release.version, release.tag, release.commit) == ("hello", "1.2.0", "v1.2.0", head)
    assert release.epoch > 1_700_000_000
    assert outcome.summary == f"hello 1.2.0 = tag v1.2.0, commit {head[:7]}"
    assert outcome.outputs == snapshot(
        {
            "package-name": "hello",
            "package-version": "1.2.0",
            "tag": "v1.2.0",
            "is-prerelease": "false",
            "index": "pypi",
            "environment": "pypi",
            "publish": "true",
            "repository-url": "https://upload.pypi.org/legacy/",
            "index-url": "https://pypi.org/simple/",
            "project-url": "https://pypi.org/project/hello/1.2.0/",
            "python-versions": "[]",
        }
    )


def test_the_tag_at_the_commit_is_found(project: Path, judge: Judge) -> None:
    for tag in ("v1.1.0", "v1.2.0", "nightly", "v9"):
        git(project, "tag", tag)
    outcome = judge(project)
    assert outcome.value is not None
    assert outcome.value.release.tag == "v1.2.0"
    assert names(outcome) == []


def test_a_beta_in_words_is_a_prerelease(project: Path, judge: Judge) -> None:
    commit(project, STATIC.replace("1.2.0", "0.2.0b1"))
    git(project, "tag", "v0.2.0-beta1")
    outcome = judge(project, replace(TAGGED, tag="v0.2.0-beta1", index=TESTPYPI))
    assert outcome.ok
    assert (outcome.outputs["is-prerelease"], outcome.outputs["index"]) == ("true", "testpypi")


def test_a_version_from_git_is_that_of_the_tag(project: Path, judge: Judge) -> None:
    commit(project, SCM)
    git(project, "tag", "v1.3.0")
    outcome = judge(project, replace(TAGGED, tag="v1.3.0"))
    assert outcome.ok, outcome.findings
    assert outcome.value is not None
    assert outcome.value.release.version == "1.3.0"


def test_between_releases_it_is_said_and_fine(project: Path, judge: Judge) -> None:
    commit(project, SCM)
    git(project, "tag", "v1.3.0")
    commit(project, SCM)
    outcome = judge(project)
    assert outcome.ok
    assert names(outcome, Severity.NOTE) == ["version-is-no-development-version"]


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (lambda root: git(root, "tag", "-d", "v1.2.0"), "tag-is-at-the-commit"),
        (lambda root: commit(root, STATIC), "tag-is-at-the-commit"),
        (lambda root: (root / "pyproject.toml").write_text(STATIC + "# changed"), "tree-is-clean"),
        (lambda root: (root / "pyproject.toml").write_text(STATIC.replace("1.2.0", "1.3.0")), "tag-equals-version"),
        (lambda root: (root / "pyproject.toml").unlink(), "project-has-pyproject"),
        (lambda root: (root / "pyproject.toml").write_text("[project"), "pyproject-is-toml"),
        (lambda root: (root / "pyproject.toml").write_text(HATCH), "project-has-metadata"),
        (lambda root: (root / "pyproject.toml").write_text(HATCH + '[project]\nname = "a"'), "project-has-version"),
        (lambda root: (root / "pyproject.toml").write_text(STATIC + "readme = 3"), "validate-pyproject"),
    ],
)
def test_what_stops_a_release(project: Path, judge: Judge, spoil: Callable[[Path], object], check: str) -> None:
    git(project, "tag", "v1.2.0")
    spoil(project)
    outcome = judge(project, TAGGED)
    assert not outcome.ok
    assert check in names(outcome)


def test_a_shallow_clone_of_a_project_with_a_version_from_git(project: Path, tmp_path: Path, judge: Judge) -> None:
    commit(project, SCM)
    git(project, "tag", "v1.3.0")
    commit(project, SCM)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{project}", str(clone))
    outcome = judge(clone, replace(DRY, dry_run=False, index=TESTPYPI))
    assert "history-is-complete" in names(outcome)


def test_outside_of_git(tmp_path: Path, judge: Judge) -> None:
    (tmp_path / "pyproject.toml").write_text(STATIC)
    outcome = judge(tmp_path)
    assert outcome.ok
    assert outcome.summary == "hello 1.2.0"


def test_a_repository_without_a_commit(tmp_path: Path, judge: Judge) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "pyproject.toml").write_text(STATIC)
    assert judge(tmp_path).ok


def test_a_project_in_a_subdirectory(project: Path, judge: Judge) -> None:
    (project / "packages" / "inner").mkdir(parents=True)
    (project / "packages" / "inner" / "pyproject.toml").write_text(STATIC.replace('"hello"', '"inner"'))
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "inner")
    git(project, "tag", "inner-1.2.0")
    settings = Settings(tag_format="{name}-{version}")
    outcome = judge(project / "packages" / "inner", replace(TAGGED, tag="inner-1.2.0"), settings)
    assert outcome.ok, outcome.findings


@pytest.mark.parametrize("tag", ["v1\n::error::x", "--upload-pack=touch x", "v1.2.0 ", "$(id)", "v1~1"])
def test_a_hostile_tag_name_names_nothing(project: Path, judge: Judge, tag: str) -> None:
    git(project, "tag", "v1.2.0")
    outcome = judge(project, replace(TAGGED, tag=tag))
    assert not outcome.ok


def test_a_waived_finding_does_not_stop(project: Path, judge: Judge) -> None:
    git(project, "tag", "v1.2.0")
    (project / "pyproject.toml").write_text(STATIC + "# changed")
    outcome = judge(project, TAGGED, Settings(ignore={"tree-is-clean": "generated"}))
    assert outcome.ok


@pytest.fixture
def indexed(world: World, tmp_path: Path) -> Iterator[World]:
    """A world in which PyPI is the embedded index, and empty."""
    job = Job(publisher=Publisher(owner="a", repository="b", workflow="release.yml", environment="pypi"))
    with serve(tmp_path / "index", job=job) as rehearsal:
        transport = Transport(proxy=rehearsal.proxy_url, ca_file=rehearsal.ca_file)
        yield replace(world, transport=transport)


def test_the_index_is_asked(project: Path, indexed: World) -> None:
    git(project, "tag", "v1.2.0")
    outcome = validate(parse(read_tree(project)), Settings(), TAGGED, indexed)
    assert outcome.ok, outcome.findings
    assert outcome.summary.endswith(", not yet on PyPI")


def test_an_index_that_does_not_answer(project: Path, world: World) -> None:
    git(project, "tag", "v1.2.0")
    impatient = Clock(sleep=lambda _: None)
    nowhere = replace(world, transport=Transport(proxy="http://127.0.0.1:9"), clock=impatient)
    with pytest.raises(IndexUnavailableError):
        validate(parse(read_tree(project)), Settings(), TAGGED, nowhere)
    git(project, "tag", "-d", "v1.2.0")
    outcome = validate(parse(read_tree(project)), Settings(), DRY, nowhere)
    assert outcome.ok
    assert names(outcome, Severity.NOTE) == ["version-is-new"]


MISTAKEN = (
    HATCH
    + """\
[project]
name = "hello"
version = "1.2.0"
description = "Says hello."
readme = "README.rst"
license = "Apache 2.0"
license-files = ["LICENCE*"]
requires-python = ">=3.13"
dependencies = [
    "rich>=13",
    "spam @ git+https://github.com/acme/spam",
    "eggs > > 1",
]
classifiers = [
    "Programming Language :: Python 3",
    "Programming Language :: Python :: 3.12",
    "Programming Language :: Python :: 3.13",
    "Programming Language :: Python :: 3.14",
    "Natural Language :: Ukranian",
    "Private :: Do Not Upload",
]
authors = [{ name = "Jo", email = "jo at example.org" }]
[project.scripts]
"say hello" = "hello:main"
[project.urls]
Source = "github.com/acme/hello"
[project.optional-dependencies]
dev = ["ham @ https://example.org/ham-1.0.tar.gz"]
"""
)


@pytest.fixture
def mistaken(project: Path) -> Path:
    (project / "README.rst").write_text("Hello world\n====\n\nIt says hello.\n")
    commit(project, MISTAKEN)
    return project


def test_what_a_person_reads_of_a_project_with_many_mistakes(mistaken: Path, judge: Judge) -> None:
    outcome = judge(mistaken)
    lines = [*outcome_lines(outcome, width=100)[1:], "", *verdict_lines(outcome, width=100)]
    assert "\n".join(lines) == snapshot("""\
     error    README.rst:2: this keeps the readme from rendering on PyPI: Title underline too short.
              [description-renders]
              → Mend the line that is named; or say that the readme is Markdown, if it is.

     error    pyproject.toml:9: 'Apache 2.0' is no licence expression of SPDX [license-is-accepted]
              → Did you mean 'Apache-2.0'? See https://spdx.org/licenses/.
     error    pyproject.toml:14: the dependency 'spam @ git+https://github.com/acme/spam' is an
              address, not a release [dependencies-are-accepted]
              → Publish the dependency, or depend on a release of it; change `dependencies` in
                pyproject.toml.
     error    pyproject.toml:15: the dependency 'eggs > > 1' cannot be read
              [dependencies-are-accepted]
              → Write it as in `name>=1.0`
                (https://packaging.python.org/specifications/dependency-specifiers/).
     error    pyproject.toml:18: PyPI knows no classifier 'Programming Language :: Python 3'
              [classifiers-are-known]
              → Did you mean 'Programming Language :: Python'?
     error    pyproject.toml:22: the classifier 'Natural Language :: Ukranian' is deprecated
              [classifiers-are-known]
              → Write 'Natural Language :: Ukrainian' instead.
     error    pyproject.toml:25: 'jo at example.org' is no e-mail address: an email address must
              have an @-sign [emails-are-valid]
              → Change `email` under `authors` or `maintainers` in pyproject.toml.
     error    pyproject.toml:27: 'say hello' is no name for a script (console_scripts)
              [entry-points-are-readable]
              → Write it with letters, digits, `.`, `_` and `-`, without blanks.
     error    pyproject.toml:29: 'github.com/acme/hello' is no web address [urls-are-valid]
              → Write the whole address, from https:// (or http://) on.
     error    pyproject.toml:31: the dependency 'ham @ https://example.org/ham-1.0.tar.gz ; extra ==
              "dev"' is an address, not a release [dependencies-are-accepted]
              → Publish the dependency, or depend on a release of it; change `dependencies` in
                pyproject.toml.
     warning  pyproject.toml:10: no file of the project fits the licence file 'LICENCE*'
              [license-files-are-there]
              → Name the files as they are spelled, from the folder of pyproject.toml on.
     warning  pyproject.toml:17: 3.15 is allowed by requires-python '>=3.13', but no classifier
              names it [classifiers-match-requires-python]
              → Add "Programming Language :: Python :: 3.15" when you have tried it, or say why not
                under [tool.pypublish.ignore].
     warning  pyproject.toml:19: a classifier names Python 3.12, which requires-python '>=3.13' does
              not allow [classifiers-match-requires-python]
              → Remove the classifier, or allow that Python.
     note     pyproject.toml:23: the classifier 'Private :: Do Not Upload' keeps the project from
              being published [project-is-not-private]
              → If it is meant to be published, remove the classifier; if not, do not release it to
                PyPI.

     note     no workflow in .github/workflows publishes; the template's is assumed
              [release-workflow-exists]
              → Run `pypublish init`, which writes one.

Stopped by 10 errors; nothing was uploaded.
pypublish explain description-renders says more about the first.\
""")


def test_every_mistake_is_said_once(mistaken: Path, judge: Judge) -> None:
    outcome = judge(mistaken)
    places = [(finding.where, finding.message) for finding in outcome.findings]
    assert len(set(places)) == len(places)
    assert "validate-pyproject" not in names(outcome)


def test_what_is_wrong_with_the_tables_alone_is_said_by_the_schema(project: Path, judge: Judge) -> None:
    commit(project, STATIC + 'dependencies = ["a >> 1", 3]\nlicence = "MIT"\n')
    outcome = judge(project)
    found = [(finding.check, finding.message) for finding in outcome.findings if finding.severity is Severity.ERROR]
    assert found == snapshot(
        [
            ("dependencies-are-accepted", "the dependency 'a >> 1' cannot be read"),
            ("validate-pyproject", "project.dependencies = 3: must be string"),
            ("validate-pyproject", "project has no such key: 'licence'"),
        ]
    )


@pytest.mark.parametrize(("intent", "severity"), [(TAGGED, Severity.ERROR), (DRY, Severity.NOTE)])
def test_a_private_project_is_rehearsed_but_not_released(
    project: Path, judge: Judge, intent: Intent, severity: Severity
) -> None:
    commit(project, STATIC + 'classifiers = ["Private :: Do Not Upload"]\n')
    git(project, "tag", "v1.2.0")
    outcome = judge(project, intent)
    assert "project-is-not-private" in names(outcome, severity)
    assert outcome.ok is (severity is Severity.NOTE)


def test_pypis_own_rules_are_notes_for_another_index(project: Path, judge: Judge) -> None:
    commit(project, STATIC + 'classifiers = ["Topic :: Ours"]\nreadme = "NOWHERE.md"\n')
    own = replace(PYPI, name="own")
    outcome = judge(project, replace(DRY, index=own))
    assert "classifiers-are-known" in names(outcome, Severity.NOTE)
    assert names(outcome) == ["readme-is-there"]


def test_an_error_is_waived_with_what_pypi_is_expected_to_answer(project: Path, judge: Judge) -> None:
    commit(project, STATIC + 'classifiers = ["Topic :: Ours"]\n')
    outcome = judge(project, DRY, Settings(ignore={"classifiers-are-known": "we know better"}))
    assert outcome.ok
    (found,) = [finding for finding in outcome.findings if finding.defies]
    assert found.answer == snapshot(
        "400 'Topic :: Ours' is not a valid classifier. See https://packaging.python.org/specifications/core-metadata for more information."
    )
    assert "\n".join(verdict_lines(outcome, width=100)) == snapshot("""\
Fine.
PyPI is expected to refuse this release over what is waived: classifiers-are-known.\
""")
    assert json.loads(as_json(outcome))["findings"][0]["answer"] == found.answer


def test_files_are_looked_for_where_they_may_be(project: Path, judge: Judge) -> None:
    inner = project / "packages" / "inner"
    (inner / "licenses").mkdir(parents=True)
    (inner / "licenses" / "MIT.txt").touch()
    (project / "README.md").write_text("# hello")
    (inner / "README.md").symlink_to("../../README.md")
    (inner / "pyproject.toml").write_text(
        STATIC + 'readme = "README.md"\nlicense-files = ["licenses/*", "**/MIT.txt"]\n'
    )
    assert names(judge(inner)) == names(judge(inner), Severity.WARNING) == []
    (inner / "pyproject.toml").write_text(
        STATIC + 'readme = "nowhere.md"\nlicense-files = ["/etc/passwd", "A*", "["]\n'
    )
    outcome = judge(inner)
    assert names(outcome) == ["readme-is-there"]
    assert [f.message for f in outcome.findings if f.check == "license-files-are-there"] == snapshot(
        [
            "the licence file '/etc/passwd' is outside of the project",
            "no file of the project fits the licence file 'A*'",
            "no file of the project fits the licence file '['",
        ]
    )


def test_a_new_projects_name_is_judged(project: Path, indexed: World) -> None:
    commit(project, STATIC.replace('"hello"', '"data-classes"'))
    assert validate(parse(read_tree(project)), Settings(), DRY, indexed).ok
    commit(project, STATIC.replace('"hello"', '"dataclasses"'))
    outcome = validate(parse(read_tree(project)), Settings(), DRY, indexed)
    assert names(outcome) == ["new-project-may-have-its-name"]
