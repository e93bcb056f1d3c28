"""What the tests of the action run on: the real act on this host, without containers and without network.

act takes the action from an export, as a user's workflow gets it, and stand-ins for what only GitHub and PyPI have.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from pypublish.checks.publisher import publishers
from pypublish.edges.workflows import read_workflows
from pypublish.model import Publisher
from pypublish.rehearsal.environment import environment_for_clients
from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.server import Registration, Rehearsal, serve
from tests.github_api import TOKEN, Artifact, GitHubApi
from tests.github_api import Job as JobOnGitHub
from tests.github_api import Run as RunOnGitHub

STANDINS = Path(__file__).parent / "standins"
EXPORTED = ("action.yml", "bootstrap.py", "locked_environment", "pyproject.toml", "uv.lock", "src")
OUR_ACTION = "org/pypublish-action@v1"
RUNNER = "GitHub Actions 7"

_run_ids = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    level: str
    title: str
    message: str
    file: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What act said of a run."""

    returncode: int
    events: tuple[Mapping[str, object], ...]
    errors: str
    artifacts: Path
    id: int
    attempt: int

    @property
    def jobs(self) -> dict[str, str]:
        """Job -> its result, of the jobs that ran."""
        return {str(event["jobID"]): str(event["jobResult"]) for event in self.events if "jobResult" in event}

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        return tuple(
            Annotation(
                level=str(event["command"]),
                title=pairs.get("title", ""),
                message=str(event.get("arg", "")),
                file=pairs.get("file", ""),
                line=pairs.get("line", ""),
            )
            for event in self.events
            if event.get("command") in {"error", "warning", "notice"}
            for pairs in [_texts(event.get("kvPairs"))]
        )

    @property
    def log(self) -> str:
        return "\n".join(f"{event.get('jobID', '')}: {str(event.get('msg', '')).rstrip()}" for event in self.events)

    def commands(self, name: str) -> list[str]:
        """What was said by one kind of workflow command."""
        return [str(event.get("arg", "")) for event in self.events if event.get("command") == name]


def _texts(pairs: object) -> dict[str, str]:
    return {str(key): str(value) for key, value in pairs.items()} if isinstance(pairs, dict) else {}


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


@pytest.fixture
def repository(tmp_path: Path, root: Path) -> Repository:
    """A project with both templates as its workflows and the tag v0.1.0."""
    templates = sorted((root / "workflows-templates").glob("*.yml"))
    return new_repository(
        tmp_path / "tinypkg", {f".github/workflows/{path.name}": path.read_text() for path in templates}
    )


