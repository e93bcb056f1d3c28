"""The template for compiled modules: release.yml, but for the machines that build the wheels and what takes them up."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from tests.templates.files import TEMPLATES_FOLDER, load

WHEELS, PLAIN = (load(TEMPLATES_FOLDER / name) for name in ("release-wheels.yml", "release.yml"))
FOLDER = "${{ runner.temp }}/wheels"
FETCHING = {"pattern": "wheels-*", "path": FOLDER, "merge-multiple": "true", "digest-mismatch": "error"}


def without_the_wheels(job: dict[str, Any]) -> dict[str, Any]:
    """Return a job without what takes the wheels up, and without when it starts, which test_conditions.py judges."""
    steps = [
        {**step, "with": {key: value for key, value in step["with"].items() if key != "packages-dir"}}
        if "with" in step
        else step
        for step in job["steps"]
        if step.get("name") != "Fetch the wheels"
    ]
    return {key: value for key, value in job.items() if key not in {"if", "needs"}} | {"steps": steps}


def test_all_other_jobs_are_those_of_the_plain_release() -> None:
    jobs = {name: without_the_wheels(job) for name, job in WHEELS["jobs"].items() if name != "wheels"}
    assert jobs == {name: without_the_wheels(job) for name, job in PLAIN["jobs"].items()}
    for name in ("publish", "verify", "release"):
        assert WHEELS["jobs"][name] == PLAIN["jobs"][name]
    for key in ("on", "permissions", "concurrency", "name"):
        assert WHEELS[key] == PLAIN[key]


def test_the_wheels_are_built_of_what_is_released() -> None:
    checkout = WHEELS["jobs"]["prepare"]["steps"][:2]
    *before, build, upload = WHEELS["jobs"]["wheels"]["steps"]
    assert before == checkout
    assert build["uses"].startswith("pypa/cibuildwheel@")
    assert upload["uses"].startswith("actions/upload-artifact@")
    assert upload["with"]["path"] == f"{build['with']['output-dir']}/*.whl"
    assert upload["with"]["if-no-files-found"] == "error"


def test_each_machine_hands_its_wheels_over_under_a_name_of_its_own_also_when_it_runs_again() -> None:
    job = WHEELS["jobs"]["wheels"]
    assert job["runs-on"] == "${{ matrix.os }}"
    machines = job["strategy"]["matrix"]["os"]
    assert len(machines) == len(set(machines))
    upload = job["steps"][-1]["with"]
    assert upload["name"] == "wheels-${{ matrix.os }}"
    assert upload["overwrite"] == "true"


def test_git_writes_the_same_lines_on_windows(tmp_path: Path) -> None:
    variables = WHEELS["jobs"]["wheels"]["env"]
    told = subprocess.run(
        ["git", "config", "--get", "core.autocrlf"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "false\n"


def test_who_takes_the_wheels_takes_all_of_them() -> None:
    for name in ("rehearse", "prepare"):
        *_, fetch, ours = WHEELS["jobs"][name]["steps"]
        assert fetch["with"] == FETCHING
        assert ours["with"]["stage"] == name
        assert ours["with"]["packages-dir"] == FOLDER
    assert WHEELS["jobs"]["prepare"]["steps"][-2]["if"] == "needs.wheels.result == 'success'"
