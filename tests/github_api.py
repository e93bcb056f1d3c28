"""GitHub's REST API on loopback, as far as a release asks it: it refuses what GitHub refuses, and hands out artifacts
and logs by sending on to a store of another address, which takes no token."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.github_answers import Answer, Asked, as_json, message, part_of, serve
from tests.github_releases_api import Releases

TOKEN = "ghs_a-token-of-the-job"
REPOSITORY = "acme/hello"


@dataclass(slots=True, kw_only=True)
class Artifact:
    id: int
    run: int
    name: str
    content: bytes
    expired: bool = False
    digest: str = ""
    """What GitHub says of it; its true one unless a test says otherwise."""


@dataclass(slots=True, kw_only=True)
class Job:
    id: int
    run: int
    attempt: int
    name: str
    runner: str = ""
    status: str = "completed"
    log: str | None = ""
    """None where it has expired."""


@dataclass(slots=True, kw_only=True)
class Run:
    id: int
    attempts: int = 1
    event: str = "push"
    head_repository: str | None = REPOSITORY


@dataclass(slots=True, kw_only=True)
class Environment:
    name: str
    protected_branches: bool = False
    patterns: tuple[tuple[str, str], ...] | None = None
    """(`branch` or `tag`, pattern); None where every ref may deploy."""


@dataclass(kw_only=True)
class GitHubApi:
    """The API of one repository; what tests put into it is what it has."""

    repository: str = REPOSITORY
    private: bool = False
    default_branch: str = "main"
    default_branch_protected: bool = False
    token: str = TOKEN
    may_read_actions: bool = True
    runs: list[Run] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    releases: Releases = field(default_factory=Releases)
    lost: set[int] = field(default_factory=set)
    """Artifacts that are listed, but answered 404 when they are asked for."""
    next_answers: list[Answer] = field(default_factory=list)
    """Answered before anything else, once each: limits, trouble, login pages."""
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for, without the host."""
    leaked: list[str] = field(default_factory=list)
    """What the store was sent that is for the API alone."""

    def __enter__(self) -> Self:
        self._signed: dict[str, bytes] = {}
        self._servers = [serve(self._answer), serve(self._hand_out)]
        return self

    def __exit__(self, *_: object) -> None:
        for server, thread in self._servers:
            server.shutdown()
            server.server_close()
            thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._servers[0][0].server_address[1]}"

    def add(self, *, run: int, name: str, content: bytes, **more: object) -> Artifact:
        """Let a run have an artifact."""
        made = Artifact(id=5000 + len(self.artifacts), run=run, name=name, content=content, **more)  # type: ignore[arg-type]
        self.artifacts.append(made)
        return made

    def _answer(self, request: Asked) -> Answer:
        path, headers = request.path, request.headers
        self.asked.append(path)
        if self.next_answers:
            return self.next_answers.pop(0)
        address = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        prefix = f"/repos/{self.repository}"
        under = address.path == prefix or address.path.startswith(f"{prefix}/")
        rest = address.path.removeprefix(prefix) if under else None
        if refusal := self._refuse(rest, headers.get("authorization", "").removeprefix("Bearer ")):
            return refusal
        token = "authorization" in headers
        about_releases = self.releases.answer(request, rest or "", query, url=f"{self.url}{prefix}", token=token)
        if about_releases is not None:
            return about_releases
        for pattern, answer in self._routes().items():
            if found := re.fullmatch(pattern, rest or ""):
                made: Answer = answer(query, *found.groups())
                return made
        return message(404, "Not Found")

    def _refuse(self, rest: str | None, token: str) -> Answer | None:
        if token and token != self.token:
            return message(401, "Bad credentials")
        if rest is None or (self.private and not token):
            return message(404, "Not Found")
        if "/actions/" in rest and token and not self.may_read_actions:
            return message(403, "Resource not accessible by integration")
        if rest.endswith(("/zip", "/logs")) and not token:
            return message(401, "Requires authentication")
        return None

    def _routes(self) -> Mapping[str, Any]:
        return {
            "": self._repository,
            r"/branches/([^/]+)": self._branch,
            r"/actions/runs/(\d+)": self._run,
            r"/actions/runs/(\d+)/artifacts": self._artifacts,
            r"/actions/runs/(\d+)/attempts/(\d+)/jobs": self._jobs,
            r"/actions/artifacts/(\d+)/zip": self._zip,
            r"/actions/jobs/(\d+)/logs": self._logs,
            r"/environments/([^/]+)": self._environment,
            r"/environments/([^/]+)/deployment-branch-policies": self._policies,
        }

    def _repository(self, _: Mapping[str, str]) -> Answer:
        return as_json({"full_name": self.repository, "private": self.private, "default_branch": self.default_branch})

    def _branch(self, _: Mapping[str, str], name: str) -> Answer:
        if name != self.default_branch:
            return message(404, "Branch not found")
        return as_json({"name": name, "protected": self.default_branch_protected})

    def _run(self, _: Mapping[str, str], number: str) -> Answer:
        run = next((run for run in self.runs if run.id == int(number)), None)
        if run is None:
            return message(404, "Not Found")
        head = {"full_name": run.head_repository} if run.head_repository is not None else None
        return as_json(
            {
                "id": run.id,
                "run_attempt": run.attempts,
                "event": run.event,
                "head_repository": head,
                "html_url": f"https://github.com/{self.repository}/actions/runs/{run.id}",
            }
        )

    def _artifacts(self, query: Mapping[str, str], number: str) -> Answer:
        if all(run.id != int(number) for run in self.runs):
            return message(404, "Not Found")
        found = [
            {
                "id": artifact.id,
                "name": artifact.name,
                "size_in_bytes": len(artifact.content),
                "expired": artifact.expired,
                "expires_at": "2026-12-20T00:00:00Z",
                "digest": artifact.digest or f"sha256:{hashlib.sha256(artifact.content).hexdigest()}",
            }
            for artifact in reversed(self.artifacts)
            if artifact.run == int(number) and query.get("name", artifact.name) == artifact.name
        ]
        return as_json({"total_count": len(found), "artifacts": part_of(found, query)})

    def _jobs(self, query: Mapping[str, str], number: str, attempt: str) -> Answer:
        found = [
            {"id": job.id, "name": job.name, "status": job.status, "runner_name": job.runner or None}
            for job in self.jobs
            if (job.run, job.attempt) == (int(number), int(attempt))
        ]
        return as_json({"total_count": len(found), "jobs": part_of(found, query)})

    def _zip(self, _: Mapping[str, str], number: str) -> Answer:
        artifact = next((artifact for artifact in self.artifacts if artifact.id == int(number)), None)
        if artifact is None or artifact.id in self.lost:
            return message(404, "Not Found")
        return message(410, "Artifact has expired") if artifact.expired else self._send_on(artifact.content)

    def _logs(self, _: Mapping[str, str], number: str) -> Answer:
        job = next((job for job in self.jobs if job.id == int(number)), None)
        if job is None or job.status != "completed":
            return message(404, "Not Found")
        return message(410, "Server Error") if job.log is None else self._send_on(job.log.encode())

    def _environment(self, _: Mapping[str, str], name: str) -> Answer:
        found = next((one for one in self.environments if one.name.lower() == name.lower()), None)
        if found is None:
            return message(404, "Not Found")
        policy = {"protected_branches": found.protected_branches, "custom_branch_policies": found.patterns is not None}
        return as_json({"name": found.name, "deployment_branch_policy": policy if any(policy.values()) else None})

    def _policies(self, query: Mapping[str, str], name: str) -> Answer:
        found = next((one for one in self.environments if one.name.lower() == name.lower()), None)
        if found is None or found.patterns is None:
            return message(404, "Not Found")
        named = [{"name": pattern, "type": kind} for kind, pattern in found.patterns]
        return as_json({"total_count": len(named), "branch_policies": part_of(named, query)})

    def _send_on(self, content: bytes) -> Answer:
        signature = secrets.token_hex(16)
        self._signed[signature] = content
        store = f"http://127.0.0.1:{self._servers[1][0].server_address[1]}"
        return 302, {"Location": f"{store}/store?sig={signature}"}, b""

    def _hand_out(self, request: Asked) -> Answer:
        path = request.path
        if "authorization" in request.headers:
            self.leaked.append(request.headers["authorization"])
            return 400, {}, b"<Error><Code>InvalidAuthenticationInfo</Code></Error>"
        content = self._signed.get(path.removeprefix("/store?sig="))
        return (403, {}, b"") if content is None else (200, {"Content-Type": "application/octet-stream"}, content)
