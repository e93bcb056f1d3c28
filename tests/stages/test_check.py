"""check, from the files to the outcome."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import pytest
from inline_snapshot import snapshot

from pypublish.edges import dists
from pypublish.edges.github_yaml import parse
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.findings import Outcome, Severity
from pypublish.model import PYPI, Index, Project, Release
from pypublish.settings import Settings
from pypublish.stages.check import Checked, check
from pypublish.workflows import Workflows
from tests.factories import Made, make_record, metadata, sdist, wheel

RELEASE = Release(name="hello", version="1.0.0", tag="v1.0.0", commit="3fd21c0", epoch=0)
SETTINGS = Settings()
MADE = "hello-1.0.0.tar.gz::hello-1.0.0/src/hello/grammar.txt"
NEW = "hello-1.0.0.tar.gz::hello-1.0.0/src/hello/new.py"
CHANGED = "hello-1.0.0.tar.gz::hello-1.0.0/src/hello/__init__.py"
LOST = "hello-1.0.0-py3-none-any.whl::hello/new.py"
COMPARED = "warning check-manifest:missing-from-"


class Bench:
    """Writes files, checks them, and says what was found."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder

    def outcome(self, *made: Made, settings: Settings = SETTINGS, **more: object) -> Outcome[Checked]:
        files = [one.write(self.folder / str(number)) for number, one in enumerate(made)]
        return check(files, settings, self.world, **more)  # type: ignore[arg-type]

    def __call__(self, *made: Made, settings: Settings = SETTINGS, **more: object) -> list[str]:
        return said(self.outcome(*made, settings=settings, **{"smoke": False, **more}))


def said(outcome: Outcome[Checked]) -> list[str]:
    lines = [f"{found.severity} {found.check} {found.where}: {found.message}" for found in outcome.findings]
    return [re.sub(r"Python 3\.\d+\.\d+", "Python 3.x", line) for line in lines]


@pytest.fixture
def bench(world: World, tmp_path: Path) -> Bench:
    offline = replace(world, environ={**world.environ, "UV_OFFLINE": "1"})
    return Bench(offline, tmp_path)


def test_sound_files_are_checked_installed_and_described(bench: Bench) -> None:
    code = "__version__ = '1.0.0'"
    made = (sdist({"src/hello/__init__.py": code}), wheel({"hello/__init__.py": code}))
    outcome = bench.outcome(*made, release=RELEASE)
    assert said(outcome) == []
    assert outcome.ok
    assert outcome.outputs == {"package-name": "hello", "package-version": "1.0.0"}
    assert outcome.value is not None
    assert [one.filename for one in outcome.value.artifacts] == ["hello-1.0.0-py3-none-any.whl", "hello-1.0.0.tar.gz"]
    assert outcome.value.installation is not None
    assert [use.name for use in outcome.value.installation.imports] == ["hello"]
    assert "2 files; the wheel installed and imported on Python 3." in outcome.summary


def test_everything_wrong_is_told_at_once(bench: Bench) -> None:
    info = "hello-1.0.0.dist-info"
    meta = metadata({"License-Expression": None, "Author": None}, "Classifier: No")
    source = {"src/hello/__init__.py": "import world"}
    broken = wheel(
        {"hello/__init__.py": "import world"},
        meta=meta,
        record=make_record({"hello/__init__.py": "other", f"{info}/METADATA": meta}, info),
        entry_points="[console_scripts]\nhello = hello:main\n",
    )
    assert said(
        bench.outcome(sdist(source, meta=meta, top="Hello-1.0.0"), broken, release=replace(RELEASE, version="1.0.1"))
    ) == (
        snapshot(
            [
                "warning sdist-folder-is-named-like-it hello-1.0.0.tar.gz::Hello-1.0.0: the folder in it is Hello-1.0.0, not hello-1.0.0",
                "error classifiers-are-known hello-1.0.0.tar.gz::Hello-1.0.0/PKG-INFO: PyPI knows no classifier 'No'",
                "warning license-is-given hello-1.0.0.tar.gz::Hello-1.0.0/PKG-INFO: there is no licence",
                "warning author-is-given hello-1.0.0.tar.gz::Hello-1.0.0/PKG-INFO: there is neither an author nor a maintainer",
                "error record-names-every-file hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/WHEEL: hello-1.0.0.dist-info/WHEEL is in the wheel, but not in RECORD",
                "error record-names-every-file hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/entry_points.txt: hello-1.0.0.dist-info/entry_points.txt is in the wheel, but not in RECORD",
                "error record-digests-match hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/RECORD:1: hello/__init__.py has another digest than RECORD says",
                "error files-are-of-one-version hello-1.0.0.tar.gz::Hello-1.0.0/PKG-INFO: it is version 1.0.0, not 1.0.1",
                "error files-are-of-one-version hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/METADATA: it is version 1.0.0, not 1.0.1",
                "error modules-import hello-1.0.0-py3-none-any.whl: hello does not import on Python 3.x: ModuleNotFoundError: No module named 'world' (hello/__init__.py:1)",
                "error entry-points-load hello-1.0.0-py3-none-any.whl: console_scripts: hello = hello:main does not load on Python 3.x: ModuleNotFoundError: No module named 'world' (hello/__init__.py:1)",
            ]
        )
    )


