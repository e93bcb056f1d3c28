"""A user's repository on GitHub, as a clone of it looks."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True, kw_only=True)
class Repository:
    """A user's repository on GitHub, as a clone of it looks."""

    path: Path

    def write(self, files: Mapping[str, str]) -> None:
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)

    def commit(self, message: str = "more") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    @property
    def tags(self) -> dict[str, str]:
        """Tag -> commit."""
        return dict(line.split() for line in self.git("tag", "--format=%(refname:short) %(objectname)").splitlines())

    def git(self, *args: str) -> str:
        done = subprocess.run(
            ["git", *args], cwd=self.path, env=GIT_ENVIRON, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


GIT_ENVIRON = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "M"), ("EMAIL", "m@x"))
    },
}

PROJECT = {
    "pyproject.toml": """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "tinypkg"
version = "0.1.0"
description = "A package that is hardly there."
readme = "README.md"
requires-python = ">=3.9"
license = "MIT"
license-files = ["LICENSE"]
authors = [{ name = "M" }]
classifiers = ["Programming Language :: Python :: 3.9", "Programming Language :: Python :: 3.13"]

[project.scripts]
tinypkg = "tinypkg:main"
""",
    "README.md": "# tinypkg\n\nIt says hello.\n",
    "LICENSE": "MIT License\n",
    "src/tinypkg/__init__.py": 'def main():\n    print("hello")\n',
    ".gitignore": "__pycache__/\n",
}


def new_repository(path: Path, more: Mapping[str, str]) -> Repository:
    made = Repository(path=path)
    made.path.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    made.git("remote", "add", "origin", "https://github.com/acme/tinypkg")
    made.write(PROJECT | dict(more))
    made.commit("first")
    made.git("tag", "v0.1.0")
    return made
