"""The real act on this host, without containers and without network, and what it says of a run."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.action.repository import Repository
from tests.github_api import TOKEN, GitHubApi

STANDINS = Path(__file__).parent / "standins"
RUNNER = "GitHub Actions 7"

PLATFORMS = ("ubuntu-latest", "ubuntu-24.04-arm")
LEGS = ("os:ubuntu-latest", "os:ubuntu-24.04-arm")
"""Of a matrix of machines, two run: each is this one."""

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
    github: GitHubApi | None = None
    """Where the repository was pushed to, tags included, before each run."""

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
        if self.github is not None:
            self.github.releases.tags |= repository.tags
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
        command += [
            f"--directory={repository.path}",
            *(f"--platform={name}=-self-hosted" for name in PLATFORMS),
            "--json",
        ]
        command += ["--no-cache-server", *mapped(uses, self.action)]
        command += [f"--matrix={leg}" for leg in LEGS]
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
