"""The templates as GitHub would judge them, and as a release needs them: what act cannot see."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.templates.files import (
    OWN,
    ROOT,
    TEMPLATES,
    TEMPLATES_FOLDER,
    each_release,
    each_template,
    each_workflow,
    is_ours,
    load,
    steps_of,
)

TOOLS = Path(sys.executable).parent


@each_workflow
def test_permissions_are_given_by_job(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert "permissions" in job, name


def test_who_may_what() -> None:
    granted = {path.name: {name: job["permissions"] for name, job in load(path)["jobs"].items()} for path in TEMPLATES}
    reads, prepares, publishes = {"contents": "read"}, {"contents": "read", "actions": "read"}, {"id-token": "write"}
    assert granted == {
        "diagnose.yml": {"prepare": reads, "exchange": publishes, "diagnose": {}},
        "rehearse.yml": {"rehearse": reads},
        "release.yml": {
            "rehearse": reads,
            "prepare": prepares,
            "gates": reads,
            "publish": publishes,
            "verify": {},
            "release": {"contents": "write"},
        },
        "release-wheels.yml": {
            "wheels": reads,
            "rehearse": reads,
            "prepare": prepares,
            "gates": reads,
            "publish": publishes,
            "verify": {},
            "release": {"contents": "write"},
        },
        "release-hardened.yml": {
            "prepare": prepares,
            "check": reads,
            "gates": reads,
            "publish": publishes,
            "verify": {},
            "release": {"contents": "write"},
        },
        "release-testpypi-first.yml": {
            "prepare": prepares,
            "gates": reads,
            "publish-to-testpypi": publishes,
            "verify-on-testpypi": {},
            "publish": publishes,
            "verify": {},
            "release": {"contents": "write"},
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
        # A compiler has to run once for each Python.
        assert 0 < int(job["timeout-minutes"]) <= (180 if name == "wheels" else 60), name


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


@each_workflow
def test_the_projects_own_code_meets_no_rights(path: Path) -> None:
    for name, job in load(path)["jobs"].items():
        stages = {step["with"]["stage"] for step in job.get("steps", []) if is_ours(step)}
        if stages & {"gates", "rehearse", "check", "verify"}:
            assert set(job["permissions"].items()) <= {("contents", "read")}, name
        if stages:
            assert "id-token" not in job["permissions"], name


@each_release
def test_two_runs_for_a_tag_never_overlap_and_none_is_cut_off(path: Path) -> None:
    assert load(path)["concurrency"] == {
        "group": "release-${{ inputs.tag || github.ref_name }}",
        "cancel-in-progress": "false",
    }


@each_release
def test_gates_run_on_every_python_that_is_declared_and_each_to_its_end(path: Path) -> None:
    job = load(path)["jobs"]["gates"]
    # The machine that builds is not asked where another one can tell.
    judge = "check" if "check" in job["needs"] else "prepare"
    assert job["strategy"] == {
        "fail-fast": "false",
        "matrix": {"python": f"${{{{ fromJSON(needs.{judge}.outputs.python-versions) }}}}"},
    }


@each_workflow
def test_nothing_is_kept_for_the_next_run(path: Path) -> None:
    for name, step in steps_of(path):
        assert "actions/cache" not in step.get("uses", ""), name
        if "setup-uv@" in step.get("uses", ""):
            assert step["with"]["enable-cache"] == "false"
            locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
            assert [step["with"]["version"]] == [one["version"] for one in locked if one["name"] == "uv"]


def test_rehearsals_run_on_pull_requests_and_every_month() -> None:
    workflow = load(TEMPLATES_FOLDER / "rehearse.yml")
    assert workflow["on"].keys() == {"pull_request", "schedule", "workflow_dispatch"}
    minute, hour, day, month, weekday = workflow["on"]["schedule"][0]["cron"].split()
    assert (int(day) <= 28, month, weekday) == (True, "*", "*")
    assert (int(minute) > 0, int(hour) > 0) == (True, True)  # the full hour is when everybody's runs start


def test_our_own_release_is_the_template_with_this_very_action() -> None:
    expected = load(TEMPLATES_FOLDER / "release.yml")
    for job in expected["jobs"].values():
        for step in filter(is_ours, job["steps"]):
            step["uses"] = "./"
    verify = expected["jobs"]["verify"]
    verify["permissions"] = {"contents": "read"}
    checkout = expected["jobs"]["prepare"]["steps"][0]
    verify["steps"].insert(0, checkout | {"with": {"persist-credentials": "false"}})
    own = load(ROOT / ".github" / "workflows" / "release.yml")
    del own["jobs"]["move-major-tag"]
    assert own == expected


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
