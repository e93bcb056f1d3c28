"""A distribution installed for real in a clean environment, and whatever it may do there."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.edges.smoke import smoke
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, ToolError
from pypublish.model import Installation, VerifySettings
from tests.factories import metadata, sdist, wheel

HOW = VerifySettings(dependencies_index="https://pypi.org/simple/", smoke_timeout=60)
SCRIPT = "[console_scripts]\nhello = hello:main\n"


@pytest.fixture(autouse=True)
def offline(world: World) -> World:
    """Nothing here depends on anything."""
    return replace(world, environ={**world.environ, "UV_OFFLINE": "1"})


class Bench:
    """Makes a wheel and installs it."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder

    def __call__(
        self,
        files: dict[str, str] | None = None,
        *,
        how: VerifySettings = HOW,
        entry_points: str | None = None,
        meta: str | None = None,
        leave: bool = True,
    ) -> Installation:
        made = wheel(files, entry_points=entry_points, meta=meta).write(self.folder)
        return smoke(made, "hello", root=self.folder / "smoke", how=how, world=self.world, leave=leave)


@pytest.fixture
def install(offline: World, tmp_path: Path) -> Bench:
    return Bench(offline, tmp_path)


def failures(installation: Installation) -> dict[str, str]:
    return {use.name: use.failure for use in (*installation.imports, *installation.entry_points) if use.failure}


def test_a_sound_wheel_is_installed_imported_and_loaded(install: Bench) -> None:
    done = install({"hello/__init__.py": "__version__ = '1.0'\ndef main(): ..."}, entry_points=SCRIPT, leave=False)
    assert (done.failure, done.version, done.command, done.leftovers) == ("", "1.0.0", None, ())
    assert done.python == ".".join(map(str, sys.version_info[:3]))
    assert [(use.name, use.failure, use.version) for use in done.imports] == [("hello", "", "1.0")]
    assert [(use.name, use.failure) for use in done.entry_points] == [("console_scripts: hello = hello:main", "")]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import world", "ModuleNotFoundError: No module named 'world' (hello/__init__.py:1)"),
        ("x = 1\n1/0", "ZeroDivisionError: division by zero (hello/__init__.py:2)"),
        ("def", "SyntaxError: "),
        ("import sys; sys.exit('no')", "SystemExit: no (hello/__init__.py:1)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt (hello/__init__.py:1)"),
        ("import os; os._exit(3)", "ends the process with exit code 3"),
        (
            "import ctypes; ctypes.string_at(0)",
            'ends the process with SIGSEGV (hello/__init__.py", line 1 in <module>)',
        ),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ends the process with SIGKILL"),
    ],
    ids=["missing", "raises", "syntax", "exits", "interrupts", "leaves", "crashes", "killed"],
)
def test_an_import_that_fails_is_told_with_its_reason(install: Bench, code: str, words: str) -> None:
    if sys.platform == "win32" and "process" in words:
        pytest.skip("ends otherwise there")
    done = install({"hello/__init__.py": code, "other.py": ""})
    assert done.version == "1.0.0"
    assert [use.name for use in done.imports] == ["hello", "other"]
    assert failures(done).keys() == {"hello"}
    assert failures(done)["hello"].startswith(words)


def test_what_ends_the_process_is_found_among_many(install: Bench) -> None:
    ends = "import os; os._exit(0)"
    done = install({"a.py": "", "b.py": ends, "c.py": "", "d.py": ends, "e.py": "1/0"})
    assert failures(done) == {
        "b": "ends the process with exit code 0",
        "d": "ends the process with exit code 0",
        "e": "ZeroDivisionError: division by zero (e.py:1)",
    }


def test_an_import_that_hangs_meets_the_time_limit(install: Bench) -> None:
    files = {"a.py": "", "hello.py": "import time; time.sleep(600)", "z.py": ""}
    done = install(files, how=replace(HOW, smoke_timeout=2))
    assert failures(done).keys() == {"hello", "z"}
    assert failures(done)["hello"].startswith("did not come to an end within the time limit")
    assert failures(done)["z"] == "was not tried: the time limit of 2 s was over"


