"""What the tests of the action run on: a repository, the real act, PyPI and GitHub on this machine.

act takes the action from an export, as a user's workflow gets it, and stand-ins for what only GitHub and PyPI have.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from pypublish.model import Publisher
from pypublish.rehearsal.environment import environment_for_clients
from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.server import Registration, Rehearsal, serve
from tests.action.act import RUNNER, Act, Run
from tests.action.repository import Repository, new_repository
from tests.github_api import Artifact, GitHubApi
from tests.github_api import Job as JobOnGitHub
from tests.github_api import Run as RunOnGitHub

PATIENT_BASH = """\
#!/bin/sh
# Of a step that fails, act takes what it has read by then for all that was said; GitHub's runner reads to the end.
/bin/bash "$@" || { code=$?; sleep 0.5; exit $code; }
"""
EXPORTED = ("action.yml", "bootstrap.py", "locked_environment", "pyproject.toml", "uv.lock", "src")


@pytest.fixture
def repository(tmp_path: Path, root: Path) -> Repository:
    """A project with the tag v0.1.0 and two workflows: that which releases, and that which rehearses."""
    texts = {name: (root / "workflows-templates" / name).read_text() for name in ("release.yml", "rehearse.yml")}
    return new_repository(tmp_path / "tinypkg", {f".github/workflows/{name}": text for name, text in texts.items()})


@pytest.fixture
def adopt(repository: Repository, root: Path) -> Callable[..., None]:
    """Let the repository release by another template, as its first lines say: in the place of release.yml."""

    def write(template: str, more: Mapping[str, str] | None = None) -> None:
        text = (root / "workflows-templates" / template).read_text()
        repository.write({".github/workflows/release.yml": text, **(more or {})})
        repository.commit(f"release by {template}")
        repository.git("tag", "--force", "v0.1.0")

    return write


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
    bash = folder / "bash"
    bash.write_text(PATIENT_BASH)
    bash.chmod(0o755)
    return folder


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


def identities(workflow: Path, index: str) -> dict[str, str]:
    """Return the environment of each job that may ask for an identity; by the names of the jobs."""
    jobs = yaml.safe_load(workflow.read_text())["jobs"]
    named = {
        name: job["environment"]["name"] for name, job in jobs.items() if job["permissions"].get("id-token") == "write"
    }
    return {name: index if "${{" in environment else environment for name, environment in named.items()}


@pytest.fixture
def index(repository: Repository, act: Act, tmp_path: Path) -> Iterator[Callable[..., Rehearsal]]:
    """Start PyPI and TestPyPI on this machine; what act runs from then on meets them under their own names.

    Those that are named trust what the templates' instructions say. Each job of the repository's workflow that may ask
    for an identity gets its own: that of its environment.
    """
    with ExitStack() as stack:

        def start(*names: str, registered: Mapping[str, str] | None = None, exists: bool = False) -> Rehearsal:
            """Register `release.yml` with an environment of the index's name, or what is `registered` instead."""
            workflow = repository.path / ".github" / "workflows" / "release.yml"
            trusted = [
                Registration(
                    publisher=publisher(**{"environment": name, **(registered or {})}),
                    project="tinypkg",
                    index=name,
                    pending=not exists,
                )
                for name in names
            ]
            asking = identities(workflow, names[0])
            served: dict[str, Rehearsal] = {}
            # All sign with one key. So the first is the index, and each of the others one more job's identity.
            for environment in dict.fromkeys([names[0], *asking.values()]):
                served[environment] = stack.enter_context(
                    serve(
                        tmp_path / f"index-{len(served)}",
                        job=Job(publisher=publisher(environment=environment), ref="refs/tags/v0.1.0"),
                        registrations=[] if served else trusted,
                    )
                )
            for name in names if exists else ():
                served[names[0]].stores[name].create_project("tinypkg")
            clients = environment_for_clients(served[names[0]], {}, tmp_path / "clients")
            act.environ |= {name: clients[name] for name in ROUTE}
            told = {job: (served[name].request_url, served[name].request_token) for job, name in asking.items()}
            act.environ["STANDIN_IDENTITIES"] = json.dumps(told)
            return served[names[0]]

        yield start


def publisher(
    owner: str = "acme", repository: str = "tinypkg", workflow: str = "release.yml", environment: str = "pypi"
) -> Publisher:
    """Return what an index is told to trust; all as the instructions say unless it is given."""
    return Publisher(owner=owner, repository=repository, workflow=workflow, environment=environment)


@pytest.fixture
def github(act: Act) -> Iterator[GitHubApi]:
    """GitHub's API for what act runs from then on: it has what `remember` is told of."""
    with GitHubApi(repository="acme/tinypkg") as api:
        act.environ["GITHUB_API_URL"] = api.url
        act.github = api
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
