"""diagnose, told by the real uv: every refusal that the index can make, and every way to get no answer of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.cli.main import run
from pypublish.edges.world import World
from pypublish.rehearsal.environment import environment_for_clients
from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.server import Registration, Rehearsal, serve
from tests import factories
from tests.rehearsal.parts import PUBLISHER
from tests.rehearsal.test_clients import uv

JOB = Job(publisher=PUBLISHER, ref="refs/tags/v1.0.0", sha="c" * 40)
KNOWN = Registration(publisher=PUBLISHER, project="hello", pending=False)
PENDING = replace(KNOWN, pending=True)

Printed = tuple[str, str]
"""What a program says on stdout and on stderr."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A job that asks for a token, and what comes of it."""

    name: str
    exit_code: int
    says: str
    job: Job = JOB
    registrations: tuple[Registration, ...] = (KNOWN,)
    faults: tuple[str, ...] = ()
    environ: dict[str, str | None] = field(default_factory=dict)
    """Variables of the job that are others; None takes one away."""
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


def claiming(**claims: object) -> Job:
    return replace(JOB, claims=claims)


def working_as(**publisher: str) -> Job:
    return replace(JOB, publisher=replace(PUBLISHER, **publisher))


REFERENCE = "acme/hello/.github/workflows/release.yml"
NO_IDENTITY: dict[str, str | None] = {"ACTIONS_ID_TOKEN_REQUEST_URL": None, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": None}
NOBODY_THERE: dict[str, str | None] = {"HTTPS_PROXY": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1"}

CASES = (
    Case(name="known", exit_code=0, says="PyPI would let this job publish"),
    Case(name="pending", exit_code=0, says="PyPI would let this job publish", registrations=(PENDING,)),
    Case(
        name="another workflow",
        exit_code=1,
        says="The job is: owner acme, repository hello, workflow ci.yml, environment pypi",
        job=working_as(workflow="ci.yml"),
    ),
    Case(name="another environment", exit_code=1, says="environment staging", job=working_as(environment="staging")),
    Case(name="no environment", exit_code=1, says="The job has no `environment`", job=working_as(environment="")),
    Case(name="nobody is registered", exit_code=1, says="knows no publisher that fits", registrations=()),
    Case(
        name="another index",
        exit_code=1,
        says="TestPyPI knows no publisher",
        arguments=("--publish-url", "https://test.pypi.org/legacy/"),
    ),
    Case(
        name="a pending publisher whose project exists",
        exit_code=1,
        says="its project exists by now",
        registrations=(replace(PENDING, project="there"), PENDING),
    ),
    Case(name="an account made anew", exit_code=1, says="knows no publisher that fits", job=replace(JOB, owner_id="7")),
    Case(
        name="a reusable workflow",
        exit_code=1,
        says="a workflow that another one calls",
        job=claiming(job_workflow_ref=f"{REFERENCE}@refs/heads/other"),
    ),
    Case(
        name="a reusable workflow of another repository",
        exit_code=1,
        says="stands in a workflow of acme/shared",
        job=claiming(job_workflow_ref="acme/shared/.github/workflows/release.yml@refs/heads/main"),
    ),
    Case(
        name="pull_request_target",
        exit_code=1,
        says="started by pull_request_target",
        job=replace(JOB, event="pull_request_target"),
    ),
    Case(name="no workflow file", exit_code=1, says="no file that ends in", job=claiming(job_workflow_ref="acme/x@y")),
    Case(name="a claim is missing", exit_code=1, says="does not say all that PyPI", job=claiming(event_name=None)),
    Case(name="for another audience", exit_code=1, says="does not believe the identity", job=claiming(aud="testpypi")),
    Case(name="expired", exit_code=1, says="does not believe the identity", job=claiming(exp=1, iat=0, nbf=0)),
    Case(name="not yet good", exit_code=1, says="does not believe the identity", faults=("clock-skew",)),
    Case(name="of another issuer", exit_code=1, says="not from a service", job=claiming(iss="https://ci.example.org")),
    Case(name="of no issuer", exit_code=1, says="is no identity", job=claiming(iss=None)),
    Case(
        name="a name that cannot be had",
        exit_code=1,
        says="takes no project of its name",
        registrations=(replace(PENDING, project="xml"),),
    ),
    Case(name="switched off", exit_code=4, says="has switched Trusted Publishing off", faults=("publishing-disabled",)),
    Case(name="no audience", exit_code=4, says="has switched Trusted Publishing off", faults=("audience-refused",)),
    Case(name="no such index", exit_code=1, says="has no Trusted Publishing", faults=("audience-refused:404",)),
    Case(name="trouble", exit_code=4, says="PyPI is in trouble", faults=("audience-refused:502",)),
    Case(name="trouble at the exchange", exit_code=4, says="PyPI is in trouble", faults=("mint-unavailable",)),
    Case(name="a login page", exit_code=4, says="log the runner in", faults=("mint-login-page",)),
    Case(name="half an answer", exit_code=4, says="no token, and no refusal either", faults=("mint-garbage",)),
    Case(name="an answer without a token", exit_code=4, says="no token, and no refusal", faults=("mint-no-token",)),
    Case(name="no permission", exit_code=1, says="lacks `id-token: write`", environ=NO_IDENTITY),
    Case(
        name="nowhere",
        exit_code=1,
        says="did not see that it runs in a job",
        environ={**NO_IDENTITY, "GITHUB_ACTIONS": None, "CI": None},
    ),
    Case(name="GitHub gives none", exit_code=4, says="GitHub gave the job no identity", faults=("identity-refused",)),
    Case(name="a password", exit_code=1, says="Remove UV_PUBLISH_TOKEN", environ={"UV_PUBLISH_TOKEN": "pypi-mine"}),
    Case(name="no network", exit_code=4, says="could not be reached", environ={**NOBODY_THERE, "UV_HTTP_RETRIES": "0"}),
    Case(name="an authority that is not known", exit_code=4, says="does not trust", environ={"SSL_CERT_FILE": "other"}),
    Case(name="an option of tomorrow", exit_code=3, says="is not understood", arguments=("--tomorrow",)),
)


@pytest.fixture
def ask(world: World, tmp_path: Path) -> Callable[[Case, Rehearsal], Path]:
    wheel = factories.wheel({"hello/__init__.py": ""}, version="1.0.0").write(tmp_path / "dist")

    def start(case: Case, index: Rehearsal) -> Path:
        """Let uv ask as `case`, and store what the template stores of it."""
        environment = environment_for_clients(index, world.environ, tmp_path / "clients")
        authority = environment | {"other": os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt")}
        for name, value in case.environ.items():
            environment.pop(name, None)
            environment |= {name: authority.get(value, value)} if value is not None else {}
        stored = tmp_path / "tool-output.txt"
        with stored.open("wb") as file:
            subprocess.run(
                [uv(), "publish", "--dry-run", "--trusted-publishing", "always", *case.arguments, wheel],
                env=environment, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=file,
                check=False, timeout=60,
            )  # fmt: skip
        return stored

    return start


@contextmanager
def index_for(case: Case, folder: Path) -> Iterator[Rehearsal]:
    with serve(folder, job=case.job, registrations=case.registrations, faults=case.faults) as index:
        yield index


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_uv_was_answered_is_explained(
    case: Case, ask: Callable[[Case, Rehearsal], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with index_for(case, tmp_path / "index") as index:
        if "exists" in case.name:
            index.stores["pypi"].create_project("there")
            index.stores["pypi"].forget(lambda record: record.project == "hello")
        stored = ask(case, index)
    code = run(["diagnose", "--tool-output", str(stored)])
    out, err = capsys.readouterr()
    said = " ".join((out + err).split())
    assert (code, case.says in said) == (case.exit_code, True), said
    assert said.startswith("✓ exchange a real one: a pending publisher makes its project by it")
    assert "Traceback" not in said


@pytest.mark.slow
def test_a_dry_run_makes_the_project_of_a_pending_publisher_and_uploads_nothing(
    ask: Callable[[Case, Rehearsal], Path], tmp_path: Path
) -> None:
    case = next(case for case in CASES if case.name == "pending")
    with index_for(case, tmp_path / "index") as index:
        assert index.stores["pypi"].names() == {}
        ask(case, index)
        project = index.stores["pypi"].project("hello")
    assert project is not None
    assert project.releases == {}


@pytest.mark.slow
def test_uv_prints_its_token_on_stdout_alone(world: World, tmp_path: Path) -> None:
    """So the template must never store it: what is stored is read by whoever reads the run."""
    wheel = factories.wheel({"hello/__init__.py": ""}, version="1.0.0").write(tmp_path / "dist")
    with serve(tmp_path / "index", job=JOB, registrations=(KNOWN,)) as index:
        environment = environment_for_clients(index, world.environ, tmp_path / "clients")
        done = subprocess.run(
            [uv(), "publish", "--dry-run", "--trusted-publishing", "always", wheel],
            env=environment, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
    assert done.stdout.startswith("::add-mask::pypi-")
    assert "pypi-" not in done.stderr


# The command, by a file of somebody's


def diagnose(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pypublish", "diagnose", "--tool-output", str(path), *options],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "src"), "GITHUB_ACTIONS": "true"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("what", ["nothing", "a folder", "a pipe"])
def test_a_file_that_is_none_is_a_usage_error(what: str, tmp_path: Path) -> None:
    path = tmp_path / "output"
    if what == "a folder":
        path.mkdir()
    elif what == "a pipe":
        os.mkfifo(path)  # nobody writes to it
    done = diagnose(path)
    assert done.returncode == 2
    assert "Name the file in which the tool's output was stored." in done.stdout


def test_on_a_runner_foreign_output_is_fenced_and_the_error_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "output"
    path.write_bytes(b"\xff\x1b[2J::set-output name=verified::true\n::error::not ours\n::stop-commands::x\n")
    done = diagnose(path)
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("::stop-commands::"))
    end = lines.index(f"::{lines[begin].removeprefix('::stop-commands::')}::")
    assert [line for line in lines if line.startswith("::error")] == [lines[-1]]
    assert begin < end < len(lines) - 1
    assert not any(line.startswith("::set-output") for line in lines)


def test_no_token_of_a_file_gets_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_token, identity = "pypi-" + "AgEIcHlwaS5vcmc" * 6, "eyJ" + "hbGciOiJSUzI1NiJ9." + "eyJ" + "zdWIiOiJ4In0.c2ln"
    path = tmp_path / "output"
    path.write_text(f"::add-mask::{upload_token}\nerror: {identity}\n  cause: of {upload_token}\n")
    files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for name, file in files.items():
        monkeypatch.setenv(name, str(file))
    said = ""
    for form in ("github", "text", "json", "markdown"):
        done = diagnose(path, "--format", form, "--verbose")
        assert done.returncode == 3
        said += done.stdout + done.stderr
    said += "".join(file.read_text() for file in files.values() if file.exists())
    assert "[a token was here]" in said
    assert upload_token not in said
    assert identity not in said


def test_of_a_huge_file_the_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "output"
    good = "Checking 1 file against https://upload.pypi.org/legacy/\nChecking hello-1.0.0.tar.gz (1KiB)\n"
    with path.open("wb") as file:
        file.truncate(20 << 30)  # sparse: nothing of it is written
        file.seek(0, 2)
        file.write(b"\n" + good.encode())
    done = diagnose(path, "--format", "json")
    assert done.returncode == 0, done.stdout
    assert "its last 128 KiB were read" in done.stdout


def test_the_words_of_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "output"
    path.write_text(
        "Checking 1 file against https://test.pypi.org/legacy/\nChecking hello-1.0.0-py3-none-any.whl (961B)\n"
    )
    assert run(["diagnose", "--tool-output", str(path)]) == 0
    assert capsys.readouterr().out == snapshot("""\
 ✓ exchange   a real one: a pending publisher makes its project by it; no file is uploaded     0.0 s
 ✓ answer     TestPyPI knows the job, and gave it an upload token                              0.0 s

TestPyPI would let this job publish; nothing was uploaded, and the token is gone in 15 minutes.
For which project is not known from that, and attestations were not tried: the first release tries
both.
""")
