"""The desk of a reader: a shell in a project, with an index under PyPI's names and GitHub's API on this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pypublish.model import PYPI
from pypublish.rehearsal.environment import environment_for_clients
from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.server import Registration, Rehearsal, serve
from tests import projects
from tests.docs.pages import ROOT
from tests.docs.scenes import Scene
from tests.github_api import TOKEN, GitHubApi, Run
from tests.github_releases_api import Releases
from tests.rehearsal.parts import API_TOKEN, PUBLISHER, UPLOAD, form_of, http_client

_GITHUB = ("GITHUB_", "ACTIONS_", "CI")
_PROGRAMS = {
    "pypublish": 'exec "$PYTHON" -P -m pypublish "$@"',
    "gh": f'test "$*" = "auth token" && echo {TOKEN}',
    "browser": "exit 0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where commands are typed."""

    project: Path
    environ: Mapping[str, str]

    def type(self, line: str) -> tuple[int, str]:
        """Run a line, and return its exit code and all that was said."""
        done = subprocess.run(
            ["bash", "-c", line], cwd=self.project, env=self.environ, stdin=subprocess.DEVNULL, check=False,
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def type_and_interrupt(self, line: str, *, after: str) -> tuple[int, str]:
        """Run a line until it has said something, press Ctrl-C, and return the same."""
        log = self.project.parent / "log"
        with log.open("wb") as said:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {line}"], cwd=self.project, env=self.environ, stdin=subprocess.DEVNULL,
                stdout=said, stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                while after not in log.read_text() and process.poll() is None:
                    time.sleep(0.02)
                process.send_signal(signal.SIGINT)
                process.wait(60)
            finally:
                process.kill()
                process.wait()
        return process.returncode, log.read_text()


@contextmanager
def desk(folder: Path, origin: Path, scene: Scene) -> Iterator[Desk]:
    """Set a desk for a scene; `origin` is a project that has been prepared."""
    project = folder / "hello"
    shutil.copytree(origin, project, symlinks=True)
    commit = projects.git(project, "rev-parse", "HEAD").strip()
    publishers = [Registration(publisher=PUBLISHER, project="hello", index=site) for site in ("pypi", "testpypi")]
    job = Job(publisher=PUBLISHER, ref="refs/tags/v1.2.0", sha=commit)
    tokens = {API_TOKEN: "alice"}
    releases = Releases(tags={"v1.2.0": commit})
    runs = [Run(id=123456)]
    with (
        serve(folder / "pypi", job=job, registrations=publishers, api_tokens=tokens) as index,
        GitHubApi(releases=releases, runs=runs) as api,
    ):
        if scene.published:
            _publish(index, project / "dist")
        if scene.untagged:
            projects.git(project, "tag", "--delete", "v1.2.0")
        environ = environment_for_clients(index, os.environ, folder / "client")
        if not scene.job:
            environ = {name: value for name, value in environ.items() if not name.startswith(_GITHUB)}
            environ |= {"TWINE_PASSWORD": API_TOKEN, "GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": api.url}
        yield Desk(project=project, environ=environ | _shell(folder))


def _publish(index: Rehearsal, dist: Path) -> None:
    with http_client(index) as client:
        for file in sorted(dist.iterdir()):
            answer = client.post(
                UPLOAD,
                data={key: value for key, value in form_of(file).items() if value} | {"requires_python": ">=3.11"},
                files={"content": (file.name, file.read_bytes(), "application/octet-stream")},
                auth=("__token__", API_TOKEN),
            )
            assert answer.status_code == 200, answer.text


def _shell(folder: Path) -> dict[str, str]:
    """Return what a shell has besides: the programs, and a place that git pushes to."""
    programs, remote = folder / "bin", folder / "remote.git"
    programs.mkdir()
    for name, line in _PROGRAMS.items():
        (programs / name).write_text(f"#!/bin/sh\n{line}\n")
        (programs / name).chmod(0o755)
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    redirected = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{remote}.pushInsteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/acme/hello",
    }
    return {
        **{name: value for name, value in projects.AUTHOR.items() if not name.endswith("DATE")},
        **nobody,
        **redirected,
        "PATH": os.pathsep.join((str(programs), str(Path(sys.executable).parent), os.environ["PATH"])),
        "PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT / "src"),
        "BROWSER": str(programs / "browser"),
        "UPLOAD_URL": PYPI.upload_url,
        "COLUMNS": "100",
    }


def as_typed(command: str, scene: Scene) -> str:
    """Return what the reader types who is shown a command."""
    for place, value in scene.given.items():
        before, found, after = command.partition(place)
        assert found, f"{place} is not in the command"
        command = f"{before}{value}{after}"
    return f"{command} {scene.more}".strip()
