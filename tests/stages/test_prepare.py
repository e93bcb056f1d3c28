"""prepare: from a tree to what is ready for the upload, and what stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pypublish.checks.project import parse
from pypublish.edges import staging
from pypublish.edges.tree import read_tree
from pypublish.edges.world import Clock, Transport, World
from pypublish.errors import IndexUnavailableError, PypublishError, ToolTimeoutError
from pypublish.findings import Outcome
from pypublish.model import PYPI, Intent
from pypublish.settings import Settings
from pypublish.settings import parse as parse_settings
from pypublish.stages.prepare import prepare
from pypublish.stages.stage import Staged
from tests import projects
from tests.processes import has_ended
from tests.projects import HATCH

pytestmark = pytest.mark.slow

DRY = Intent(index=PYPI, dry_run=True)


@dataclass
class Recorder:
    """Writes down what it is told."""

    started_: list[str] = field(default_factory=list)
    done_: list[str] = field(default_factory=list)

    def started(self, stage: str) -> None:
        self.started_.append(stage)

    def done(self, outcome: Outcome[object]) -> None:
        self.done_.append(outcome.stage)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = projects.write(
        tmp_path / "a project",
        {"pyproject.toml": HATCH, "README.md": "# hello", "hello/__init__.py": "WHO = 'world'"},
    )
    projects.commit(root, "v1.2.0")
    return root


@pytest.fixture
def offline(world: World) -> World:
    """A world in which the index does not answer; packages still come from where they come from."""
    return replace(world, transport=Transport(proxy="http://127.0.0.1:9"), clock=Clock(sleep=lambda _: None))


Run = Callable[..., Outcome[Staged]]


@pytest.fixture
def run(offline: World, tmp_path: Path) -> Run:
    def run(root: Path, intent: Intent = DRY, observer: Recorder | None = None) -> Outcome[Staged]:
        source = parse(read_tree(root))
        settings = parse_settings(source.table("tool").get("pypublish"))
        return prepare(source, settings, intent, offline, observer or Recorder(), out=tmp_path / "out")

    return run


def errors(outcome: Outcome[Staged]) -> list[str]:
    return [finding.check for finding in outcome.all_findings if finding.stops(strict=False)]


def test_a_project_is_prepared(tree: Path, run: Run, tmp_path: Path) -> None:
    observer = Recorder()
    outcome = run(tree, observer=observer)
    assert errors(outcome) == []
    assert observer.started_ == ["validate", "build", "stage"]
    assert observer.done_ == ["validate", "build", "check", "stage"]
    manifest, digest = staging.read(tmp_path / "out" / "manifest.json", sha256=outcome.outputs["manifest-sha256"])
    staging.compare(tmp_path / "out" / "dist", manifest.artifacts)
    assert [artifact.filename for artifact in manifest.artifacts] == [
        "hello-1.2.0-py3-none-any.whl",
        "hello-1.2.0.tar.gz",
    ]
    assert (manifest.release.name, manifest.release.version, manifest.release.tag) == ("hello", "1.2.0", "v1.2.0")
    assert manifest.builds[0].requirements.keys() >= {"hatchling", "packaging"}
    assert digest == outcome.outputs["manifest-sha256"]


def test_the_same_commit_gives_the_same_bytes(tree: Path, run: Run) -> None:
    first = run(tree).outputs["checksums"]
    (tree / "untracked.py").touch()
    assert run(tree).outputs["checksums"] == first


def test_a_change_that_is_not_committed_is_rehearsed(tree: Path, run: Run) -> None:
    first = run(tree).outputs["checksums"]
    (tree / "hello" / "__init__.py").write_text("WHO = 'you'")
    outcome = run(tree)
    assert errors(outcome) == []
    assert outcome.outputs["checksums"] != first


def test_an_sdist_that_is_not_the_commit_stops_a_release(tree: Path, run: Run) -> None:
    hook = """
        from hatchling.builders.hooks.plugin.interface import BuildHookInterface

        class CustomBuildHook(BuildHookInterface):
            def initialize(self, version, build_data):
                with open("hello/__init__.py", "a") as module:
                    module.write("\\nSLIPPED_IN = True\\n")
    """
    pyproject = f"{HATCH}[tool.hatch.build.targets.sdist.hooks.custom]\n"
    projects.write(tree, {"pyproject.toml": pyproject, "hatch_build.py": hook})
    projects.git(tree, "tag", "--delete", "v1.2.0")
    projects.commit(tree, "v1.2.0")
    outcome = run(tree)
    assert errors(outcome) == ["sdist-matches-commit"]
    assert any("hello/__init__.py is not as in commit" in finding.message for finding in outcome.all_findings)


def test_what_only_the_build_tells_goes_into_outputs_and_manifest(tree: Path, run: Run) -> None:
    pyproject = (
        HATCH.replace('version = "1.2.0"', 'dynamic = ["version"]')
        + '[tool.hatch.version]\nsource = "code"\npath = "v.py"\n'
    )
    projects.write(tree, {"pyproject.toml": pyproject, "v.py": "__version__ = '.'.join(['2', '0rc1'])"})
    projects.commit(tree)
    outcome = run(tree)
    assert errors(outcome) == []
    assert outcome.outputs["package-version"] == "2.0rc1"
    assert outcome.outputs["is-prerelease"] == "true"
    assert outcome.outputs["project-url"] == "https://pypi.org/project/hello/2.0rc1/"


@pytest.mark.parametrize(
    ("files", "check"),
    [
        ({"hello/__init__.py": "import nowhere"}, "modules-import"),
        ({"hello/__init__.py": "raise SystemExit(3)"}, "modules-import"),
        ({"pyproject.toml": HATCH + "[project.scripts]\nhello = 'hello:main'\n"}, "entry-points-load"),
        ({"pyproject.toml": HATCH + "[tool.pypublish]\nsmoke-command = 'python -c 1/0'\n"}, "smoke-command-succeeds"),
        ({"pyproject.toml": HATCH.replace("hatchling.build", "nowhere")}, "build-system-is-usable"),
        ({"pyproject.toml": HATCH.replace('"hatchling"', '"hatchling==0.0.1.dev0"')}, "build-requirements-install"),
        ({"pyproject.toml": HATCH.replace('"MIT"', '"MIT License"')}, "license-is-accepted"),
        ({"pyproject.toml": HATCH.replace('"README.md"', '"NOWHERE.md"')}, "readme-is-there"),
    ],
)
def test_what_stops_it(tree: Path, run: Run, files: dict[str, str], check: str, tmp_path: Path) -> None:
    projects.write(tree, files)
    projects.commit(tree)
    outcome = run(tree)
    assert check in errors(outcome)
    assert not (tmp_path / "out").exists()


def test_what_is_wrong_is_said_at_once_and_once(tree: Path, run: Run, tmp_path: Path) -> None:
    observer = Recorder()
    urls = '[project.urls]\nSource = "github.com/acme/hello"\n'
    projects.write(tree, {"pyproject.toml": HATCH + urls, "hello/__init__.py": "import nowhere"})
    projects.commit(tree)
    outcome = run(tree, observer=observer)
    assert errors(outcome) == ["urls-are-valid", "modules-import"]
    assert observer.done_ == ["validate", "check"]
    assert not (tmp_path / "out").exists()


def test_what_the_build_fails_over_is_said_where_it_is_found_first(tree: Path, run: Run) -> None:
    projects.write(tree, {"pyproject.toml": HATCH.replace('"MIT"', '"Apache 2.0"')})
    projects.commit(tree)
    outcome = run(tree)
    assert errors(outcome) == ["license-is-accepted"]
    assert not outcome.ok


def test_what_is_waived_before_the_build_is_not_said_again_after_it(tree: Path, run: Run) -> None:
    waived = '[tool.pypublish.ignore]\nurls-are-valid = "we know better"\n'
    projects.write(tree, {"pyproject.toml": HATCH + '[project.urls]\nSource = "hello"\n' + waived})
    projects.commit(tree)
    outcome = run(tree)
    assert [finding.where.file for finding in outcome.all_findings if finding.defies] == ["pyproject.toml"]
    assert outcome.ok


def test_a_backend_that_hangs_is_stopped(tree: Path, run: Run) -> None:
    backend = projects.BACKEND + "\ndef build_sdist(*_):\n    import time\n    time.sleep(600)\n"
    pyproject = HATCH.replace('["hatchling"]', "[]").replace("hatchling.build", "backend")
    pyproject = pyproject.replace("[project]", 'backend-path = ["."]\n[project]')
    projects.write(tree, {"backend.py": backend, "pyproject.toml": pyproject + "[tool.pypublish]\nbuild-timeout = 1\n"})
    projects.commit(tree)
    outcome = run(tree)
    assert "build-ends-in-time" in errors(outcome)


def test_packages_that_cannot_be_fetched_are_the_networks_fault(tree: Path, offline: World, tmp_path: Path) -> None:
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "UV_CACHE_DIR": str(tmp_path / "empty"), "UV_HTTP_RETRIES": "0"}
    broken = replace(offline, environ={**offline.environ, **nowhere})
    with pytest.raises(IndexUnavailableError):
        prepare(parse(read_tree(tree)), Settings(), DRY, broken, Recorder(), out=tmp_path / "out")


def test_no_error_of_a_stage_is_taken_for_an_interruption() -> None:
    assert not issubclass(KeyboardInterrupt, PypublishError)
    assert issubclass(ToolTimeoutError, PypublishError)


MARKS = ["hooks", "wheel", "import"]


@pytest.mark.parametrize("where", MARKS)
def test_an_interruption_leaves_nothing(where: str, tree: Path, tmp_path: Path, root: Path) -> None:
    """Ctrl-C in the sdist's hook, in the wheel's, and while the module is imported: no process, no staging."""
    note = tmp_path / "pid"
    wait = f"import os, pathlib, time\npathlib.Path({str(note)!r}).write_text(str(os.getpid()))\ntime.sleep(600)\n"
    body = "".join(f"    {line}\n" for line in wait.splitlines())
    files = {"hello/__init__.py": wait} if where == "import" else {}
    if where != "import":
        hook = "build_sdist" if where == "hooks" else "build_wheel"
        backend = projects.BACKEND + f"\ndef {hook}(*_):\n{body}"
        pyproject = HATCH.replace('["hatchling"]', "[]").replace("hatchling.build", "backend")
        files = {
            "backend.py": backend,
            "pyproject.toml": pyproject.replace("[project]", 'backend-path = ["."]\n[project]'),
        }
        files["hello.py"] = "WHO = 'world'"
    projects.write(tree, files)
    projects.commit(tree)
    command = [sys.executable, "-m", "pypublish", "prepare", str(tree), "--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not note.exists() or not note.read_text():
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert has_ended(int(note.read_text()))
    assert not (tmp_path / "out").exists()