def test_the_publishing_job_is_asked_whether_it_can_upload_what_was_built(bench: Bench) -> None:
    text = "on: push\njobs:\n  a:\n    steps:\n      - uses: pypa/gh-action-pypi-publish@v1.14.0\n"
    workflows = Workflows(workflows=(parse(text, "release.yml"),))
    found = bench(sdist(meta=metadata({"Metadata-Version": "2.5"})), workflows=workflows)
    assert found == [
        "warning release-has-a-wheel : there is no wheel",
        "error publisher-knows-metadata release.yml:5: the publishing action v1.14.0 reads Metadata-Version 2.4 at most; hello-1.0.0.tar.gz has 2.5",
    ]


def test_an_error_of_pypis_can_be_waived_and_its_answer_is_told(bench: Bench) -> None:
    settings = Settings(ignore={"sdist-filename-is-canonical": "we know better"})
    outcome = bench.outcome(sdist(filename="Hello-1.0.0.tar.gz"), wheel(), settings=settings, smoke=False)
    assert outcome.ok
    assert [finding.answer for finding in outcome.findings if finding.defies] == [
        "400 Filename 'Hello-1.0.0.tar.gz' is invalid, should be 'hello-1.0.0.tar.gz'."
    ]


def test_what_is_wrong_with_the_metadata_is_told_once_for_all_files(bench: Bench) -> None:
    meta = metadata({"Author": None})
    wheels = [wheel(meta=meta, tag=f"{python}-none-any", files={f"h/{python}.py": ""}) for python in ("py2", "py3")]
    found = bench(sdist(meta=meta), *wheels)
    assert [line for line in found if "author" in line] == [
        "warning author-is-given hello-1.0.0.tar.gz::hello-1.0.0/PKG-INFO: there is neither an author nor a maintainer"
    ]


@pytest.mark.parametrize(
    ("made", "finding"),
    [
        pytest.param(
            Made(filename="hello-1.0.0-py3-none-any.whl", content=wheel().content[:-40]),
            "error archive-is-readable hello-1.0.0-py3-none-any.whl: ",
            id="truncated wheel",
        ),
        pytest.param(
            Made(filename="hello-1.0.0.tar.gz", content=sdist().content[:-40]),
            "error archive-is-readable hello-1.0.0.tar.gz: ",
            id="truncated sdist",
        ),
        pytest.param(
            Made(filename="hello-1.0.0.tar.gz", content=b""),
            "error archive-is-readable hello-1.0.0.tar.gz: ",
            id="empty sdist",
        ),
        pytest.param(
            Made(filename="hello-1.0.0-py3-none-any.whl", content=b"\0" * 100),
            "error archive-is-readable hello-1.0.0-py3-none-any.whl: ",
            id="no wheel",
        ),
        pytest.param(
            Made(filename="hello-1.0.0-py3-none-any.whl", content=sdist().content),
            "error archive-is-readable hello-1.0.0-py3-none-any.whl: ",
            id="sdist named as a wheel",
        ),
        pytest.param(
            Made(filename="hello-1.0.0.egg", content=wheel().content),
            "error file-is-a-distribution hello-1.0.0.egg: hello-1.0.0.egg is neither an sdist nor a wheel",
            id="egg",
        ),
    ],
)
def test_files_that_are_none_are_findings(bench: Bench, made: Made, finding: str) -> None:
    assert any(line.startswith(finding) for line in bench(made, smoke=True))


