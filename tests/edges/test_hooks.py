"""Hooks of backends: those that do well, and those that fail, hang, talk without end and leave processes behind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pypublish.building import BuildFault
from pypublish.edges import output
from tests import projects
from tests.edges.building import SDIST, Build, Project, failure, in_wheel
from tests.processes import has_ended


def test_a_hook_that_fails(project: Project, build: Build) -> None:
    attempt = build(project("def build_wheel(*_):\n    print('before')\n    raise RuntimeError('because')"))

    reason = f"{attempt.backend}: build_wheel failed with exit code 1"
    output = failure(BuildFault.HOOK, reason, attempt).output
    # Its two streams are read apart from each other, so their lines may change places.
    assert {"before", "RuntimeError: because"} <= set(output.splitlines())
    assert [file.name for file in attempt.files] == [SDIST]


SDIST_NEEDS, WHEEL_NEEDS = "get_requires_for_build_sdist", "get_requires_for_build_wheel"

UNDONE = {
    f"{SDIST_NEEDS} failed with exit code 7": f"def {SDIST_NEEDS}(*_):\n    raise SystemExit(7)",
    "build_sdist failed with exit code 7": "def build_sdist(*_):\n    raise SystemExit(7)",
    f"{WHEEL_NEEDS} failed with exit code 7": f"def {WHEEL_NEEDS}(*_):\n    raise SystemExit(7)",
    "build_sdist was ended by signal 9": "def build_sdist(*_):\n    os.kill(os.getpid(), 9)",
    f"{SDIST_NEEDS} failed with exit code 5": "os._exit(5)",  # when the backend is imported
    f"{SDIST_NEEDS} returned 'setuptools'": f"def {SDIST_NEEDS}(*_):\n    return 'setuptools'",
    "build_wheel returned None": "def build_wheel(*_):\n    return None",
    "build_wheel returned 3": "def build_wheel(*_):\n    return 3",
    "build_wheel returned ['a.whl']": "def build_wheel(*_):\n    return ['a.whl']",
    "build_wheel returned {'x': 1}": "def build_wheel(*_):\n    return {'x': 1}",
}


@pytest.mark.parametrize(("told", "code"), UNDONE.items(), ids=UNDONE)
def test_a_hook_that_does_not_do_its_work_is_named(told: str, code: str, project: Project, build: Build) -> None:
    attempt = build(project(code))

    failure(BuildFault.HOOK, f"{attempt.backend}: {told}", attempt)


def test_a_backend_that_cannot_build_an_sdist(project: Project, build: Build) -> None:
    unsupported = """
        class UnsupportedOperation(Exception): ...
        def build_sdist(*_):
            raise UnsupportedOperation("not here")
        """
    attempt = build(project(unsupported))

    said = failure(BuildFault.HOOK, f"{attempt.backend} cannot build an sdist of this tree", attempt).output
    assert said.rstrip().endswith("UnsupportedOperation: not here")


def test_a_hook_that_hangs(project: Project, build: Build, lines: list[str]) -> None:
    hangs = "def build_sdist(*_):\n    print(os.getpid())\n    print('waiting')\n    import time; time.sleep(600)"

    attempt = build(project(hangs), timeout=3)

    reason = f"{attempt.backend}: build_sdist was still running at the time limit"
    assert failure(BuildFault.TIME_LIMIT, reason, attempt).output.endswith("waiting")
    assert has_ended(int(lines[-2]))


def test_a_backend_that_hangs_when_it_is_imported(project: Project, build: Build) -> None:
    attempt = build(project("import time; time.sleep(600)"), timeout=3)

    reason = f"{attempt.backend}: get_requires_for_build_sdist was still running at the time limit"
    failure(BuildFault.TIME_LIMIT, reason, attempt)


def test_a_backend_that_cannot_be_imported(project: Project, build: Build) -> None:
    attempt = build(project("import no_such_module"))

    said = failure(BuildFault.BUILD_SYSTEM, f"{attempt.backend} cannot be imported", attempt).output
    assert said.rstrip().endswith("ModuleNotFoundError: No module named 'no_such_module'")


def test_a_backend_that_starts_a_thread_when_it_is_imported_is_not_forked(project: Project, build: Build) -> None:
    attempt = build(project("import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"))

    assert attempt.failure is None


@pytest.mark.skipif(sys.platform != "linux", reason="hooks are forked on Linux alone")
def test_a_forked_hook_finds_imported_what_is_the_backends_and_pythons_but_nothing_of_the_project(
    build: Build, shelf: Path
) -> None:
    hooks = """
        import sys
        PID = os.getpid()
        def get_requires_for_build_sdist(*_):
            sys.path.insert(0, os.getcwd())
            import colorsys, hello
            sys.marked = True
            return []
        def build_wheel(wheel_directory, config_settings=None, metadata_directory=None, _build=build_wheel):
            found = [PID == os.getppid(), "colorsys" in sys.modules, "hello" in sys.modules, hasattr(sys, "marked")]
            pathlib.Path("hello.py").write_text(repr(found))
            return _build(wheel_directory)
        """
    attempt = build(projects.with_installed_backend(shelf, hooks))

    assert in_wheel(attempt, "hello.py") == "[True, True, False, False]"


def test_100_mb_of_log_with_workflow_commands(project: Project, build: Build, lines: list[str]) -> None:
    noisy = """
        def build_sdist(sdist_directory, config_settings=None, _build=build_sdist):
            print("::set-output name=verified::true", flush=True)
            for _ in range(1000):
                os.write(1, (b"x" * 999 + b"\\n") * 100)
            return _build(sdist_directory)
        """
    attempt = build(project(noisy))

    assert attempt.failure is None
    assert "::set-output name=verified::true" in lines  # in the hands of the sink, which fences it
    assert sum(map(len, lines)) < output.SHOWN + 100_000


@pytest.mark.parametrize("how", ["", "start_new_session=True", "start_new_session=True, stdout=-3, stderr=-3"])
def test_a_process_that_is_left_behind(
    how: str, project: Project, build: Build, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "PATIENCE", 0.2)
    leaves = f"""
        import subprocess
        def build_sdist(sdist_directory, config_settings=None, _build=build_sdist):
            print(subprocess.Popen(["sleep", "600"], {how}).pid, flush=True)
            return _build(sdist_directory)
        """
    attempt = build(project(leaves))

    assert attempt.failure is None
    assert has_ended(int(lines[0]))