@pytest.mark.parametrize(
    "code",
    [
        "import sys; sys.stdout.close(); sys.stderr.close()",
        "import os; os.closerange(0, 100)",
        "import threading, time; threading.Thread(target=time.sleep, args=(600,)).start()",
        "import os; os.chdir('/')",
        "print('::set-output name=a::b' * 100000)",
        "import sys; sys.stdin.read()",
        "import atexit, os; atexit.register(os._exit, 9)",
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])",
    ],
    ids=[
        "closes streams",
        "closes files",
        "leaves a thread",
        "moves",
        "prints",
        "reads",
        "at exit",
        "leaves a process",
    ],
)
def test_an_import_may_do_odd_things(install: Bench, code: str) -> None:
    if sys.platform == "win32" and "closerange" in code:
        pytest.skip("ends otherwise there")
    done = install({"hello.py": code, "other.py": ""})
    assert (failures(done), [use.name for use in done.imports]) == ({}, ["hello", "other"])


def test_an_entry_point_that_does_not_load_is_told(install: Bench) -> None:
    points = "[console_scripts]\nhello = hello:mian\n[hello.plugins]\na = hello.nowhere\nb = world:x [more]\n"
    done = install({"hello/__init__.py": "def main(): ..."}, entry_points=points)
    assert failures(done) == {
        "console_scripts: hello = hello:mian": "AttributeError: module 'hello' has no attribute 'mian'",
        "hello.plugins: a = hello.nowhere": "ModuleNotFoundError: No module named 'hello.nowhere'",
    }
    assert [use.missing for use in done.entry_points] == ["", "", ""]
    assert [use.skipped for use in done.entry_points if use.skipped] == ["needs the extra more, which is not installed"]


def test_an_extra_that_is_installed_has_its_entry_points_loaded(install: Bench) -> None:
    meta = metadata({}, "Provides-Extra: more", "Requires-Dist: world; extra == 'more' and python_version < '3'")
    points = "[console_scripts]\nhello = hello:main [more]\n"
    files = {"hello.py": "def main(): ..."}
    done = install(files, how=replace(HOW, extras=("more",)), entry_points=points, meta=meta)
    assert (done.extras, done.optional) == (("more",), ("world",))
    assert [(use.skipped, use.failure) for use in done.entry_points] == [("", "")]


def test_the_modules_may_be_named(install: Bench) -> None:
    done = install(
        {"hello/__init__.py": "", "hello/a.py": "", "b.py": "1/0"}, how=replace(HOW, import_names=("hello.a",))
    )
    assert [use.name for use in done.imports] == ["hello.a"]


def test_an_extension_module_of_no_sense_is_told(install: Bench) -> None:
    import importlib.machinery

    suffix = importlib.machinery.EXTENSION_SUFFIXES[0]
    done = install({f"_c{suffix}": "no library", "hello.py": ""})
    assert failures(done).keys() == {"_c"}
    assert "ImportError" in failures(done)["_c"]


@pytest.mark.parametrize(
    ("command", "result"),
    [
        ("", None),
        ("hello --greet 'a b'", None),
        ("python -c 'import hello'", None),
        ("python -c 'import os; assert not os.listdir()'", None),
        ("python -c 'raise SystemExit(4)'", "it ended with exit code 4"),
        ("python -c 'import sys; sys.exit(\"no world\")'", "it ended with exit code 1\nno world"),
        (
            "no-such-program-anywhere",
            "there is no program 'no-such-program-anywhere', neither in the environment nor on PATH",
        ),
        ("python -c 'unbalanced", "it cannot be split into words: No closing quotation"),
        ("python -c 'import time; time.sleep(600)'", "it was still running after 3 s"),
    ],
    ids=["none", "script", "python", "empty folder", "fails", "says why", "missing", "quotes", "hangs"],
)
def test_the_smoke_command(install: Bench, command: str, result: str | None) -> None:
    main = "import sys\ndef main(): sys.exit(sys.argv[1:] != ['--greet', 'a b'])"
    how = replace(HOW, smoke_command=command, smoke_timeout=3 if "time" in command else 60)
    assert install({"hello.py": main}, how=how, entry_points=SCRIPT).command == result


