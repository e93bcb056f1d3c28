from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import uv

from tests.bootstrap.machine import ROOT, Checkout, mirror
from tests.faulty_server import FaultyServer

ENTRY = ROOT / "bootstrap.py"
MODULES = [ENTRY, *sorted((ROOT / "locked_environment").glob("*.py"))]


def find_python(version: str) -> str:
    """Find an interpreter on PATH, among pyenv's or among uv's; skip the test where there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    theirs = sorted(str(path) for path in pyenv.glob(f"versions/{version}.*/bin/python{version}"))
    command = [uv.find_uv_bin(), "python", "find", "--offline", "--no-project", version]
    uvs = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    for candidate in (shutil.which(f"python{version}"), *theirs, uvs):
        # A shim on PATH may be there without an interpreter behind it.
        if candidate and subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return candidate
    pytest.skip(f"Python {version} is not on this machine")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_it_parses_on_the_oldest_python_that_it_runs_on(module: Path) -> None:
    ast.parse(module.read_text("utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_it_imports_the_standard_library_and_itself(module: Path) -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or ".")
    assert {name.partition(".")[0] for name in imported} <= {*sys.stdlib_module_names, "locked_environment"}


def test_it_is_ascii_since_python_2_reads_nothing_else() -> None:
    assert ENTRY.read_text("utf-8").isascii()


@pytest.mark.parametrize("version", ["2.7", "3.3", "3.4", "3.5"])
def test_the_oldest_show_the_line_that_says_what_is_needed(checkout: Checkout, version: str) -> None:
    started = checkout.start("prepare", python=find_python(version))
    assert started.code == 1
    assert started.out == ""
    assert started.err.splitlines()[-1] == "SyntaxError: invalid syntax"
    assert 'NEEDS: str = "Python 3.8 or newer is needed. Install one, and start bootstrap.py with it."' in started.err


@pytest.mark.parametrize("version", ["3.6", "3.7"])
def test_the_old_are_told_what_is_needed(checkout: Checkout, version: str) -> None:
    started = checkout.start("prepare", python=find_python(version))
    assert (started.code, started.out) == (3, "")
    (line,) = started.err.splitlines()
    expected = (
        "bootstrap.py: Python 3.8 or newer is needed. Install one, and start bootstrap.py with it. This is Python "
    )
    assert line.startswith(expected + version)


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10"])
def test_the_older_start_a_newer_one(checkout: Checkout, with_uv: dict[str, str], version: str) -> None:
    python = find_python(version)
    for _ in ("cold", "warm"):
        started = checkout.start("verify", python=python, UV_OFFLINE="1", **with_uv)
        assert [3, 11] <= started.report["python"] <= [3, 14]


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10"])
def test_the_older_fetch_uv_too(checkout: Checkout, tmp_path: Path, version: str) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    with FaultyServer(behaviour=mirror(style="html", login="bob:geheim")) as server:
        url = f"{server.url}/simple".replace("//", "//bob:geheim@")
        path = f"{tmp_path}/bin:{checkout.environ['PATH']}"
        started = checkout.start("prepare", python=find_python(version), PIP_INDEX_URL=url, PATH=path)
    assert started.err.startswith("bootstrap.py: fetching uv 9.9.9\n")
    assert [3, 11] <= started.report["python"] <= [3, 14]


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_the_others_run_pypublish_themselves(checkout: Checkout, with_uv: dict[str, str], version: str) -> None:
    python = find_python(version)
    started = checkout.start("verify", python=python, UV_OFFLINE="1", **with_uv)
    assert started.report["python"] == [int(part) for part in version.split(".")]
