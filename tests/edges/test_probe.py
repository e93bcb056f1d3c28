"""What a distribution offers for import, by the names of its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypublish.edges.probe import describe, find_old_namespaces, installed_modules, missing_module, stub_packages

SUFFIXES = [".py", ".pyc", ".cpython-313-x86_64-linux-gnu.so", ".abi3.so", ".so"]


@pytest.mark.parametrize(
    ("paths", "modules"),
    [
        pytest.param(["hello/__init__.py", "hello/a.py"], ["hello"], id="package"),
        pytest.param(["hello.py", "_hello.py"], ["_hello", "hello"], id="modules"),
        pytest.param(["hello/__init__.pyc"], ["hello"], id="package without sources"),
        pytest.param(
            ["a.cpython-313-x86_64-linux-gnu.so", "b.abi3.so", "c.so"], ["a", "b", "c"], id="extension modules"
        ),
        pytest.param(["hello/__init__.py", "hello/_c.abi3.so"], ["hello"], id="extension module inside"),
        pytest.param(
            ["a.cpython-312-x86_64-linux-gnu.so", "b.pyd", "libhello.so"], [], id="of another Python, no module"
        ),
        pytest.param(
            ["ns/a/__init__.py", "ns/b.py", "ns/deep/c/__init__.py"], ["ns.a", "ns.b", "ns.deep.c"], id="namespace"
        ),
        pytest.param(["ns/data/a.txt", "other.py"], ["other"], id="folder of data"),
        pytest.param(["hello-stubs/__init__.pyi"], [], id="stubs"),
        pytest.param(["hello/__main__.py", "__main__.py"], [], id="programs"),
        pytest.param(["my-hello.py", "class.py", "class/__init__.py", "1/__init__.py"], [], id="no names"),
        pytest.param(["../../bin/hello.py", "hello-1.dist-info/x.py", "a/__pycache__/b.py"], [], id="elsewhere"),
        pytest.param(["hello/_vendor/world/__init__.py", "hello/__init__.py"], ["hello"], id="vendored"),
        pytest.param(["__init__.py"], [], id="package without a name"),
    ],
)
def test_what_is_offered_for_import(paths: list[str], modules: list[str]) -> None:
    assert list(installed_modules(paths, SUFFIXES, set())) == modules


@pytest.mark.parametrize(
    ("paths", "aside"),
    [
        (["hello.py", "tests/__init__.py", "setup.py", "docs/conf.py"], ["docs.conf", "setup", "tests"]),
        (["ns/a.py", "ns/tests/__init__.py"], ["ns.tests"]),
        (["ns/tasks.py", "ns/docs.py"], []),
        (["tests/__init__.py"], []),
    ],
)
def test_what_nobody_means_to_import_is_left_aside_beside_something_else(paths: list[str], aside: list[str]) -> None:
    assert [name for name, why in installed_modules(paths, SUFFIXES, set()).items() if why] == aside


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n", ["ns.a"]),
        ("import pkg_resources\npkg_resources.declare_namespace(__name__)\n", ["ns.a"]),
        ("'''A package.'''\n", ["ns"]),
    ],
    ids=["pkgutil", "pkg_resources", "package"],
)
def test_old_namespace_packages_are_seen_through(text: str, modules: list[str], tmp_path: Path) -> None:
    (tmp_path / "ns").mkdir()
    (tmp_path / "ns" / "__init__.py").write_text(text)
    paths = ["ns/__init__.py", "ns/a/__init__.py"]
    assert list(installed_modules(paths, SUFFIXES, find_old_namespaces(paths, tmp_path))) == modules


def test_stub_packages_are_named() -> None:
    assert list(stub_packages(["hello-stubs/__init__.pyi", "hello/__init__.pyi"])) == ["hello-stubs"]


def raised(code: str) -> BaseException:
    try:
        exec(code, {})  # noqa: S102 - our own code
    except BaseException as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("import world_of_others", "world_of_others"),
        ("import world.deep", ""),
        ("raise ModuleNotFoundError('x', name='world.deep')", ""),
        ("raise ModuleNotFoundError('x', name='google.iam')", "google.iam"),
        (
            "try:\n import world_of_others\nexcept ImportError as e:\n raise ImportError('needs it') from e",
            "world_of_others",
        ),
        ("raise ImportError('libGL.so.1: cannot open shared object file')", ""),
        ("1/0", ""),
    ],
)
def test_which_module_of_others_is_missing(code: str, missing: str) -> None:
    assert missing_module(raised(code), ["world", "google.cloud.storage"]) == missing


class RudeError(Exception):
    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("two\nlines"), "ValueError: two lines"),
        (SystemExit(1), "SystemExit: 1"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (RudeError(), "RudeError"),
        (ValueError("x" * 10_000), "ValueError: " + "x" * 600),
    ],
    ids=["lines", "exit", "interrupt", "rude", "long"],
)
def test_what_was_raised_is_said_in_one_line(error: BaseException, words: str) -> None:
    assert describe(error) == words
