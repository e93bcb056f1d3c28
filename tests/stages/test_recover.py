"""recover: what an earlier attempt sealed is used again, byte for byte; and nothing else that lies in its place."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish import codec
from pypublish.checks.project import parse
from pypublish.edges import staging
from pypublish.edges.github_api import Account, GitHubRefusedError, GitHubUnavailableError
from pypublish.edges.tree import read_tree
from pypublish.edges.world import Clock, Transport, World
from pypublish.errors import PypublishError, UsageError
from pypublish.findings import Outcome
from pypublish.model import PYPI, TESTPYPI, Artifact, ArtifactKind, Intent, Manifest, Project, Release, VerifySettings
from pypublish.rehearsal.server import Rehearsal, serve
from pypublish.settings import Settings
from pypublish.stages.prepare import prepare
from pypublish.stages.proof import CurrentJob
from pypublish.stages.recover import Recovery, recover
from pypublish.stages.stage import Staged
from pypublish.stages.validate import Valid
from tests import factories, projects
from tests.github_api import TOKEN, GitHubApi, Job, Run
from tests.rehearsal.parts import API_TOKEN, JOB, http_client, send

COMMIT = "c" * 40
RELEASE = Release(name="hello", version="1.0.0", tag="v1.0.0", commit=COMMIT, epoch=1)
INTENT = Intent(index=PYPI, dry_run=False, tag="v1.0.0", tag_given=True)
PROJECT = Project(
    root=Path(),
    name="hello",
    version="1.0.0",
    backend="",
    build_requires=(),
    metadata={},
    tool={},
    lines={},
)
VALID = Valid(project=PROJECT, release=RELEASE, intent=INTENT, repository=None)

Files = dict[str, bytes]


def sealed(release: Release = RELEASE) -> Files:
    """Make what prepare hands over: a manifest, and in dist what it seals."""
    made = (factories.wheel(), factories.sdist())
    manifest = Manifest(
        schema=1,
        release=release,
        artifacts=tuple(
            Artifact(
                filename=one.filename,
                kind=ArtifactKind.WHEEL if one.filename.endswith(".whl") else ArtifactKind.SDIST,
                size=len(one.content),
                sha256=hashlib.sha256(one.content).hexdigest(),
                blake2b_256=hashlib.blake2b(one.content, digest_size=32).hexdigest(),
                python_tag="py3",
            )
            for one in made
        ),
        builds=(),
        verify=VerifySettings(dependencies_index="https://pypi.org/simple/"),
    )
    return {
        "manifest.json": codec.dumps(manifest).encode(),
        **{f"dist/{one.filename}": one.content for one in made},
    }


class _Pipe(io.RawIOBase):
    """What cannot be rewound: a ZIP that is written into it has its sizes after the contents, as GitHub's have."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.written += bytes(data)  # type: ignore[call-overload]
        return len(data)  # type: ignore[arg-type]


def zipped(files: Mapping[str, bytes]) -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return bytes(pipe.written)


def log_of(files: Mapping[str, bytes]) -> str:
    """Return what prepare has printed when it sealed them."""
    digest = hashlib.sha256(files["manifest.json"]).hexdigest()
    return f"2026-11-20T10:00:00.0000000Z sha256 of the manifest: {digest}\n"


FIRST = sealed()


@dataclass
class Attempts:
    """A run of the release workflow, of which the last attempt is under way."""

    api: GitHubApi
    world: World
    out: Path
    run: int = 7

    def begin(self, *, log: str | None = log_of(FIRST), content: bytes | None = zipped(FIRST)) -> None:
        """Let one more attempt end, in which prepare sealed something."""
        number = self.number
        self.api.jobs += [
            Job(id=100 * number, run=self.run, attempt=number, name="Tests", runner="GitHub Actions 1", log="noise\n"),
            Job(
                id=100 * number + 1,
                run=self.run,
                attempt=number,
                name="Prepare",
                runner="GitHub Actions 2",
                log=log,
            ),
        ]
        if content is not None:
            self.api.add(run=self.run, name=f"release-{number}", content=content)
        self.api.runs = [Run(id=self.run, attempts=number + 1)]
        self.api.jobs = [job for job in self.api.jobs if job.status == "completed"] + [
            Job(
                id=100 * (number + 1) + 1,
                run=self.run,
                attempt=number + 1,
                name="Prepare",
                runner="GitHub Actions 5",
                status="in_progress",
            )
        ]

    @property
    def number(self) -> int:
        return len({job.attempt for job in self.api.jobs if job.status == "completed"}) + 1

    def recovery(self, *, run: int | None = None, digest: str | None = None, laptop: bool = False) -> Recovery:
        return Recovery(
            account=Account(repository="acme/hello", token=TOKEN, api_url=self.api.url),
            artifact_name="release",
            run=run,
            current=None if laptop else CurrentJob(run=self.run, attempt=self.number, runner="GitHub Actions 5"),
            manifest_sha256=digest,
        )

    def __call__(self, valid: Valid = VALID, **how: object) -> Outcome[Staged]:
        return recover(valid, self.recovery(**how), self.world, index=valid.intent.index, out=self.out)  # type: ignore[arg-type]


