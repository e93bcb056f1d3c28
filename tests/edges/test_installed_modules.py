"""The modules of an installed distribution come before those of a source tree, whatever a program does to its path."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import pytest

from pypublish.edges import environment as environments
from pypublish.edges.environment import Environment
from pypublish.edges.installed_modules import modules_of, put_first
from pypublish.edges.world import World
from tests import projects


@pytest.mark.parametrize(
    ("files", "modules"),
    [
        (("hello/__init__.py", "hello/a.py", "hello/b/__init__.py"), ("hello",)),
        (("hello.py", "_hello.cpython-313-x86_64-linux-gnu.so"), ("_hello", "hello")),
        (("google/cloud/ours/__init__.py", "google/cloud/ours/x.py"), ("google.cloud.ours",)),
        (("space/one.py", "space/two.py"), ("space.one", "space.two")),
        (("hello/__init__.cpython-313-x86_64-linux-gnu.so", "hello/a.py"), ("hello",)),
        (("hello-1.0.dist-info/METADATA", "../../../bin/hello", "/etc/x.py", "hello/data.txt"), ()),
        (("__pycache__/hello.cpython-313.pyc", "__pycache__/x.py"), ()),
        (("it's/__init__.py", "a b.py", "class/x.py"), ("class.x",)),
    ],
)
def test_the_outermost_modules(files: tuple[str, ...], modules: tuple[str, ...]) -> None:
    assert modules_of(files) == modules


@pytest.fixture
def environment(tmp_path: Path, world: World) -> Environment:
    return environments.create(tmp_path / "env", world=world, env=dict(world.environ))


def installed(environment: Environment, name: str, files: projects.Files) -> None:
    folder = Path(sysconfig.get_path("purelib", vars={"base": str(environment.root)}))
    projects.write(folder, {**files, f"{name}-1.0.dist-info/RECORD": "".join(f"{file},,\n" for file in files)})


def printed(environment: Environment, tree: Path, *args: str, path: str = "") -> str:
    done = subprocess.run(
        [environment.python, *args], cwd=tree, env={"PYTHONPATH": path}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_the_installed_module_is_found_before_the_trees(environment: Environment, tmp_path: Path) -> None:
    tree = projects.write(
        tmp_path / "tree",
        {
            "hello/__init__.py": "where = 'tree'\n",
            "hello/__main__.py": "print('tree')\n",
            "shared/other/__init__.py": "where = 'tree'\n",
            "shared/ours/__init__.py": "where = 'tree'\n",
            "alone.py": "where = 'tree'\n",
        },
    )
    files = {
        "hello/__init__.py": "where = 'wheel'\n",
        "hello/__main__.py": "print('wheel')\n",
        "shared/ours/__init__.py": "where = 'wheel'\n",
    }
    installed(environment, "Hello_Dist", files)
    ask = "import sys; sys.path[:0] = [sys.argv[1]]; import hello, alone, shared.ours, shared.other"
    ask += "; print(hello.where, alone.where, shared.ours.where, shared.other.where)"
    assert printed(environment, tree, "-c", ask, ".") == "tree tree tree tree"
    assert put_first(environment, "hello-dist") == ("hello", "shared.ours")
    assert printed(environment, tree, "-c", ask, ".") == "wheel tree wheel tree"
    assert printed(environment, tree, "-c", ask, ".", path=str(tree)) == "wheel tree wheel tree"
    assert printed(environment, tree, "-m", "hello") == "wheel"


def test_what_is_not_installed_has_no_modules(environment: Environment) -> None:
    assert put_first(environment, "hello") == ()
