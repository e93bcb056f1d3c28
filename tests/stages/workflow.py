"""The release workflow's prepare, attempt by attempt, with a backend that never makes the same sdist twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pypublish.checks.project import parse
from pypublish.edges.tree import read_tree
from pypublish.findings import Outcome
from pypublish.model import PYPI, Intent
from pypublish.rehearsal.server import Rehearsal
from pypublish.settings import Settings
from pypublish.stages.prepare import prepare
from pypublish.stages.stage import Staged
from tests import projects
from tests.rehearsal.parts import http_client, send
from tests.stages.attempts import Attempts, zipped

BACKEND = """
from hatchling.build import *
from hatchling.build import build_sdist as _build_sdist
import pathlib, secrets
def build_sdist(sdist_directory, config_settings=None):
    if {random}:
        pathlib.Path("hello/token.txt").write_text(secrets.token_hex())
    return _build_sdist(sdist_directory, config_settings)
"""

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "backend"
backend-path = ["."]
[project]
name = "hello"
version = "1.2.0"
description = "Says hello."
readme = "README.md"
requires-python = ">=3.9"
license = "MIT"
authors = [{ name = "A Maintainer" }]
"""


@dataclass
class Quiet:
    done_: list[str] = field(default_factory=list)

    def started(self, stage: str) -> None:
        pass

    def done(self, outcome: Outcome[object]) -> None:
        self.done_.append(f"{outcome.stage}: {outcome.summary}")


@dataclass
class Workflow:
    """The release workflow's prepare, attempt by attempt, with PyPI on this machine."""

    attempts: Attempts
    index: Rehearsal
    root: Path
    said: list[str] = field(default_factory=list)

    def prepare(self, *, again: bool = False, packages_dir: Path | None = None) -> Outcome[Staged]:
        observer = Quiet()
        outcome = prepare(
            parse(read_tree(self.root)),
            Settings(),
            Intent(index=PYPI, dry_run=False, tag="v1.2.0", tag_given=True),
            self.attempts.world,
            observer,
            out=self.attempts.out,
            packages_dir=packages_dir,
            recovery=self.attempts.recovery() if again else None,
        )
        self.said = [line for line in observer.done_ if line.startswith(("recover", "build", "plan"))]
        return outcome

    def hand_over(self, outcome: Outcome[Staged]) -> None:
        """Upload what prepare made, as the action does."""
        files = {
            path.relative_to(self.attempts.out).as_posix(): path.read_bytes()
            for path in self.attempts.out.rglob("*")
            if path.is_file()
        }
        self.attempts.begin(content=zipped(files), log="\n".join(outcome.closing))

    def publish(self, *endings: str) -> None:
        with http_client(self.index) as client:
            for path in (self.attempts.out / "dist").iterdir():
                if path.name.endswith(endings):
                    answer = send(client, path)
                    assert answer.status_code == 200, answer.text


def make_repository(root: Path, *, random: bool) -> Path:
    """Make the repository of which the tag is released; `random` says whether its backend makes other bytes each time."""
    files = {"README.md": "# hello\n", "hello/__init__.py": "WHO = 'world'\n"}
    projects.write(root, {"pyproject.toml": PYPROJECT, "backend.py": BACKEND.format(random=random), **files})
    projects.commit(root, "v1.2.0")
    return root