@pytest.fixture
def attempts(world: World, tmp_path: Path) -> Iterator[Attempts]:
    with GitHubApi(runs=[Run(id=7)]) as api:
        yield Attempts(api=api, world=world, out=tmp_path / "staging")


def told(outcome: Outcome[Staged]) -> list[str]:
    return [f"{found.severity} {found.check} {found.where}: {found.message}" for found in outcome.findings]


def test_what_the_first_attempt_sealed_is_used_again(attempts: Attempts) -> None:
    attempts.begin()
    outcome = attempts()
    assert told(outcome) == []
    assert outcome.value is not None
    assert outcome.summary == snapshot(
        "hello 1.0.0 as attempt 1 of run 7 sealed it: 2 files, the same bytes; nothing is built"
    )
    for name, content in FIRST.items():
        assert (attempts.out / name).read_bytes() == content
    assert {path.name for path in attempts.out.iterdir()} == {"dist", "manifest.json"}
    assert len(list((attempts.out / "dist").iterdir())) == 2
    assert outcome.outputs["manifest-sha256"] == hashlib.sha256(FIRST["manifest.json"]).hexdigest()
    assert set(outcome.outputs) == {"packages-dir", "manifest-sha256", "checksums"}
    assert attempts.api.leaked == []


def test_the_oldest_that_can_be_had_is_used(attempts: Attempts) -> None:
    later = sealed(replace(RELEASE, epoch=2))
    attempts.begin()
    attempts.begin(content=zipped(later), log=log_of(later))
    assert "attempt 1 of run 7" in attempts().summary
    attempts.api.artifacts[0].expired = True
    outcome = attempts()
    assert "attempt 2 of run 7" in outcome.summary
    assert told(outcome) == snapshot(
        ["warning sealed-artifact-is-kept : attempt 1 of run 7 sealed files, but the artifact release-1 has expired"]
    )
    assert outcome.ok


def test_where_nothing_was_sealed_it_is_built(attempts: Attempts) -> None:
    attempts.begin(content=None)
    outcome = attempts()
    assert (outcome.value, outcome.ok, told(outcome)) == (None, True, [])
    assert outcome.summary == snapshot("no earlier attempt sealed this release: it is built now")
    assert not attempts.out.exists()


def test_what_has_expired_is_built_again_and_said(attempts: Attempts) -> None:
    attempts.begin()
    attempts.api.artifacts[0].expired = True
    outcome = attempts()
    assert (outcome.value, outcome.ok) == (None, True)
    assert [outcome.summary, *told(outcome)] == snapshot(
        [
            "what was sealed before cannot be had: it is built again, and compared with what the index has",
            "warning sealed-artifact-is-kept : attempt 1 of run 7 sealed files, but the artifact release-1 has expired",
        ]
    )


def test_without_the_permission_it_is_built_again_and_said(attempts: Attempts) -> None:
    attempts.begin()
    attempts.api.may_read_actions = False
    outcome = attempts()
    assert (outcome.value, outcome.ok) == (None, True)
    assert told(outcome) == snapshot(
        [
            "warning earlier-attempts-can-be-read : GitHub does not show run 7 of acme/hello to this token (Resource not accessible by integration)"
        ]
    )
    with pytest.raises(GitHubRefusedError):
        attempts(run=7)


def test_while_github_does_not_answer_nothing_is_built(attempts: Attempts) -> None:
    attempts.begin()
    attempts.world = replace(attempts.world, clock=Clock(sleep=lambda _: None))
    attempts.api.next_answers = [(502, {}, b"")] * 9
    with pytest.raises(GitHubUnavailableError):
        attempts()


