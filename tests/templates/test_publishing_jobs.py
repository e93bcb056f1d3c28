"""The jobs that may publish, and the one that only asks: what stands in them, and what they believe of others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from pypublish.checks import catalog, publishing, workflow
from pypublish.checks.expected_publisher import expected_publisher
from pypublish.checks.publishing import Publishing
from pypublish.edges.workflows import read_workflows
from pypublish.workflows import Workflows
from tests.templates.files import COMPARISON, TEMPLATES_FOLDER, each_release, is_ours, load, steps_of


@each_release
def test_a_publishing_job_holds_nothing_but_the_hand_over(path: Path) -> None:
    jobs = load(path)["jobs"]
    publishing = {name: job for name, job in jobs.items() if "id-token" in job["permissions"]}
    for name, job in publishing.items():
        download, compare, upload = job["steps"]
        assert download["uses"].startswith("actions/download-artifact@")
        assert download["with"].keys() == {"artifact-ids", "path", "digest-mismatch"}
        assert download["with"]["digest-mismatch"] == "error"
        assert compare == COMPARISON
        assert upload["uses"].startswith("pypa/gh-action-pypi-publish@")
        assert upload["with"].keys() == {"packages-dir", "repository-url"}
        assert job["runs-on"] == "ubuntu-latest"
        assert job["environment"].keys() == {"name", "url"}, name
    assert publishing.keys() == {name for name in jobs if name.startswith("publish")}


def test_where_to_publish_stands_in_the_file_where_the_machine_that_builds_is_not_believed() -> None:
    job = load(TEMPLATES_FOLDER / "release-hardened.yml")["jobs"]["publish"]
    assert job["environment"]["name"] == "pypi"
    assert job["steps"][-1]["with"]["repository-url"] == "https://upload.pypi.org/legacy/"
    from_prepare = set(re.findall(r"needs\.prepare\.outputs\.([\w-]+)", yaml.dump(job)))
    assert from_prepare == {"artifact-id", "checksums", "manifest-sha256"}  # of the files alone


def test_each_index_has_an_environment_of_its_own() -> None:
    jobs = load(TEMPLATES_FOLDER / "release-testpypi-first.yml")["jobs"]
    places = {
        job["environment"]["name"]: job["steps"][-1]["with"]["repository-url"]
        for name, job in jobs.items()
        if name.startswith("publish")
    }
    assert places == {"testpypi": "https://test.pypi.org/legacy/", "pypi": "https://upload.pypi.org/legacy/"}


def test_what_is_checked_on_another_machine_is_what_is_published() -> None:
    jobs = load(TEMPLATES_FOLDER / "release-hardened.yml")["jobs"]
    (compare,) = [step for step in jobs["check"]["steps"] if "sha256sum" in step.get("run", "")]
    assert compare == COMPARISON | {"working-directory": "${{ runner.temp }}/staging"}
    assert jobs["check"]["env"] == {"PYPUBLISH_SMOKE": "false"}  # nothing of the project runs there


def test_what_tells_the_token_is_never_kept() -> None:
    (step,) = [step for _, step in steps_of(TEMPLATES_FOLDER / "diagnose.yml") if "uv publish" in step.get("run", "")]
    assert "--dry-run" in step["run"]
    assert re.search(r"[^&]2> tool-output\.txt", step["run"])  # stderr alone: stdout has the token, to be hidden
    assert not re.search(r"(?<!2)>\s*tool-output|&>|2>&1|\btee\b", step["run"])


def test_asking_for_a_token_starts_by_hand_alone() -> None:
    workflow = load(TEMPLATES_FOLDER / "diagnose.yml")
    assert workflow["on"].keys() == {"workflow_dispatch"}
    assert workflow["jobs"]["exchange"]["environment"] == {"name": "${{ inputs.index }}"}
    assert not any(is_ours(step) for step in workflow["jobs"]["exchange"]["steps"])


@pytest.mark.parametrize(
    ("template", "indexes"),
    [
        ("release.yml", ["pypi", "testpypi"]),
        ("release-wheels.yml", ["pypi", "testpypi"]),
        ("release-testpypi-first.yml", ["pypi", "testpypi"]),
        ("release-hardened.yml", ["pypi"]),
        ("diagnose.yml", []),
    ],
)
def test_our_own_checks_find_nothing_and_foretell_the_publishers(
    template: str, indexes: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "release.yml").write_text((TEMPLATES_FOLDER / template).read_text())
    read = read_workflows(tmp_path)
    found = [
        *catalog.run(catalog.collect(workflow, Workflows), read, ignore={}),
        *catalog.run(
            catalog.collect(publishing, Publishing),
            Publishing(workflows=read, tag_format="v{version}", name="hello"),
            ignore={},
        ),
    ]
    assert [finding.check for finding in found] == ([] if indexes else ["release-workflow-exists"])
    told = {
        name: expected_publisher(read, owner="acme", repository="hello", index_name=name)
        for name in ("pypi", "testpypi")
    }
    assert {name: one.publisher.environment for name, one in told.items() if one} == {name: name for name in indexes}
    assert all(one.attests for one in told.values() if one)
