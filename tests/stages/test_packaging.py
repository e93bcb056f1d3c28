"""`pypublish init --packaging` on real trees: what it writes is built by the real backends."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from pypublish.cli.init import init
from tests.projects import Files, git, write

MIT = (Path(__file__).parents[2] / "LICENSE").read_text("utf-8")

TREES: dict[str, tuple[Files, str, str]] = {
    "nothing at all": ({}, "thing-0.1.0", "thing/py.typed"),
    "a module": ({"dice.py": '"""Rolls dice."""\ndef main() -> None:\n    print(4)\n'}, "dice-0.1.0", "dice.py"),
    "two packages": (
        {"src/one/__init__.py": "", "src/two/__init__.py": "", "README.md": "# One\n\nIs one of two.\n"},
        "one-0.1.0",
        "two/__init__.py",
    ),
    "a package with its version": ({"thing/__init__.py": '__version__ = "3.1"\n'}, "thing-3.1", "thing/__init__.py"),
    "setup.py": (
        {
            "setup.py": """
                from setuptools import setup, find_packages
                setup(name="old-one", version="2.0", packages=find_packages(), install_requires=sorted(["six"]),
                      entry_points={"console_scripts": ["old=old_one:main"]})
            """,
            "old_one/__init__.py": "def main() -> int:\n    return 0\n",
            "LICENSE": MIT,
        },
        "old_one-2.0",
        "old_one/py.typed",
    ),
    "setup.cfg": (
        {
            "setup.cfg": """
                [metadata]
                name = cfg
                version = attr: cfg.__version__
                [options]
                package_dir = =src
                packages = find:
                install_requires =
                    six
                [options.packages.find]
                where = src
            """,
            "src/cfg/__init__.py": '__version__ = "0.9"\n',
            "pyproject.toml": "[tool.black]\nline-length = 100 # keep\n",
        },
        "cfg-0.9",
        "cfg/__init__.py",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("tree", TREES)
def test_what_is_written_is_built(tree: str, tmp_path: Path) -> None:
    files, stem, member = TREES[tree]
    root = write(tmp_path / "thing", files)
    root.mkdir(exist_ok=True)
    git(root, "init", "--quiet")
    said = CliRunner().invoke(init, [str(root), "--packaging", "--yes"], env={"PYPUBLISH_FORMAT": "text"})
    assert said.exit_code == 0, said.output
    out = tmp_path / "dist"
    built = subprocess.run(
        [sys.executable, "-m", "build", "--installer=uv", "--outdir", str(out), str(root)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))},
    )
    assert built.returncode == 0, built.stdout + built.stderr
    with zipfile.ZipFile(next(out.glob(f"{stem}-py3-none-any.whl"))) as wheel:
        assert member in wheel.namelist()
        (metadata,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
        if tree.startswith("setup"):
            assert "Requires-Dist: six" in wheel.read(metadata).decode()


def test_without_a_yes_nothing_is_written(tmp_path: Path) -> None:
    said = CliRunner().invoke(init, [str(tmp_path), "--packaging"], env={"PYPUBLISH_FORMAT": "text"})
    assert said.exit_code == 0
    assert "+++ b/pyproject.toml" in said.output
    assert "Nothing was written; --yes writes it." in said.output
    assert not list(tmp_path.iterdir())


def test_the_ends_of_lines_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b'[project]\r\nname = "x"\r\nversion = "1"\r\n')
    CliRunner().invoke(init, [str(tmp_path), "--packaging", "--yes"], env={"PYPUBLISH_FORMAT": "text"})
    written = (tmp_path / "pyproject.toml").read_bytes()
    assert b'name = "x"\r\n' in written
    assert written.count(b"\n") == written.count(b"\r\n")


def test_a_pyproject_that_does_not_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project\n", "utf-8")
    said = subprocess.run(
        [sys.executable, "-m", "pypublish", "init", "--packaging", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert said.returncode == 2
    assert "pyproject.toml does not read" in said.stderr
    assert "Traceback" not in said.stderr