def test_an_artifact_that_is_listed_but_not_handed_out_is_waited_for(attempts: Attempts) -> None:
    attempts.begin()
    attempts.api.lost = {attempts.api.artifacts[0].id}
    with pytest.raises(GitHubUnavailableError, match="lists the artifact release-1") as caught:
        attempts()
    assert "run this job again later" in caught.value.hint


OTHER = "sha256 of the manifest: " + "0" * 64


@pytest.mark.parametrize(
    ("named", "log", "severity"),
    [
        pytest.param(False, OTHER, "error", id="replaced"),
        pytest.param(True, OTHER, "error", id="replaced in a run that was named"),
        pytest.param(False, None, "warning", id="the log has expired"),
        pytest.param(True, None, "error", id="the log has expired in a run that was named"),
    ],
)
def test_what_another_job_put_there_is_not_taken(
    attempts: Attempts, named: bool, log: str | None, severity: str
) -> None:
    attempts.begin(log=log)
    # Whoever replaced it can print what he likes, but not in the log of Prepare.
    attempts.api.jobs[0].log = log_of(FIRST)
    outcome = attempts(run=7 if named else None)
    assert outcome.value is None
    assert [str(found.severity) for found in outcome.findings] == [severity]
    assert not attempts.out.exists()


def test_the_digest_that_the_user_knows_needs_no_log(attempts: Attempts) -> None:
    attempts.begin(log=None)
    digest = hashlib.sha256(FIRST["manifest.json"]).hexdigest()
    assert attempts(run=7, digest=digest.upper(), laptop=True).value is not None
    outcome = attempts(run=7, digest="0" * 64, laptop=True)
    assert told(outcome) == [
        f"error recovered-seal-is-proven release-1: its manifest has sha256 {digest}, expected was {'0' * 64}"
    ]


def test_on_a_laptop_the_digest_is_asked_for(attempts: Attempts) -> None:
    attempts.begin()
    outcome = attempts(run=7, laptop=True)
    assert outcome.value is None
    assert [f"{found.message} | {found.hint}" for found in outcome.findings] == snapshot(
        [
            "whether it is what attempt 1 of run 7 sealed cannot be told (the job that sealed it cannot be found) | Name the digest that the summary of that run's prepare shows, by manifest-sha256 (on a laptop --manifest-sha256): then no log is needed."
        ]
    )


@pytest.mark.parametrize(
    ("release", "shown"),
    [
        pytest.param(
            replace(RELEASE, commit="d" * 40),
            snapshot(
                "it was sealed for commit dddddddddddddddddddddddddddddddddddddddd, not cccccccccccccccccccccccccccccccccccccccc"
            ),
            id="commit",
        ),
        pytest.param(replace(RELEASE, tag="v1.0.1"), snapshot("it was sealed for tag v1.0.1, not v1.0.0"), id="tag"),
        pytest.param(
            replace(RELEASE, tag=None), snapshot("it was sealed for tag none, not v1.0.0"), id="without a tag"
        ),
        pytest.param(
            replace(RELEASE, version="1.0.1"), snapshot("it was sealed for version 1.0.1, not 1.0.0"), id="version"
        ),
        pytest.param(replace(RELEASE, name="hallo"), snapshot("it was sealed for name hallo, not hello"), id="name"),
    ],
)
def test_another_release_is_not_taken(attempts: Attempts, release: Release, shown: str) -> None:
    files = sealed(release)
    attempts.begin(content=zipped(files), log=log_of(files))
    implied, named = attempts(), attempts(run=7)
    assert (implied.value, implied.ok, named.value, named.ok) == (None, True, None, False)
    (found,) = named.findings
    assert found.check == "recovered-release-is-this-one"
    assert found.message == shown


@pytest.mark.parametrize("release", [replace(RELEASE, name="Hello"), replace(RELEASE, version="1.0")])
def test_another_spelling_is_the_same_release(attempts: Attempts, release: Release) -> None:
    files = sealed(release)
    attempts.begin(content=zipped(files), log=log_of(files))
    assert attempts().value is not None


def test_a_version_that_only_the_build_tells_is_that_of_the_seal(attempts: Attempts) -> None:
    attempts.begin()
    assert attempts(replace(VALID, release=replace(RELEASE, version=None))).value is not None


def test_for_another_index_the_same_files_are_sealed_again(attempts: Attempts) -> None:
    attempts.begin()
    outcome = attempts(replace(VALID, intent=replace(INTENT, index=TESTPYPI)), run=7)
    assert outcome.value is not None
    manifest, _ = staging.read(attempts.out / "manifest.json", sha256=outcome.outputs["manifest-sha256"])
    assert manifest.index == TESTPYPI
    staging.compare(attempts.out / "dist", manifest.artifacts)


