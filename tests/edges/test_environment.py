"""Environments made by uv: what is in them, and what an installation that fails means."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.edges import environment
from pypublish.edges.allowlist import build_variables
from pypublish.edges.environment import Environment, RequirementsError
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, ToolError, ToolMissingError, ToolTimeoutError
from tests import projects

Install = Callable[..., Environment]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    shelf = tmp_path / "shelf"
    projects.put_wheel(shelf, "Lib_One", {"one.py": "x = 1"}, version="1.0", needs=("lib-two>=2",))
    projects.put_wheel(shelf, "lib_two", {"two.py": ""}, version="2.0")
    projects.put_wheel(shelf, "lib_two", {"two.py": ""}, version="2.1")
    return shelf


@pytest.fixture
def install(shelf: Path, uv_cache: Path, world: World) -> Install:
    def install(*requirements: str, more: Mapping[str, str] = {}, timeout: float = 60) -> Environment:
        env = build_variables({**world.environ, **projects.only(shelf, cache=uv_cache), **more})
        made = environment.create(world.scratch / "env", world=world, env=env)
        environment.install(made, requirements, world=world, env=env, timeout=timeout)
        return made

    return install


def test_what_is_installed_is_there_with_what_it_needs(install: Install) -> None:
    made = install("lib_one")

    assert environment.packages(made) == {"lib-one": "1.0", "lib-two": "2.1"}
    run = [str(made.python), "-I", "-c", "import one, sys; print(one.x, sys.prefix)"]
    assert subprocess.run(run, check=True, capture_output=True, text=True).stdout.split() == ["1", str(made.root)]


def test_it_is_of_this_python_and_says_which(install: Install) -> None:
    facts = environment.facts(install())

    assert facts["version_info"] == sys.version.split()[0]
    assert facts["uv"][0].isdigit()


def test_nothing_else_is_in_it(install: Install) -> None:
    made = install()

    assert environment.packages(made) == {}
    assert subprocess.run([str(made.python), "-c", "import pytest"], check=False, capture_output=True).returncode == 1


def test_constraints_for_builds_hold(install: Install, tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").write_text("lib-two<2.1\n")

    made = install("lib-one", more={"UV_BUILD_CONSTRAINT": str(tmp_path / "constraints.txt")})

    assert environment.packages(made)["lib-two"] == "2.0"


@pytest.mark.parametrize(
    ("requirements", "said"),
    [
        (["lib-one>1"], "lib-one==1.0"),
        (["no-such-package"], "not found"),
        (["lib-two<2", "lib-one"], "unsatisfiable"),
        (["--index-url=https://evil"], "index-url"),
        (["-e", "."], "-e"),
    ],
)
def test_what_cannot_be_had_is_said_in_uvs_words(requirements: list[str], said: str, install: Install) -> None:
    with pytest.raises(RequirementsError, match="could not be installed") as error:
        install(*requirements)
    assert said in error.value.output


def test_an_index_that_does_not_answer_is_no_fault_of_the_requirement(install: Install) -> None:
    nowhere = {"UV_CONFIG_FILE": "", "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple", "UV_HTTP_RETRIES": "0"}

    with pytest.raises(IndexUnavailableError, match="other-package could not be fetched") as error:
        install("other-package", more=nowhere)
    assert "127.0.0.1:9" in error.value.hint


def test_offline_what_is_not_cached_cannot_be_had(install: Install) -> None:
    offline = {"UV_CONFIG_FILE": "", "UV_OFFLINE": "1", "UV_DEFAULT_INDEX": "https://index.example"}

    with pytest.raises(IndexUnavailableError, match="UV_OFFLINE forbids"):
        install("other-package", more=offline)


def test_its_time_is_limited(install: Install) -> None:
    with pytest.raises(ToolTimeoutError, match="uv was stopped after its time limit"):
        install("lib-one", timeout=0)


def test_a_python_that_is_not_there(world: World) -> None:
    with pytest.raises(ToolError, match=r"of Python 2\.6") as error:
        environment.create(world.scratch / "env", world=world, env=build_variables(world.environ), python="2.6")
    assert error.value.hint == "Name a Python that is on this machine."


def test_settings_of_a_project_above_do_not_count(install: Install, world: World) -> None:
    (world.scratch / "uv.toml").write_text("this is no TOML")
    (world.scratch / "pyproject.toml").write_text("[tool.uv]\nrequired-version = '>99'\n")

    assert "lib-two" in environment.packages(install("lib-two"))


def test_without_uv(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)

    with pytest.raises(ToolMissingError, match="uv is not on this machine"):
        environment.find_uv({"PATH": "/nowhere"})


def test_a_uv_on_path_will_do(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    (tmp_path / "uv").touch(mode=0o755)

    found = environment.find_uv(replace(world, environ={"PATH": str(tmp_path)}).environ)

    assert found == str(tmp_path / "uv")
