"""Building: what comes of backends that do well, and of those that do everything else."""

from __future__ import annotations

import json
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.building import Attempt, BuildFailure, BuildFault
from pypublish.edges import builder, output
from pypublish.edges.build_room import open_room
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.model import ArtifactKind
from pypublish.settings import Settings
from tests import projects
from tests.processes import has_ended

SDIST, WHEEL = "hello-1.2.0.tar.gz", "hello-1.2.0-py3-none-any.whl"

Project = Callable[..., dict[str, str]]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "shelf"


@pytest.fixture(params=["a process of its own", "forked"])
def project(request: pytest.FixtureRequest, shelf: Path) -> Project:
    """Make a project of hooks, in each of the two ways in which hooks are run."""
    if request.param == "forked":
        if sys.platform != "linux":
            pytest.skip("hooks are forked on Linux alone")
        return lambda code="", **more: projects.with_installed_backend(shelf, code, **more)
    return projects.with_own_backend


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def build(tmp_path: Path, shelf: Path, uv_cache: Path, world: World, lines: list[str]) -> Callable[..., Attempt]:
    def build(
        files: Mapping[str, str],
        *,
        timeout: float = 60,
        environ: Mapping[str, str] = {},
        build_env: tuple[str, ...] = (),
        sink: Callable[[World, str], None] = lambda _world, _line: None,
        deliver: Callable[[Path], None] = lambda _: None,
    ) -> Attempt:
        def show(line: str) -> None:
            lines.append(line)
            sink(here, line)

        here = replace(world, environ={**world.environ, **projects.only(shelf, cache=uv_cache), **environ}, sink=show)
        source = projects.write(tmp_path / "my project", files)
        with ThreadPoolExecutor(1) as pool:
            room = open_room(source, Settings(build_env=build_env), here, pool)
            try:
                return builder.build(
                    source,
                    room,
                    out=tmp_path / "out",
                    epoch=1_700_000_000,
                    timeout=timeout,
                    deliver=deliver,
                    world=here,
                )
            finally:
                room.close()

    return build


Build = Callable[..., Attempt]


def in_wheel(attempt: Attempt, name: str) -> str:
    with zipfile.ZipFile(attempt.files[1]) as wheel:
        return wheel.read(name).decode()


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


SHOWS_ENVIRONMENT = """
    import json
    def build_wheel(wheel_directory, config_settings=None, metadata_directory=None, _build=build_wheel):
        pathlib.Path("hello.py").write_text(json.dumps(dict(os.environ)))
        return _build(wheel_directory)
    """

CREDENTIALS = {
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "secret",
    "ACTIONS_RUNTIME_TOKEN": "secret",
    "GITHUB_TOKEN": "secret",
    "GITHUB_OUTPUT": "/secret",
    "GITHUB_ENV": "/secret",
    "TWINE_PASSWORD": "secret",
    "UV_PUBLISH_TOKEN": "secret",
    "PYPUBLISH_GITHUB_TOKEN": "secret",
}


def test_hooks_see_the_allowed_variables_and_no_credential(project: Project, build: Build) -> None:
    attempt = build(
        project(SHOWS_ENVIRONMENT),
        environ={**CREDENTIALS, "CFLAGS": "-O1", "MINE": "mine"},
        build_env=("MINE",),
    )

    seen = json.loads(in_wheel(attempt, "hello.py"))
    assert "secret" not in " ".join(seen.values())
    assert not [name for name in seen if name.startswith(("ACTIONS_", "GITHUB_", "TWINE_", "PYPUBLISH_"))]
    assert (seen["SOURCE_DATE_EPOCH"], seen["CFLAGS"], seen["MINE"]) == ("1700000000", "-O1", "mine")
    assert seen["PATH"].split(":")[0].endswith("/env/bin")
    assert "my project" not in seen["TMPDIR"]