def manifest_with(change: Callable[[dict[str, object]], object]) -> Files:
    document = json.loads(FIRST["manifest.json"])
    change(document)
    return FIRST | {"manifest.json": json.dumps(document).encode()}


WHEEL = "dist/hello-1.0.0-py3-none-any.whl"


def renamed(name: str) -> Files:
    """Let the manifest and the archive agree on a name that is none for a distribution."""

    def change(document: dict[str, object]) -> None:
        artifacts = document["artifacts"]
        assert isinstance(artifacts, list)
        artifacts[0]["filename"] = name

    files = manifest_with(change)
    return {key if key != WHEEL else f"dist/{name}": content for key, content in files.items()}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(zipped(FIRST | {"dist/evil-1.0.0.tar.gz": b"x"}), id="a file more"),
        pytest.param(zipped(FIRST | {"evil.pth": b"x"}), id="a file beside dist"),
        pytest.param(zipped(FIRST | {"../evil.pth": b"x"}), id="a file outside"),
        pytest.param(zipped({k: v for k, v in FIRST.items() if k != WHEEL}), id="a file less"),
        pytest.param(zipped(FIRST | {WHEEL: FIRST[WHEEL][:-1] + b"x"}), id="other bytes"),
        pytest.param(zipped(FIRST | {WHEEL: b"\0" * (80 << 20)}), id="a bomb"),
        pytest.param(zipped({k: v for k, v in FIRST.items() if k != "manifest.json"}), id="no manifest"),
        pytest.param(zipped(FIRST | {"manifest.json": b"{"}), id="a manifest that does not read"),
        pytest.param(zipped(manifest_with(lambda m: m.update(schema=2))), id="a manifest of another schema"),
        pytest.param(zipped(manifest_with(lambda m: m.update(artifacts=[]))), id="a manifest of nothing"),
        pytest.param(zipped(renamed("../../evil-1.0.0.tar.gz")), id="a name that leads out"),
        pytest.param(zipped(renamed("sub/evil-1.0.0.tar.gz")), id="a name with a folder"),
        pytest.param(zipped(renamed("-rf.whl")), id="a name like an option"),
        pytest.param(zipped(renamed("evil.pth")), id="a name of no distribution"),
        pytest.param(zipped(FIRST)[:-30], id="a ZIP that is cut off"),
        pytest.param(b"MZ" + zipped(FIRST), id="a ZIP with something before it"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html>log in</html>", id="a page"),
    ],
)
def test_what_is_not_sealed_is_not_taken(attempts: Attempts, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(FIRST))) as archive:
        log = log_of({"manifest.json": archive.read("manifest.json")})
    attempts.begin(content=content, log=log)
    outcome = attempts()
    assert (outcome.value, outcome.ok) == (None, False)
    assert not attempts.out.exists()
    assert not list(attempts.world.scratch.rglob("evil*"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(place=st.integers(0, len(zipped(FIRST)) - 1), byte=st.integers(0, 255), cut=st.booleans())
def test_no_byte_can_be_changed_unseen(attempts: Attempts, place: int, byte: int, cut: bool) -> None:
    whole = zipped(FIRST)
    content = whole[:place] if cut else whole[:place] + bytes([byte]) + whole[place + 1 :]
    attempts.api.jobs.clear()
    attempts.api.artifacts.clear()
    attempts.begin(content=content)
    try:
        outcome = attempts()
    except PypublishError:
        return
    if outcome.value is not None:  # dates and modes of members do not matter
        staging.compare(attempts.out / "dist", outcome.value.manifest.artifacts)
        assert outcome.outputs["manifest-sha256"] == hashlib.sha256(FIRST["manifest.json"]).hexdigest()


@pytest.mark.parametrize(
    ("run", "shown"),
    [
        pytest.param(
            Run(id=8, event="pull_request"),
            snapshot("""\
run 8 is no release of acme/hello: it was started by pull_request
Name a run of this repository's release workflow. That one is https://github.com/acme/hello/actions/runs/8.\
"""),
            id="event",
        ),
        pytest.param(
            Run(id=8, head_repository="evil/hello"),
            snapshot("""\
run 8 is no release of acme/hello: it ran the code of evil/hello
Name a run of this repository's release workflow. That one is https://github.com/acme/hello/actions/runs/8.\
"""),
            id="fork",
        ),
        pytest.param(
            Run(id=8, head_repository=None),
            snapshot("""\
run 8 is no release of acme/hello: it ran the code of a repository that is gone
Name a run of this repository's release workflow. That one is https://github.com/acme/hello/actions/runs/8.\
"""),
            id="a fork that is gone",
        ),
        pytest.param(
            Run(id=8),
            snapshot("""\
run 8 of acme/hello has no artifact release-1 nor of a later attempt; it has coverage
Name the run whose prepare sealed the files (gh run list shows the numbers); artifact-name is what the workflow calls them.\
"""),
            id="without artifacts",
        ),
    ],
)
def test_a_run_that_is_no_release(attempts: Attempts, run: Run, shown: str) -> None:
    attempts.api.runs.append(run)
    if run.event == "push" and run.head_repository == "acme/hello":
        attempts.api.add(run=8, name="coverage", content=b"x")
    with pytest.raises(UsageError) as caught:
        attempts(run=8)
    assert f"{caught.value}\n{caught.value.hint}" == shown


def test_without_a_remote_on_github_no_run_can_be_found(attempts: Attempts) -> None:
    recovery = replace(attempts.recovery(run=7, laptop=True), account=Account(token=TOKEN))
    with pytest.raises(UsageError, match="no repository on GitHub"):
        recover(VALID, recovery, attempts.world, index=PYPI, out=attempts.out)


# The whole of prepare, with a backend that never makes the same sdist twice.

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

    def prepare(self, *, again: bool = False) -> Outcome[Staged]:
        observer = Quiet()
        outcome = prepare(
            parse(read_tree(self.root)),
            Settings(),
            Intent(index=PYPI, dry_run=False, tag="v1.2.0", tag_given=True),
            self.attempts.world,
            observer,
            out=self.attempts.out,
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


@pytest.fixture
def workflow(attempts: Attempts, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Workflow]:
    random = getattr(request, "param", True)
    files = {"README.md": "# hello\n", "hello/__init__.py": "WHO = 'world'\n"}
    root = projects.write(
        tmp_path / "hello", {"pyproject.toml": PYPROJECT, "backend.py": BACKEND.format(random=random), **files}
    )
    projects.commit(root, "v1.2.0")
    with serve(tmp_path / "index", job=JOB, api_tokens={API_TOKEN: "alice"}) as index:
        transport = Transport(proxy=index.proxy_url, ca_file=index.ca_file)
        attempts.world = replace(attempts.world, transport=transport)
        yield Workflow(attempts=attempts, index=index, root=root)


@pytest.mark.slow
def test_a_release_that_stopped_half_way_is_finished_with_its_own_bytes(workflow: Workflow) -> None:
    first = workflow.prepare()
    assert first.ok, first.all_findings
    assert (first.outputs["publish"], workflow.said[-1]) == snapshot(
        ("true", "plan: hello 1.2.0 on PyPI: not published, 2 files to upload")
    )
    workflow.hand_over(first)
    workflow.publish(".whl")

    second = workflow.prepare(again=True)
    assert second.ok, second.all_findings
    assert second.outputs == first.outputs
    assert [line for line in workflow.said if not line.startswith("validate")] == snapshot(
        [
            "recover: hello 1.2.0 as attempt 1 of run 7 sealed it: 2 files, the same bytes; nothing is built",
            "plan: hello 1.2.0 on PyPI: published in part, still to upload: hello-1.2.0.tar.gz",
        ]
    )
    (lacks,) = [found for found in second.all_findings if found.check == "release-is-complete"]
    assert lacks.message.partition("; it takes")[0] == snapshot(
        "PyPI has 1 of 2 files, the same bytes, and lacks hello-1.2.0.tar.gz"
    )
    workflow.hand_over(second)
    workflow.publish(".tar.gz")

    third = workflow.prepare(again=True)
    assert third.ok
    assert third.outputs == {**first.outputs, "publish": "false"}
    assert workflow.said[-1] == snapshot("plan: hello 1.2.0 on PyPI: published, the same bytes; nothing to upload")


@pytest.mark.slow
def test_other_bytes_than_were_published_stop_it(workflow: Workflow) -> None:
    first = workflow.prepare()
    assert first.ok, first.all_findings
    workflow.hand_over(first)
    workflow.publish(".tar.gz")
    workflow.attempts.api.artifacts[0].expired = True
    outcome = workflow.prepare(again=True)
    errors = [found for found in outcome.all_findings if found.stops(strict=False)]
    assert [found.check for found in errors] == ["published-files-are-the-sealed-ones"]
    assert not outcome.ok
    sealed_then = next(line for line in first.outputs["checksums"].splitlines() if line.endswith(".tar.gz"))
    assert sealed_then.partition(" ")[0] in errors[0].message
    assert outcome.outputs["checksums"] != first.outputs["checksums"]


@pytest.mark.slow
@pytest.mark.parametrize("workflow", [False], indirect=True, ids=["a backend that makes the same bytes"])
def test_what_comes_out_the_same_again_is_finished_without_the_artifact(workflow: Workflow) -> None:
    first = workflow.prepare()
    assert first.ok, first.all_findings
    workflow.hand_over(first)
    workflow.publish(".whl")
    workflow.attempts.api.artifacts[0].expired = True
    outcome = workflow.prepare(again=True)
    assert [found.check for found in outcome.all_findings if found.stops(strict=False)] == []
    assert "sealed-artifact-is-kept" in {found.check for found in outcome.all_findings}
    assert outcome.outputs["publish"] == "true"


# From the outside: the command, as a job of GitHub's and on a laptop.


def command(workflow: Workflow, root: Path, *args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    index = workflow.index
    return subprocess.run(
        [sys.executable, "-m", "pypublish", "prepare", str(workflow.root), "--out", str(workflow.attempts.out), *args],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(root / "src"),
            "HTTPS_PROXY": index.proxy_url,
            "SSL_CERT_FILE": str(index.ca_file),
            "GITHUB_API_URL": workflow.attempts.api.url,
            **environ,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tagged(workflow: Workflow) -> Files:
    """What prepare sealed for the tag of the workflow's repository."""
    commit = projects.git(workflow.root, "rev-parse", "HEAD").strip()
    files = sealed(replace(RELEASE, tag="v1.2.0", version="1.2.0", commit=commit))
    workflow.attempts.begin(content=zipped(files), log=log_of(files))
    return files


def test_a_job_of_githubs_takes_up_an_earlier_attempt(
    workflow: Workflow, tagged: Files, root: Path, tmp_path: Path
) -> None:
    outputs, summary = tmp_path / "outputs", tmp_path / "summary"
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "acme/hello",
        "GITHUB_RUN_ID": "7",
        "GITHUB_RUN_ATTEMPT": "2",
        "GITHUB_REF_TYPE": "tag",
        "GITHUB_REF_NAME": "v1.2.0",
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(summary),
        "RUNNER_NAME": "GitHub Actions 5",
        "PYPUBLISH_GITHUB_TOKEN": TOKEN,
    }
    done = command(workflow, root, **environ)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hello 1.2.0 as attempt 1 of run 7 sealed it" in done.stdout
    assert (workflow.attempts.out / "manifest.json").read_bytes() == tagged["manifest.json"]
    said = outputs.read_text() + summary.read_text() + done.stdout + done.stderr
    assert hashlib.sha256(tagged["manifest.json"]).hexdigest() in said
    assert TOKEN not in said
    assert workflow.attempts.api.leaked == []


def test_on_a_laptop_a_run_is_named_with_token_and_digest(workflow: Workflow, tagged: Files, root: Path) -> None:
    projects.git(workflow.root, "remote", "add", "origin", "git@github.com:acme/hello.git")
    named = ("--tag", "v1.2.0", "--run-id", "7")
    done = command(workflow, root, *named)
    assert (done.returncode, "PYPUBLISH_GITHUB_TOKEN" in done.stderr) == (2, True)
    done = command(workflow, root, *named, PYPUBLISH_GITHUB_TOKEN=TOKEN)
    assert (done.returncode, "manifest-sha256" in done.stdout) == (1, True), done.stdout
    digest = hashlib.sha256(tagged["manifest.json"]).hexdigest()
    done = command(workflow, root, *named, "--manifest-sha256", digest, PYPUBLISH_GITHUB_TOKEN=f"{TOKEN}\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert TOKEN not in done.stdout + done.stderr
    assert {path.name for path in (workflow.attempts.out / "dist").iterdir()} == {
        name.removeprefix("dist/") for name in tagged if name != "manifest.json"
    }


def test_on_a_laptop_nobody_is_asked_without_run_id(workflow: Workflow, tagged: Files, root: Path) -> None:
    done = command(workflow, root, "--tag", "v9.9.9", PYPUBLISH_GITHUB_TOKEN=TOKEN)
    assert done.returncode == 1
    assert workflow.attempts.api.asked == []
