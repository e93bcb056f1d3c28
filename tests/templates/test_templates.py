"""The templates as GitHub would judge them, and as a release needs them: what act cannot see."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "workflows-templates").glob("*.yml"))
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TOOLS = Path(sys.executable).parent

each_workflow = pytest.mark.parametrize("path", [*TEMPLATES, *OWN], ids=lambda path: f"{path.parent.name}/{path.name}")
each_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.name))


def load(path: Path) -> dict[str, Any]:
    # BaseLoader reads every scalar as text, so that `on` is a word.
    loaded: dict[str, Any] = yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - it makes text only
    return loaded


def steps_of(path: Path) -> list[tuple[str, dict[str, Any]]]:
    return [(name, step) for name, job in load(path)["jobs"].items() for step in job.get("steps", [])]


def is_ours(step: dict[str, Any]) -> bool:
    return "pypublish-action@" in step.get("uses", "") or step.get("uses") == "./"


@each_workflow
def test_permissions_are_given_by_job(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert "permissions" in job, name


def test_who_may_what() -> None:
    granted = {path.name: {name: job["permissions"] for name, job in load(path)["jobs"].items()} for path in TEMPLATES}
    assert granted == {
        "rehearse.yml": {"rehearse": {"contents": "read"}},
        "release.yml": {
            "rehearse": {"contents": "read"},
            "prepare": {"contents": "read", "actions": "read"},
            "publish": {"id-token": "write"},
            "verify": {},
        },
    }


@each_workflow
def test_each_grant_has_its_reason(path: Path) -> None:
    for line in path.read_text().splitlines():
        if re.match(r"\s+[a-z-]+: (read|write)\b", line):
            assert re.search(r"# \S", line), line


@each_workflow
def test_each_job_has_an_end(path: Path) -> None:
    for name, job in load(path)["jobs"].items():
        assert 0 < int(job["timeout-minutes"]) <= 60, name


@each_workflow
def test_each_action_is_a_commit_with_its_version(path: Path) -> None:
    for line in path.read_text().splitlines():
        if used := re.match(r"\s*(?:- )?uses: (\S+)(.*)", line):
            name, comment = used[1], used[2]
            if name == "./":
                continue
            if name.startswith("org/pypublish-action@"):
                assert name == "org/pypublish-action@v1"
                assert re.search(r"# zizmor: ignore\[unpinned-uses\] \S+", comment), line
            else:
                assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", name), line
                assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), line


def test_one_action_has_one_pin_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for path in (*TEMPLATES, *OWN, ROOT / "action.yml"):
        for name, pin in re.findall(r"uses: ([\w.-]+/[\w.-]+)@([0-9a-f]{40} # \S+)", path.read_text()):
            pins.setdefault(name, set()).add(pin)
    assert {name: len(found) for name, found in pins.items()} == dict.fromkeys(pins, 1)


@each_workflow
def test_a_checkout_leaves_no_credentials(path: Path) -> None:
    for name, step in steps_of(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false", name


@each_template
def test_a_version_that_comes_from_git_has_its_history(path: Path) -> None:
    for name, step in steps_of(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["fetch-depth"] == "0", name


@each_workflow
def test_no_script_has_an_expression(path: Path) -> None:
    for name, step in steps_of(path):
        if "run" in step:
            assert "${{" not in step["run"], name
            assert step["shell"] == "bash", name


@each_workflow
def test_inputs_and_outputs_of_our_action_are_declared(path: Path) -> None:
    action = load(ROOT / "action.yml")
    for job, step in steps_of(path):
        if not is_ours(step):
            continue
        assert step.get("with", {}).keys() <= action["inputs"].keys()
        if "id" in step:
            used = set(re.findall(rf"steps\.{step['id']}\.outputs\.([\w-]+)", path.read_text()))
            assert used
            assert used <= action["outputs"].keys(), job


@each_workflow
def test_what_a_job_asks_of_another_is_given(path: Path) -> None:
    jobs = load(path)["jobs"]
    for name, job in jobs.items():
        needs = job.get("needs", [])
        needed = {needs} if isinstance(needs, str) else set(needs)
        for other, output in re.findall(r"needs\.([\w-]+)\.outputs\.([\w-]+)", yaml.dump(job)):
            assert other in needed, name
            assert output in jobs[other]["outputs"], name


@pytest.mark.parametrize("path", [path for path in (*TEMPLATES, *OWN) if path.name == "release.yml"], ids=str)
def test_the_publishing_job_holds_nothing_but_the_hand_over(path: Path) -> None:
    job = load(path)["jobs"]["publish"]
    download, compare, upload = job["steps"]
    assert download["uses"].startswith("actions/download-artifact@")
    assert download["with"].keys() == {"artifact-ids", "path", "digest-mismatch"}
    assert download["with"]["digest-mismatch"] == "error"
    assert "sha256sum" in compare["run"]
    assert upload["uses"].startswith("pypa/gh-action-pypi-publish@")
    assert upload["with"].keys() == {"packages-dir", "repository-url"}
    assert job["runs-on"] == "ubuntu-latest"
    assert job["environment"].keys() == {"name", "url"}


@pytest.mark.parametrize("path", [path for path in (*TEMPLATES, *OWN) if path.name == "release.yml"], ids=str)
def test_two_runs_for_a_tag_never_overlap_and_none_is_cut_off(path: Path) -> None:
    assert load(path)["concurrency"] == {
        "group": "release-${{ inputs.tag || github.ref_name }}",
        "cancel-in-progress": "false",
    }


def test_rehearsals_run_on_pull_requests_and_every_month() -> None:
    workflow = load(ROOT / "workflows-templates" / "rehearse.yml")
    assert workflow["on"].keys() == {"pull_request", "schedule", "workflow_dispatch"}
    minute, hour, day, month, weekday = workflow["on"]["schedule"][0]["cron"].split()
    assert (int(day) <= 28, month, weekday) == (True, "*", "*")
    assert (int(minute) > 0, int(hour) > 0) == (True, True)  # the full hour is when everybody's runs start


def test_our_own_release_is_the_template_with_this_very_action() -> None:
    expected = load(ROOT / "workflows-templates" / "release.yml")
    for job in expected["jobs"].values():
        for step in filter(is_ours, job["steps"]):
            step["uses"] = "./"
    verify = expected["jobs"]["verify"]
    verify["permissions"] = {"contents": "read"}
    checkout = expected["jobs"]["prepare"]["steps"][0]
    verify["steps"].insert(0, checkout | {"with": {"persist-credentials": "false"}})
    assert load(ROOT / ".github" / "workflows" / "release.yml") == expected


def test_zizmor_has_nothing_to_say() -> None:
    paths = [*TEMPLATES, *OWN, ROOT / "action.yml", ROOT / ".github" / "dependabot.yml"]
    done = subprocess.run(
        [TOOLS / "zizmor", "--offline", "--persona=auditor", "--strict-collection", "--no-progress", *paths],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "No findings to report" in done.stdout) == (0, True), done.stdout + done.stderr
    assert done.stderr.count("completed") == len(paths), done.stderr


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-workflows", [*TEMPLATES, *OWN]),
        ("vendor.github-actions", [ROOT / "action.yml"]),
        ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"]),
    ],
)
def test_the_files_follow_their_schemas(schema: str, paths: list[Path]) -> None:
    done = subprocess.run(
        [TOOLS / "check-jsonschema", "--builtin-schema", schema, *paths], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