def test_the_installation_of_requirements_sees_no_credential_either(build: Build, shelf: Path) -> None:
    # A requirement that has to be built itself keeps what it saw of the environment in the module that it becomes.
    records = """
        import json
        def build_wheel(wheel_directory, config_settings=None, metadata_directory=None, _build=build_wheel):
            pathlib.Path("hello.py").write_text("seen = " + repr(dict(os.environ)))
            return _build(wheel_directory)
        """
    shelf.mkdir()
    with tarfile.open(shelf / SDIST, "w:gz") as archive:
        tree = projects.write(shelf / "tree", projects.with_own_backend(records) | {"PKG-INFO": "Name: hello"})
        archive.add(tree, "hello-1.2.0")
    asks = """
        def build_sdist(sdist_directory, config_settings=None, _build=build_sdist):
            import hello
            pathlib.Path("hello.py").write_text(repr(hello.seen))
            return _build(sdist_directory)
        """
    attempt = build(
        projects.with_installed_backend(shelf, asks, requires=("hello",)), environ={**CREDENTIALS, "CFLAGS": "-O1"}
    )

    assert attempt.failure is None
    seen = in_wheel(attempt, "hello.py")
    assert "secret" not in seen
    assert "'CFLAGS': '-O1'" in seen
    assert attempt.packages["hello"] == "1.2.0"


def failure(fault: BuildFault, reason: str, attempt: Attempt) -> BuildFailure:
    assert attempt.failure is not None
    assert (attempt.failure.fault, attempt.failure.reason) == (fault, reason)
    return attempt.failure


def backend_of(attempt: Attempt) -> str:
    return attempt.backend


def test_a_hook_that_fails(project: Project, build: Build) -> None:
    attempt = build(project("def build_wheel(*_):\n    print('before')\n    raise RuntimeError('because')"))

    reason = f"{attempt.backend}: build_wheel failed with exit code 1"
    output = failure(BuildFault.HOOK, reason, attempt).output
    # Its two streams are read apart from each other, so their lines may change places.
    assert {"before", "RuntimeError: because"} <= set(output.splitlines())
    assert [file.name for file in attempt.files] == [SDIST]


@pytest.mark.parametrize("hook", ["get_requires_for_build_sdist", "build_sdist", "get_requires_for_build_wheel"])
def test_any_hook_that_fails_is_named(hook: str, project: Project, build: Build) -> None:
    attempt = build(project(f"def {hook}(*_):\n    raise SystemExit(7)"))

    failure(BuildFault.HOOK, f"{attempt.backend}: {hook} failed with exit code 7", attempt)


def test_a_hook_that_is_killed(project: Project, build: Build) -> None:
    attempt = build(project("def build_sdist(*_):\n    os.kill(os.getpid(), 9)"))

    failure(BuildFault.HOOK, f"{attempt.backend}: build_sdist was ended by signal 9", attempt)


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


def test_a_backend_that_ends_the_process_when_it_is_imported(project: Project, build: Build) -> None:
    attempt = build(project("os._exit(5)"))

    failure(BuildFault.HOOK, f"{attempt.backend}: get_requires_for_build_sdist failed with exit code 5", attempt)


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


def test_a_backend_that_cannot_build_an_sdist(project: Project, build: Build) -> None:
    unsupported = """
        class UnsupportedOperation(Exception): ...
        def build_sdist(*_):
            raise UnsupportedOperation("not here")
        """
    attempt = build(project(unsupported))

    said = failure(BuildFault.HOOK, f"{attempt.backend} cannot build an sdist of this tree", attempt).output
    assert said.rstrip().endswith("UnsupportedOperation: not here")


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


def test_a_hook_that_writes_to_what_the_runner_reads(project: Project, build: Build) -> None:
    writes = "def build_sdist(*_):\n    open(os.environ['GITHUB_OUTPUT'], 'a').write('verified=true')"

    attempt = build(project(writes), environ={"GITHUB_OUTPUT": "/dev/full"})

    assert (
        "KeyError: 'GITHUB_OUTPUT'"
        in failure(BuildFault.HOOK, f"{attempt.backend}: build_sdist failed with exit code 1", attempt).output
    )


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


