"""prepare takes up an earlier attempt, from the outside: as a job of GitHub's and on a laptop."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests import projects
from tests.github_api import TOKEN
from tests.stages.attempts import RELEASE, Files, log_of, sealed, zipped
from tests.stages.workflow import Workflow


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
