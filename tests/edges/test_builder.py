"""Building: the files that come of it, and those that are not taken."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pypublish.building import BuildFault
from pypublish.edges.world import World
from pypublish.model import ArtifactKind
from tests import projects
from tests.edges.building import SDIST, WHEEL, Build, Project, in_wheel
from tests.processes import has_ended


def test_sdist_and_wheel_are_built_each_as_soon_as_it_is_done(project: Project, build: Build, tmp_path: Path) -> None:
    delivered: list[tuple[str, list[str]]] = []

    def deliver(file: Path) -> None:
        delivered.append((file.name, sorted(path.name for path in (tmp_path / "out").iterdir())))

    attempt = build(project(), deliver=deliver)

    assert attempt.failure is None
    assert attempt.files == (tmp_path / "out" / SDIST, tmp_path / "out" / WHEEL)
    assert delivered == [(SDIST, [SDIST]), (WHEEL, [WHEEL, SDIST])]
    assert attempt.made[ArtifactKind.SDIST].files == {SDIST: attempt.files[0].stat().st_size}
    assert attempt.python == sys.version.split()[0]


def test_the_wheel_is_built_from_the_sdist(project: Project, build: Build) -> None:
    marks = """
        def get_requires_for_build_wheel(config_settings=None):
            pathlib.Path("hello.py").write_text("where = " + repr(os.getcwd()))
            return []
        """
    where = in_wheel(build(project(marks)), "hello.py")

    assert where.endswith("/unpacked/hello-1.2.0'")


@pytest.mark.parametrize(
    ("code", "returned", "files"),
    [
        ("return 'nothing.whl'", "nothing.whl", {}),
        ("return '../../evil.whl'", "../../evil.whl", {}),
        ("return '/etc/passwd'", "/etc/passwd", {}),
        ("os.symlink('/etc/passwd', d + '/link.whl'); return 'link.whl'", "link.whl", {}),
        ("os.mkdir(d + '/folder.whl'); return 'folder.whl'", "folder.whl", {}),
        ("open(d + '/empty.whl', 'w'); return 'empty.whl'", "empty.whl", {"empty.whl": 0}),
        ("open(d + '/a.zip', 'w').write('x'); return 'a.zip'", "a.zip", {"a.zip": 1}),
    ],
)
def test_a_wheel_that_is_none_is_not_taken(
    code: str, returned: str, files: dict[str, int], project: Project, build: Build
) -> None:
    attempt = build(project(f"def build_wheel(d, *_):\n    {code}"))

    assert attempt.failure is None
    assert (attempt.made[ArtifactKind.WHEEL].returned, attempt.made[ArtifactKind.WHEEL].files) == (returned, files)
    assert [file.name for file in attempt.files] == [SDIST]


def test_two_wheels_are_counted(project: Project, build: Build) -> None:
    two = """
        def build_wheel(wheel_directory, config_settings=None, metadata_directory=None, _build=build_wheel):
            open(wheel_directory + "/hello-1.2.0-py2-none-any.whl", "w").write("x")
            return _build(wheel_directory)
        """
    attempt = build(project(two))

    assert sorted(attempt.made[ArtifactKind.WHEEL].files) == ["hello-1.2.0-py2-none-any.whl", WHEEL]


@pytest.mark.parametrize(
    ("makes", "reason"),
    [
        ("open(path, 'w').write('no archive')", "it does not unpack: not a gzip file"),
        ("tarfile.open(path, 'w:gz').close()", "it has 0 entries at its top, not one folder"),
        ("t = tarfile.open(path, 'w:gz'); t.add('hello.py'); t.close()", "it has 1 entries at its top, not one folder"),
        ("t = tarfile.open(path, 'w:gz'); t.add('hello.py', 'a/b'); t.close()", "pyproject.toml is not in it"),
        ("t = tarfile.open(path, 'w:gz'); t.add('hello.py', '../evil'); t.close()", "would be extracted to"),
    ],
)
def test_an_sdist_that_no_wheel_can_be_built_from(makes: str, reason: str, project: Project, build: Build) -> None:
    attempt = build(project(f"def build_sdist(d, *_):\n    path = d + '/{SDIST}'\n    {makes}\n    return '{SDIST}'"))

    assert attempt.failure is not None
    assert attempt.failure.fault is BuildFault.SDIST
    assert reason in attempt.failure.reason
    assert [file.name for file in attempt.files] == [SDIST]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("build-system = 3", "must be a table"),
        ("[build-system]\nrequires = 'setuptools'", "must be an array of strings"),
        ("[build-system]\nbuild-backend = 'x'", "`requires` is a required property"),
        ("[build-system]\nrequires = []\nbuild-backend = 'x'\nbackend-path = ['gone']", "does not exist"),
        ("[build-system]\nrequires = []\nbuild-backend = 'x'\nbackend-path = ['..']", "paths must be inside"),
        ("[build-system]\nrequires = []\nbuild-backend = 'x'\ntypo = 1", "Unknown properties: typo"),
        (
            "[buildsystem]\nrequires = []\nbuild-backend = 3\n[build-system]\nrequires = []\nbuild-backend = 3",
            "a string",
        ),
        ("[build-system", "Failed to parse"),
    ],
)
def test_a_table_that_cannot_be_meant_so(table: str, reason: str, build: Build) -> None:
    attempt = build({"pyproject.toml": table})

    assert attempt.failure is not None
    assert attempt.failure.fault is BuildFault.BUILD_SYSTEM
    assert reason in attempt.failure.reason


def test_warnings_are_collected_each_once(project: Project, build: Build) -> None:
    warns = """
        import warnings
        def _warn():
            warnings.warn("this is\\n  deprecated")
            print("warning: no previously-included files found")
            print("WARNING: old key\\nDeprecationWarning: soon\\nno warning")
        def build_sdist(sdist_directory, config_settings=None, _build=build_sdist):
            _warn()
            return _build(sdist_directory)
        def get_requires_for_build_wheel(*_):
            _warn()
            return []
        """
    attempt = build(project(warns))

    assert sorted(attempt.warnings) == ["old key", "soon", "this is deprecated"]


def test_the_user_interrupts(project: Project, build: Build, lines: list[str]) -> None:
    hangs = "def build_sdist(*_):\n    print('pid', os.getpid(), flush=True)\n    import time; time.sleep(600)"

    def interrupt(world: World, line: str) -> None:
        if line.startswith("pid"):
            world.running.end()

    with pytest.raises(KeyboardInterrupt):
        build(project(hangs), sink=interrupt)

    assert has_ended(int(lines[-1].split()[1]))


@pytest.mark.slow
@pytest.mark.parametrize("name", projects.WITH_BACKEND)
def test_the_backends_that_people_use(name: str, build: Build) -> None:
    from_registry = {"UV_CONFIG_FILE": "", "UV_CACHE_DIR": ""}

    attempt = build(projects.WITH_BACKEND[name], environ=from_registry)

    assert attempt.failure is None
    assert [file.name for file in attempt.files] == [SDIST, WHEEL]
    assert "def hello" in in_wheel(attempt, "hello/__init__.py")
    assert name.split(maxsplit=1)[0].replace("_", "-") in attempt.packages