@pytest.mark.parametrize(
    ("returns", "said"),
    [
        ("None", "None"),
        ("3", "3"),
        ("['a.whl']", "['a.whl']"),
        ("{'x': 1}", "{'x': 1}"),
    ],
)
def test_a_hook_that_returns_no_file_name(returns: str, said: str, project: Project, build: Build) -> None:
    attempt = build(project(f"def build_wheel(*_):\n    return {returns}"))

    failure(BuildFault.HOOK, f"{attempt.backend}: build_wheel returned {said}", attempt)


def test_a_hook_that_returns_no_requirements(project: Project, build: Build) -> None:
    attempt = build(project("def get_requires_for_build_sdist(*_):\n    return 'setuptools'"))

    reason = f"{attempt.backend}: get_requires_for_build_sdist returned 'setuptools'"
    failure(BuildFault.HOOK, reason, attempt)


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


def test_one_environment_serves_both_when_they_agree(project: Project, build: Build, shelf: Path) -> None:
    projects.put_wheel(shelf, "helper", {"helper.py": ""})
    wants = """
        def get_requires_for_build_sdist(*_):
            return ["helper"]
        def get_requires_for_build_wheel(*_):
            import helper
            return ["helper>=1"]
        """
    attempt = build(project(wants))

    assert attempt.failure is None
    assert attempt.packages["helper"] == "1.0"


def test_what_the_wheel_needs_more_is_added(project: Project, build: Build, shelf: Path) -> None:
    projects.put_wheel(shelf, "helper", {"helper.py": ""})
    wants = """
        def get_requires_for_build_wheel(*_):
            return ["helper"]
        def build_wheel(wheel_directory, config_settings=None, metadata_directory=None, _build=build_wheel):
            import helper
            return _build(wheel_directory)
        """
    attempt = build(project(wants))

    assert attempt.failure is None
    assert "helper" in attempt.packages


def test_where_they_conflict_each_gets_its_own(project: Project, build: Build, shelf: Path) -> None:
    for version in ("1.0", "2.0"):
        projects.put_wheel(shelf, "helper", {"helper.py": f"version = '{version}'"}, version=version)
    wants = """
        def get_requires_for_build_sdist(*_):
            return ["helper<2"]
        def get_requires_for_build_wheel(*_):
            return ["helper>=2"]
        def build_wheel(wheel_directory, config_settings=None, metadata_directory=None, _build=build_wheel):
            import helper
            pathlib.Path("hello.py").write_text(helper.version)
            return _build(wheel_directory)
        """
    attempt = build(project(wants))

    assert attempt.failure is None
    assert in_wheel(attempt, "hello.py") == "2.0"
    assert attempt.packages["helper"] == "1.0, 2.0"


@pytest.mark.parametrize("requirement", ["no-such-package", "helper>9", "./local", "--index-url=https://evil", "-r x"])
def test_requirements_that_cannot_be_installed(requirement: str, project: Project, build: Build, shelf: Path) -> None:
    projects.put_wheel(shelf, "helper", {"helper.py": ""})

    attempt = build(project(requires=(requirement,)))

    assert attempt.failure is not None
    assert attempt.failure.fault is BuildFault.REQUIREMENTS
    assert requirement in attempt.failure.reason
    assert attempt.files == ()


def test_an_index_that_does_not_answer(build: Build) -> None:
    nowhere = {"UV_CONFIG_FILE": "", "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple", "UV_HTTP_RETRIES": "0"}

    with pytest.raises(IndexUnavailableError, match="some-backend could not be fetched"):
        build(projects.with_own_backend(requires=("some-backend",)), environ=nowhere)


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
