"""Sample projects, made of dicts: with the backends that people use, and with backends that do as a test wants."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

Files = Mapping[str, str]

AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A Maintainer"), ("EMAIL", "a@example.org"), ("DATE", "1700000000 +0000"))
}


HATCH = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "hello"
version = "1.2.0"
description = "Says hello."
readme = "README.md"
requires-python = ">=3.11"
license = "MIT"
authors = [{ name = "A Maintainer" }]
"""
"""The pyproject.toml of a project that hatchling builds."""


def write(root: Path, files: Files) -> Path:
    """Write a tree and return its root."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")
    return root


def git(folder: Path, *args: str) -> str:
    """Run git as somebody without any configuration."""
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ALLOW_PROTOCOL": "file"}
    return subprocess.run(
        ["git", "-C", str(folder), *args],
        env={"PATH": os.environ["PATH"], **nobody, **AUTHOR},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def commit(root: Path, *tags: str, message: str = "a commit") -> str:
    """Commit everything that lies in a tree, with a repository if there is none yet, and return the commit."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all", "--force")
    git(root, "commit", "--quiet", "--allow-empty", f"--message={message}")
    for tag in tags:
        git(root, "tag", "--", tag)
    return git(root, "rev-parse", "HEAD").strip()


BACKEND = """
import os, pathlib, tarfile, zipfile

NAME, VERSION = "hello", "1.2.0"
INFO = f"Metadata-Version: 2.1\\nName: {NAME}\\nVersion: {VERSION}\\n"
TOP = f"{NAME}-{VERSION}"

def build_sdist(sdist_directory, config_settings=None):
    name = f"{TOP}.tar.gz"
    pathlib.Path("PKG-INFO").write_text(INFO)
    with tarfile.open(os.path.join(sdist_directory, name), "w:gz") as archive:
        for path in sorted(pathlib.Path().rglob("*")):
            if path.is_file() and ".git" not in path.parts:
                archive.add(path, f"{TOP}/{path.as_posix()}")
    return name

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = f"{TOP}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as archive:
        archive.writestr("hello.py", pathlib.Path("hello.py").read_text())
        archive.writestr(f"{TOP}.dist-info/METADATA", INFO)
        archive.writestr(f"{TOP}.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr(f"{TOP}.dist-info/RECORD", "")
    return name
"""
"""A backend of the standard library alone, so that no registry is needed; what a test appends replaces its hooks."""


def with_own_backend(code: str = "", *, requires: tuple[str, ...] = ()) -> dict[str, str]:
    """Return a project whose backend lies in its own tree: each hook is a process of its own."""
    return {
        "pyproject.toml": f"""
            [build-system]
            requires = {list(requires)!r}
            build-backend = "own_backend"
            backend-path = ["backend"]
            [project]
            name = "hello"
            version = "1.2.0"
            """,
        "backend/own_backend.py": BACKEND + dedent(code),
        "hello.py": "__version__ = '1.2.0'\n",
    }


def with_installed_backend(shelf: Path, code: str = "", *, requires: tuple[str, ...] = ()) -> dict[str, str]:
    """Return a project whose backend is installed from `shelf`: its hooks are forked where that can be done."""
    source = BACKEND + dedent(code)
    name = f"made_{hashlib.sha256(source.encode()).hexdigest()[:12]}"
    put_wheel(shelf, name, {f"{name}.py": source})
    return {
        "pyproject.toml": f"""
            [build-system]
            requires = {[name, *requires]!r}
            build-backend = "{name}"
            [project]
            name = "hello"
            version = "1.2.0"
            """,
        "hello.py": "__version__ = '1.2.0'\n",
    }


def put_wheel(shelf: Path, name: str, files: Files, *, version: str = "1.0", needs: tuple[str, ...] = ()) -> Path:
    """Put a wheel on a shelf, for installers that look there and nowhere else."""
    shelf.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    requirements = "".join(f"Requires-Dist: {need}\n" for need in needs)
    described = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requirements}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    path = shelf / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for member, text in {**files, **described}.items():
            wheel.writestr(member, text)
        wheel.writestr(f"{info}/RECORD", "".join(f"{member},,\n" for member in (*files, *described, f"{info}/RECORD")))
    return path


def only(shelf: Path, *, cache: Path) -> dict[str, str]:
    """Return the variables by which uv finds packages on a shelf and nowhere else."""
    shelf.mkdir(exist_ok=True)
    settings = shelf / "uv.toml"
    settings.write_text(f"no-index = true\nfind-links = [{str(shelf)!r}]\n")
    return {"UV_CONFIG_FILE": str(settings), "UV_CACHE_DIR": str(cache)}


PROJECT = """
    [project]
    name = "hello"
    version = "1.2.0"
    description = "Says hello."
    readme = "README.md"
    requires-python = ">=3.11"
    """

_COMMON = {"README.md": "# hello\n", "src/hello/__init__.py": "def hello() -> str:\n    return 'hello'\n"}


def _with(requires: str, backend: str, more: str = "") -> dict[str, str]:
    table = f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{backend}"\n'
    return {"pyproject.toml": table + dedent(PROJECT) + dedent(more), **_COMMON}


WITH_BACKEND: Mapping[str, Files] = {
    "hatchling": _with("hatchling", "hatchling.build"),
    "setuptools": _with("setuptools>=77", "setuptools.build_meta"),
    "setuptools without a table": {
        "setup.py": """
            from setuptools import setup
            setup(name="hello", version="1.2.0", packages=["hello"], package_dir={"": "src"})
            """,
        **_COMMON,
    },
    "flit-core": _with("flit_core>=3.11", "flit_core.buildapi"),
    "poetry-core": _with("poetry-core>=2", "poetry.core.masonry.api"),
    "pdm-backend": _with("pdm-backend", "pdm.backend"),
    "uv_build": _with("uv_build>=0.12", "uv_build"),
}
"""The same project with each backend that people use."""