def test_what_cannot_be_read_is_a_finding(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "folder.whl").mkdir()
    files = [tmp_path / "folder.whl", tmp_path / "missing.tar.gz", tmp_path]
    assert said(check(files, SETTINGS, bench.world)) == [
        "error file-is-readable folder.whl: folder.whl is a folder; name the files in it",
        "error file-is-readable missing.tar.gz: missing.tar.gz is not there",
        f"error file-is-readable {tmp_path.name}: {tmp_path.name} is a folder; name the files in it",
        "note smoke-install-is-tried : no wheel was installed, since there is none that could be",
    ]


def test_no_files_are_a_finding(bench: Bench) -> None:
    assert bench() == ["error release-has-files : there is no distribution file"]


def test_files_are_checked_as_they_come(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel is delivered only after the sdist has been read."""
    read = threading.Event()
    delivered: SimpleQueue[Path | None] = SimpleQueue()
    real = dists.read

    def reading(path: Path, **how: object) -> object:
        contents = real(path, **how)  # type: ignore[arg-type]
        read.set()
        return contents

    def files() -> Iterator[Path]:
        yield sdist().write(tmp_path)
        assert read.wait(60)
        yield wheel().write(tmp_path)

    monkeypatch.setattr(dists, "read", reading)
    assert delivered.empty()
    assert said(check(files(), SETTINGS, bench.world)) == []


def test_a_build_that_fails_before_any_file_is_no_trouble(bench: Bench) -> None:
    def files() -> Iterable[Path]:
        yield from ()

    def never() -> Path:
        raise AssertionError

    outcome = check(files(), SETTINGS, bench.world, source=never)
    assert not outcome.ok


def test_an_interrupted_check_ends_what_it_started(bench: Bench, tmp_path: Path) -> None:
    def files() -> Iterator[Path]:
        yield wheel({"hello.py": "import time; time.sleep(600)"}).write(tmp_path)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(files(), SETTINGS, bench.world)
    assert bench.world.running.ended


@pytest.mark.parametrize(
    ("tag", "requires", "note"),
    [
        (
            "cp313-cp313-win32",
            ">=3.8",
            r"(none is for this platform and Python): hello-1.0.0-cp313-cp313-win32.whl",
        ),
        ("py3-none-any", ">=4", r"(it asks for Python >=4): hello-1.0.0-py3-none-any.whl"),
    ],
    ids=["platform", "python"],
)
def test_a_wheel_that_does_not_fit_is_not_installed(bench: Bench, tag: str, requires: str, note: str) -> None:
    if os.name == "nt":
        pytest.skip("it fits there")
    found = bench(wheel(tag=tag, meta=metadata({"Requires-Python": requires})), smoke=True)
    (line,) = [line for line in found if "smoke-install" in line]
    assert line.startswith("note smoke-install-is-tried : no wheel was installed on Python 3.x ")
    assert line.endswith(note)


def test_of_several_wheels_the_best_is_installed(bench: Bench) -> None:
    import sys

    here = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    tags = ["cp30-cp30-win32", f"{here}-none-any", f"py{sys.version_info[0]}.py2-none-any", "py2-none-any"]
    made = [wheel({"hello.py": f"x = {tag!r}"}, tag=tag) for tag in tags]
    outcome = bench.outcome(made[0], made[1], made[3])
    assert outcome.value is not None
    assert outcome.value.installation is not None
    assert outcome.value.installation.artifact == made[1].filename


def test_what_only_the_sdist_depends_on_does_not_help_the_wheel(bench: Bench) -> None:
    """The environment was prepared by the sdist's word; the wheel, which says otherwise, gets a new one."""
    there = metadata({}, "Requires-Dist: world; python_version < '3'")
    outcome = bench.outcome(sdist(meta=there), wheel({"hello.py": ""}))
    assert [line.split()[1] for line in said(outcome)] == ["metadata-agree"]
    assert outcome.value is not None
    assert outcome.value.installation is not None


@pytest.mark.parametrize(
    "static", ["world; python_version < '3'", "moon; python_version < '3'"], ids=["right", "wrong"]
)
def test_what_is_known_before_the_build_is_installed_before_the_build(
    bench: Bench, tmp_path: Path, static: str
) -> None:
    """And where the wheel depends on something else, nothing of it is left to help."""
    known = replace(project(tmp_path), metadata={"name": "hello", "dependencies": [static]})
    meta = metadata({}, "Requires-Dist: world; python_version < '3'")
    made = sdist({"src/hello/__init__.py": ""}, meta=meta), wheel(meta=meta)
    outcome = bench.outcome(*made, project=known)
    assert said(outcome) == []
    assert outcome.value is not None
    assert outcome.value.installation is not None
    assert outcome.value.installation.version == "1.0.0"


def test_an_index_that_does_not_answer_is_an_error_of_its_own(bench: Bench) -> None:
    lonely = metadata({}, "Requires-Dist: world-that-nobody-has-in-a-cache")
    with pytest.raises(IndexUnavailableError):
        bench.outcome(sdist(meta=lonely), wheel(meta=lonely))


def test_but_it_does_not_hide_what_else_is_wrong(bench: Bench) -> None:
    lonely = metadata({"Summary": "hello " * 99}, "Requires-Dist: world-that-nobody-has-in-a-cache")
    found = bench(wheel(meta=lonely), smoke=True)
    assert [line.split()[:2] for line in found] == [
        ["error", "summary-fits"],
        ["warning", "release-has-an-sdist"],
        ["error", "smoke-install-is-tried"],
    ]


def test_a_waived_finding_stays_with_its_reason_and_a_misspelled_waiver_is_told(bench: Bench) -> None:
    settings = Settings(ignore={"metadata-agree": "they are what they are", "metadata-agrees": "so"})
    outcome = bench.outcome(sdist(meta=metadata({"Requires-Python": ">=3"})), wheel(), settings=settings, smoke=False)
    assert [(found.check, found.severity, found.ignored) for found in outcome.findings] == [
        ("metadata-agree", Severity.ERROR, "they are what they are"),
        ("ignored-check-exists", Severity.WARNING, None),
    ]
    assert outcome.ok


def test_pypis_own_rules_are_notes_on_another_index(bench: Bench) -> None:
    own = Index(name="own", upload_url="https://u", simple_url="https://s", oidc_audience="own")
    local = wheel(version="1.0.0+a")
    severities = {
        index.name: {line.split()[1]: line.split()[0] for line in bench(local, index=index)} for index in (PYPI, own)
    }
    assert severities["pypi"]["built-version-is-public"] == "error"
    assert severities["own"]["built-version-is-public"] == "note"


@pytest.mark.parametrize(("as_it_stands", "severity"), [(True, "note"), (False, "error")])
def test_a_local_version_is_a_note_in_a_rehearsal(bench: Bench, as_it_stands: bool, severity: str) -> None:
    made = sdist({"src/hello/__init__.py": ""}, version="1.0.0+a"), wheel(version="1.0.0+a")
    release = replace(RELEASE, version="1.0.0+a", tag=None)
    outcome = bench.outcome(*made, release=release, index=PYPI, as_it_stands=as_it_stands)
    assert [line.split()[:2] for line in said(outcome)] == [[severity, "built-version-is-public"]]


@pytest.mark.parametrize(
    ("release", "index", "severity"),
    [
        (None, None, "error"),
        (replace(RELEASE, version="1.0.0+a"), None, "error"),
        (replace(RELEASE, version="1.0.0+a", tag=None), None, "note"),
        (replace(RELEASE, version="1.0.0+a", tag=None), PYPI, "error"),
    ],
    ids=["files alone", "tag", "no tag", "no tag, yet to PyPI"],
)
def test_a_local_version_is_a_note_where_nothing_is_released(
    bench: Bench, release: Release | None, index: Index | None, severity: str
) -> None:
    made = sdist({"src/hello/__init__.py": ""}, version="1.0.0+a"), wheel(version="1.0.0+a")
    outcome = bench.outcome(*made, release=release, index=index)
    assert [line.split()[:2] for line in said(outcome)] == [[severity, "built-version-is-public"]]
    assert outcome.value is not None
    assert outcome.value.installation is not None


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    (folder / "src" / "hello").mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "hello"\nversion = "1.0.0"\n')
    (folder / "src" / "hello" / "__init__.py").touch()
    (folder / "src" / "hello" / "data.txt").touch()
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "x")
    return folder


