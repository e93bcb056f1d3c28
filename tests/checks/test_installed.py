"""What is made of an installation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pypublish.checks.installed import Proof
from pypublish.model import Installation, Use
from tests.checks.examples import Example, fails, findings, name_of, passes, say

FILE = "hello-1.0.0-py3-none-any.whl"
INSTALLED = Installation(
    artifact=FILE,
    python="3.13.0",
    installer="uv",
    version="1.0.0",
    imports=(Use(name="hello"),),
    entry_points=(Use(name="console_scripts: hello = hello:main"),),
)


def proof(**changes: object) -> Proof:
    return Proof(installation=replace(INSTALLED, **changes), name="hello", version="1.0.0")  # type: ignore[arg-type]


def imports(*uses: Use, optional: tuple[str, ...] = ()) -> Proof:
    return proof(imports=uses, optional=optional)


def loads(*uses: Use, optional: tuple[str, ...] = ()) -> Proof:
    return proof(entry_points=uses, optional=optional)


SOUND = proof()
HELLO = Use(name="hello")
NO_WORLD = "ModuleNotFoundError: No module named 'world' (hello/__init__.py:1)"
SCRIPT = "console_scripts: hello = hello:main"

EXAMPLES = [
    fails(
        "distribution-installs",
        proof(failure="No solution found when resolving dependencies", version=None, imports=(), entry_points=()),
        f"{FILE}: uv cannot install it on Python 3.13.0:\nNo solution found when resolving dependencies",
    ),
    passes("distribution-installs", SOUND),
    fails("installed-version-is-the-releases", proof(version="0.9"), f"{FILE}: version 0.9 is installed, not 1.0.0"),
    passes("installed-version-is-the-releases", proof(version="1.0")),
    passes("installed-version-is-the-releases", proof(version=None)),
    fails(
        "modules-import",
        imports(Use(name="hello", failure=NO_WORLD, missing="world")),
        f"{FILE}: hello does not import on Python 3.13.0: {NO_WORLD}",
    ),
    fails(
        "modules-import",
        imports(Use(name="hello", failure=NO_WORLD, missing="world"), Use(name="other"), optional=("world",)),
        f"{FILE}: hello does not import on Python 3.13.0: {NO_WORLD}",
    ),
    fails(
        "modules-import",
        imports(HELLO, Use(name="_hello_pytest", failure="no pytest", missing="pytest")),
        f"{FILE}: _hello_pytest does not import on Python 3.13.0: no pytest [warning]",
    ),
    fails(
        "modules-import",
        imports(HELLO, Use(name="hellod", failure="no aiohttp", missing="aiohttp"), optional=("aiohttp",)),
        f"{FILE}: hellod does not import on Python 3.13.0: no aiohttp [warning]",
    ),
    fails(
        "modules-import",
        imports(HELLO, Use(name="hellod", failure="ends the process with SIGSEGV")),
        f"{FILE}: hellod does not import on Python 3.13.0: ends the process with SIGSEGV",
    ),
    passes("modules-import", SOUND),
    passes("modules-import", imports(HELLO, Use(name="tests", skipped="a module of this name is not for import"))),
    fails(
        "entry-points-load",
        loads(Use(name=SCRIPT, failure="AttributeError: module 'hello' has no attribute 'main'")),
        f"{FILE}: {SCRIPT} does not load on Python 3.13.0: AttributeError: module 'hello' has no attribute 'main'",
    ),
    fails(
        "entry-points-load",
        loads(Use(name=SCRIPT, failure=NO_WORLD, missing="world")),
        f"{FILE}: {SCRIPT} does not load on Python 3.13.0: {NO_WORLD}",
    ),
    fails(
        "entry-points-load",
        loads(Use(name=SCRIPT, failure="no yaml", missing="yaml"), optional=("pyyaml",)),
        f"{FILE}: {SCRIPT} does not load on Python 3.13.0: no yaml [warning]",
    ),
    fails(
        "entry-points-load",
        loads(Use(name=SCRIPT, failure="SystemExit: 1 (hello/cli.py:9)"), optional=("click",)),
        f"{FILE}: {SCRIPT} does not load on Python 3.13.0: SystemExit: 1 (hello/cli.py:9) [warning]",
    ),
    fails(
        "entry-points-load",
        loads(Use(name=SCRIPT, skipped="needs the extra cli, which is not installed")),
        f"{FILE}: {SCRIPT} was not tried: it needs the extra cli, which is not installed [note]",
    ),
    fails(
        "entry-points-load",
        loads(
            Use(name="pytest11: hello = hello.plugin", failure="no pytest", missing="pytest"),
            Use(name="pytest11: world = hello.world", failure="no pytest", missing="pytest"),
        ),
        f"{FILE}: pytest11: hello = hello.plugin and 1 more could not be tried: pytest is not installed [note]",
    ),
    fails(
        "entry-points-load",
        loads(Use(name="pytest11: hello = hello.plugin", failure="ImportError: cannot import name 'x'")),
        f"{FILE}: pytest11: hello = hello.plugin does not load on Python 3.13.0: ImportError: cannot import name 'x'",
    ),
    passes("entry-points-load", SOUND),
    fails("something-can-be-imported", imports(), f"{FILE}: no module was installed that could be imported"),
    passes("something-can-be-imported", SOUND),
    passes("something-can-be-imported", proof(failure="no", imports=())),
    passes(
        "something-can-be-imported", imports(Use(name="hello-stubs", skipped="it has stubs for type checkers alone"))
    ),
    fails(
        "module-says-its-version",
        imports(Use(name="hello", version="0.9")),
        f"{FILE}: hello.__version__ is '0.9', the release is 1.0.0",
    ),
    passes("module-says-its-version", imports(Use(name="hello", version="1.0"))),
    passes("module-says-its-version", imports(Use(name="world", version="7"), HELLO)),
    fails(
        "smoke-command-succeeds",
        proof(command="it ended with exit code 3\nno world"),
        f"{FILE}: the smoke command failed on Python 3.13.0: it ended with exit code 3\nno world",
    ),
    passes("smoke-command-succeeds", SOUND),
    fails(
        "uninstalling-leaves-nothing",
        proof(leftovers=("lib/hello/cache.db",)),
        f"{FILE}: lib/hello/cache.db stays behind after uninstalling",
    ),
    fails(
        "uninstalling-leaves-nothing",
        proof(leftovers=("lib/hello/a", "lib/hello/b", "lib/hello/c")),
        f"{FILE}: lib/hello/a and 2 more files stay behind after uninstalling",
    ),
    passes("uninstalling-leaves-nothing", SOUND),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_installed(example: Example) -> None:
    assert say(example.check, example.subject) == example.says


def test_a_missing_dependency_is_named_in_the_hint() -> None:
    (found,) = findings("modules-import", imports(Use(name="hello", failure=NO_WORLD, missing="world")))
    assert found.hint == "If hello needs world, add what brings it to `dependencies` in pyproject.toml."