def test_what_is_left_behind_is_told(install: Bench) -> None:
    writes = "import pathlib\npathlib.Path(__file__).with_name('hello_cache.db').touch()"
    done = install({"hello.py": writes}, leave=False)
    assert [path.rpartition("/")[2] for path in done.leftovers] == ["hello_cache.db"]


def test_neither_credentials_nor_the_users_home_are_there(install: Bench, tmp_path: Path) -> None:
    secrets = {
        "GITHUB_TOKEN": "s",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "s",
        "TWINE_PASSWORD": "s",
        "UV_INDEX": "https://u:s@x/",
    }
    install.world = replace(install.world, environ={**install.world.environ, **secrets, "HOME": str(tmp_path)})
    looks = f"import os\nassert not {list(secrets)!r} & os.environ.keys() and os.environ['HOME'] != {str(tmp_path)!r}"
    looks = looks.replace("not [", "not {").replace("] &", "} &")
    done = install({"hello.py": looks}, how=replace(HOW, smoke_command=f'python -c "{looks}"'.replace("\n", "; ")))
    assert (failures(done), done.command) == ({}, None)


def test_what_cannot_be_installed_is_told_in_the_installers_words(install: Bench) -> None:
    done = install(meta=metadata({"Requires-Python": ">=4"}))
    assert "Python>=4" in done.failure
    assert (done.imports, done.version) == ((), None)


def test_an_index_that_cannot_be_reached_is_not_the_packages_fault(install: Bench) -> None:
    with pytest.raises(IndexUnavailableError, match="UV_OFFLINE"):
        install(meta=metadata({}, "Requires-Dist: world-that-nobody-has-in-a-cache"))


def test_a_python_that_is_not_there_is_named(offline: World, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"Python 3\.2"):
        smoke(wheel().write(tmp_path), "hello", root=tmp_path / "smoke", how=HOW, world=offline, python="3.2")


@pytest.mark.slow
def test_pip_installs_as_uv_does(world: World, tmp_path: Path) -> None:
    made = wheel({"hello.py": "import packaging"}, meta=metadata({}, "Requires-Dist: packaging")).write(tmp_path)
    done = smoke(made, "hello", root=tmp_path / "smoke", how=HOW, world=world, installer="pip", leave=False)
    assert (done.failure, failures(done), done.leftovers) == ("", {}, ())
    assert (done.installer, done.version) == ("pip", "1.0.0")


@pytest.mark.slow
def test_an_sdist_is_built_and_installed(world: World, tmp_path: Path) -> None:
    pyproject = (
        '[project]\nname = "hello"\nversion = "1.0.0"\ndescription = "x"\n[build-system]\nrequires = ["flit-core"]\n'
    )
    pyproject += 'build-backend = "flit_core.buildapi"\n'
    files = {"pyproject.toml": pyproject, "hello.py": '"""Hello."""'}
    made = sdist(files, without=("pyproject.toml",)).write(tmp_path)
    done = smoke(made, "hello", root=tmp_path / "smoke", how=HOW, world=world)
    assert (done.failure, [use.name for use in done.imports], failures(done)) == ("", ["hello"], {})


@pytest.mark.slow
@pytest.mark.parametrize("python", ["3.8", "3.9", "3.10", "3.11", "3.12"])
def test_other_pythons_are_probed_as_well(world: World, tmp_path: Path, python: str) -> None:
    quiet = replace(world, environ={**world.environ, "UV_PYTHON_DOWNLOADS": "never"})
    made = wheel({"hello/__init__.py": "def main(): ..."}, entry_points=SCRIPT).write(tmp_path)
    try:
        done = smoke(made, "hello", root=tmp_path / "smoke", how=HOW, world=quiet, python=python, leave=False)
    except ToolError:
        pytest.skip(f"there is no Python {python} here")
    assert done.python.startswith(python + ".")
    assert (failures(done), len(done.imports), len(done.entry_points), done.leftovers) == ({}, 1, 1, ())