def git(folder: Path, *args: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *args]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def project(root: Path) -> Project:
    return Project(
        root=root,
        name="hello",
        version="1.0.0",
        backend="setuptools.build_meta",
        build_requires=(),
        metadata={},
        tool={},
        lines={},
    )


def test_the_sdist_is_compared_with_the_tree_it_was_built_from(bench: Bench, clone: Path) -> None:
    commit = git(clone, "rev-parse", "HEAD")
    made = sdist({"src/hello/__init__.py": "", "src/hello/new.py": "x = 1"}), wheel({"hello/__init__.py": ""})
    assert bench(*made, project=project(clone), source=lambda: clone) == [
        f"warning sdist-has-only-tracked-files {NEW}: not in commit {commit[:7]}: src/hello/new.py",
        f"{COMPARED}sdist hello-1.0.0.tar.gz: tracked, but not in the sdist: src/hello/data.txt",
        f"warning wheel-has-every-module {LOST}: in the sdist, but not in the wheel: hello/new.py",
    ]


def test_a_release_is_compared_with_its_commit_whatever_the_build_did_to_its_clone(bench: Bench, clone: Path) -> None:
    commit = git(clone, "rev-parse", "HEAD")
    manipulated = bench.folder / "manipulated"
    git(clone, "clone", "--quiet", ".", str(manipulated))
    evil = {"src/hello/__init__.py": "import evil", "src/hello/data.txt": ""}
    (manipulated / "src" / "hello" / "__init__.py").write_text("import evil")
    git(manipulated, "add", ".")
    release = replace(RELEASE, commit=commit)
    made = sdist(evil), wheel({"hello/__init__.py": "import evil", "hello/data.txt": ""})
    assert bench(*made, project=project(clone), source=lambda: manipulated, release=release) == [
        f"error sdist-matches-commit {CHANGED}: src/hello/__init__.py is not as in commit {commit[:7]}"
    ]