@pytest.fixture(scope="session")
def exported_action(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The action as a user's workflow gets it: nothing that git does not track."""
    target = tmp_path_factory.mktemp("pypublish-action")
    for name in EXPORTED:
        if (root / name).is_dir():
            shutil.copytree(root / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(root / name, target / name)
    return target


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PATH that has this Python and its uv and nothing else of the development environment."""
    folder = tmp_path_factory.mktemp("bin")
    for name, program in (("python3", Path(sys.executable)), ("uv", Path(sys.executable).parent / "uv")):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec "{program}" "$@"\n')
        script.chmod(0o755)
    return folder


def mapped(uses: set[str], action: Path) -> list[str]:
    """Return act's options that put our action and the stand-ins in the place of what the workflows use."""
    options = []
    for used in sorted(uses):
        owner_and_name = used.partition("@")[0]
        if owner_and_name.endswith("/pypublish-action"):
            options.append(f"--local-repository={used}={action}")
        elif (STANDINS / owner_and_name.partition("/")[2]).is_dir():
            options.append(f"--local-repository={used}={STANDINS / owner_and_name.partition('/')[2]}")
    return options


def uses_in(text: str) -> set[str]:
    """Return every action that a workflow or a composite action names."""
    found = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("uses"), str):
                found.add(node["uses"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(yaml.safe_load(text))
    return found


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(slots=True, kw_only=True)
class Act:
    """The real act, on this host."""

    program: Path
    action: Path
    tools: Path
    home: Path
    artifacts: Path
    environ: dict[str, str] = field(default_factory=dict)
    """What every step gets besides what the runner sets."""

    def __call__(
        self,
        repository: Repository,
        workflow: str,
        event: str,
        *,
        ref: str,
        inputs: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
        again: Run | None = None,
        timeout: float = 180,
    ) -> Run:
        """Run a workflow as GitHub would on an event, and wait for its end; `again` is the attempt before this one."""
        run_id, attempt = (again.id, again.attempt + 1) if again else (next(_run_ids), 1)
        path = repository.path / ".github" / "workflows" / workflow
        payload = self.home / "event.json"
        payload.write_text(json.dumps(self._event(event, ref, inputs or {})))
        variables = (
            self.environ
            | dict(environ or {})
            | {
                "GITHUB_RUN_ID": str(run_id),
                "GITHUB_RUN_ATTEMPT": str(attempt),
                "RUNNER_NAME": RUNNER,
                "GITHUB_WORKFLOW_REF": f"acme/tinypkg/.github/workflows/{workflow}@{ref}",
                "STANDINS": str(STANDINS),
                "STANDIN_ARTIFACTS": str(self.artifacts),
            }
        )
        uses = uses_in(path.read_text()) | uses_in((self.action / "action.yml").read_text())
        command = [str(self.program), event, f"--workflows={path}", f"--eventpath={payload}"]
        command += [f"--directory={repository.path}", "--platform=ubuntu-latest=-self-hosted", "--json"]
        command += ["--no-cache-server", *mapped(uses, self.action)]
        command += [f"--input={name}={value}" for name, value in (inputs or {}).items()]
        command += [f"--env={name}={value}" for name, value in variables.items()]
        command += [f"--secret=GITHUB_TOKEN={TOKEN}"]
        done = subprocess.run(
            command,
            env={
                "PATH": f"{self.tools}{os.pathsep}/usr/local/bin:/usr/bin:/bin",
                "HOME": str(self.home),
                "XDG_CACHE_HOME": str(self.home / "cache"),
                "LANG": "C.UTF-8",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
        events = tuple(_parsed(line) for line in done.stdout.splitlines())
        return Run(
            returncode=done.returncode,
            events=events,
            errors=done.stderr,
            artifacts=self.artifacts,
            id=run_id,
            attempt=attempt,
        )

    @staticmethod
    def _event(event: str, ref: str, inputs: Mapping[str, str]) -> dict[str, object]:
        payload: dict[str, object] = {
            "ref": ref,
            "repository": {
                "name": "tinypkg",
                "full_name": "acme/tinypkg",
                "id": 4242,
                "owner": {"login": "acme", "id": 77},
                "default_branch": "main",
            },
        }
        if event == "workflow_dispatch":
            payload["inputs"] = dict(inputs)
        if event == "pull_request":
            payload["number"] = 7
            payload["pull_request"] = {"number": 7, "head": {"ref": "proposal"}, "base": {"ref": "main"}}
        return payload


def _parsed(line: str) -> Mapping[str, object]:
    try:
        parsed: object = json.loads(line)
    except ValueError:
        return {"msg": line}
    return parsed if isinstance(parsed, dict) else {"msg": line}


@pytest.fixture(scope="session")
def offline(exported_action: Path, tools: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What makes uv do without a network: a cache with all that a release of the project needs.

    It is filled by rehearsing that release once, with the network that this machine has.
    """
    home = tmp_path_factory.mktemp("warm")
    machine = {
        name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "RUNNER_", "ACTIONS_"))
    }
    machine["PATH"] = f"{tools}{os.pathsep}{machine['PATH']}"
    asked = subprocess.run([tools / "uv", "cache", "dir"], env=machine, capture_output=True, text=True, check=True)
    project = new_repository(home / "tinypkg", {})
    done = subprocess.run(
        [tools / "python3", exported_action / "bootstrap.py", "rehearse", str(project.path)],
        env=machine | {"RUNNER_TEMP": str(home), "UV_CACHE_DIR": asked.stdout.strip()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {"UV_OFFLINE": "1", "UV_CACHE_DIR": asked.stdout.strip()}


@pytest.fixture
def act(exported_action: Path, tools: Path, offline: dict[str, str], tmp_path: Path) -> Act:
    home = tmp_path / "home"
    home.mkdir()
    return Act(
        program=Path(sys.executable).parent / "act",
        action=exported_action,
        tools=tools,
        home=home,
        artifacts=tmp_path / "artifacts",
        environ=dict(offline),
    )


@pytest.fixture
def index(repository: Repository, act: Act, tmp_path: Path) -> Iterator[Callable[[str], Rehearsal]]:
    """Start PyPI and TestPyPI on this machine; what act runs from then on meets them under their own names.

    They trust what the template's instructions say, and meet the job that the repository's workflow is.
    """
    with ExitStack() as stack:

        def start(name: str) -> Rehearsal:
            registered = Publisher(owner="acme", repository="tinypkg", workflow="release.yml", environment=name)
            (found,) = publishers(read_workflows(repository.path), owner="acme", repository="tinypkg", index_name=name)
            served = stack.enter_context(
                serve(
                    tmp_path / "index",
                    job=Job(publisher=found.publisher, ref="refs/tags/v0.1.0"),
                    registrations=[Registration(publisher=registered, project="tinypkg", index=name)],
                )
            )
            clients = environment_for_clients(served, {}, tmp_path / "clients")
            act.environ |= {name: clients[name] for name in ROUTE}
            act.environ |= {"STANDIN_ID_TOKEN_URL": served.request_url, "STANDIN_ID_TOKEN": served.request_token}
            return served

        yield start


@pytest.fixture
def github(act: Act) -> Iterator[GitHubApi]:
    """GitHub's API for what act runs from then on: it has what `remember` is told of."""
    with GitHubApi(repository="acme/tinypkg") as api:
        act.environ["GITHUB_API_URL"] = api.url
        yield api


def remember(api: GitHubApi, run: Run) -> None:
    """Let GitHub know what came of an attempt, and that the next one is under way."""
    log = "\n".join(str(event.get("msg", "")) for event in run.events if event.get("jobID") == "prepare")
    ended = JobOnGitHub(id=100 + run.attempt, run=run.id, attempt=run.attempt, name="Prepare", runner=RUNNER, log=log)
    begun = JobOnGitHub(
        id=101 + run.attempt,
        run=run.id,
        attempt=run.attempt + 1,
        name="Prepare",
        runner=RUNNER,
        status="in_progress",
    )
    api.runs = [RunOnGitHub(id=run.id, attempts=run.attempt + 1, head_repository=api.repository)]
    api.jobs = [*(job for job in api.jobs if job.status == "completed"), ended, begun]
    api.artifacts = [
        Artifact(
            id=int(path.stem),
            run=run.id,
            name=json.loads(path.with_suffix(".json").read_text())["name"],
            content=path.read_bytes(),
        )
        for path in sorted(run.artifacts.glob("*.zip"))
    ]


ROUTE = (
    *("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"),
    *("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT"),
)
"""What leads to the index; GitHub's identity is for the publishing job alone, and its stand-in takes it from elsewhere."""