def test_a_file_that_has_multiplied_since_the_release_before_is_told(bench: Bench) -> None:
    made = sdist({"src/hello/__init__.py": "", "data.bin": os.urandom(1_200_000)}), wheel()
    (line,) = bench(*made, before={"hello-0.9.0.tar.gz": 4000, "hello-0.9.0-py3-none-any.whl": 1})
    assert line == "warning no-file-has-multiplied hello-1.0.0.tar.gz: it has 1.2 MB; hello-0.9.0.tar.gz had 4.0 kB"


def test_what_the_build_makes_may_be_named_with_a_reason(bench: Bench, clone: Path) -> None:
    made = {"src/hello/__init__.py": "", "src/hello/data.txt": "", "src/hello/grammar.txt": "x"}
    built = sdist(made), wheel({"hello/__init__.py": "", "hello/data.txt": "", "hello/grammar.txt": "x"})
    settings = Settings(generated={"src/hello/grammar.txt": "made by make"})
    assert bench(*built, project=project(clone), source=lambda: clone, settings=settings) == [
        f"note sdist-has-only-tracked-files {MADE}: made by the build: src/hello/grammar.txt (made by make)"
    ]


def test_a_smoke_command_that_fails_is_told(bench: Bench) -> None:
    outcome = bench.outcome(sdist(), wheel(), settings=Settings(smoke_command="python -c 'raise SystemExit(3)'"))
    (line,) = said(outcome)
    assert line.startswith("error smoke-command-succeeds hello-1.0.0-py3-none-any.whl: the smoke command failed on")
