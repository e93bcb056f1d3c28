"""Which jobs of a release run, for everything that can become of those before them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.templates.graph import Told, run

ROOT = Path(__file__).resolve().parents[2]
RELEASES = ("release.yml", "release-wheels.yml", "release-testpypi-first.yml", "release-hardened.yml")
ALIKE = ("release.yml", "release-wheels.yml")
"""They differ in where the wheels are built, and in nothing that becomes of them."""
ENDS = ("success", "failure")
"""A job that was cancelled counts as one that failed: no condition tells them apart, which is tested."""
BOTH = ("true", "false")

each_release = pytest.mark.parametrize("name", RELEASES)


def jobs_of(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "workflows-templates" / name).read_text())["jobs"]
    return loaded


def said(name: str) -> Iterator[dict[str, dict[str, str]]]:
    """Go through everything that prepare, and check where there is one, may say."""
    if name in ALIKE:
        for publish, gates, (tag, index) in product(BOTH, BOTH, [("v1", "pypi"), ("v1", "testpypi"), ("", "testpypi")]):
            yield {"prepare": {"publish": publish, "gates": gates, "tag": tag, "index": index}}
    elif name == "release-hardened.yml":
        for publish, again, gates in product(BOTH, BOTH, BOTH):
            yield {"prepare": {"publish": publish}, "check": {"publish": again, "gates": gates}}
    else:
        for publish, there, gates in product(BOTH, ("true", "false", ""), BOTH):
            if (publish == "false") == (there == ""):  # TestPyPI is asked where PyPI lacks something
                yield {"prepare": {"publish": publish, "publish-to-testpypi": there, "gates": gates}}


@cache
def every_run(name: str) -> tuple[tuple[Told, dict[str, str]], ...]:
    jobs = jobs_of(name)
    names = [job for job in jobs if job != "rehearse"]
    run_ids = ("", "17") if "wheels" in jobs else ("",)
    every = (
        Told(results=dict(zip(names, ends, strict=True)), outputs=outputs, inputs={"run-id": run_id})
        for ends, outputs, run_id in product(product(ENDS, repeat=len(names)), list(said(name)), run_ids)
    )
    return tuple((told, run(jobs, told)) for told in every)


def says(told: Told, job: str, output: str) -> str:
    return told.outputs.get(job, {}).get(output, "")


def judge(name: str) -> str:
    """Return the job whose word counts on gates and on whether there is something to publish."""
    return "check" if name == "release-hardened.yml" else "prepare"


@each_release
def test_nothing_is_published_without_all_that_comes_before(name: str) -> None:
    seen = set()
    for told, results in every_run(name):
        uploads = [job for job in results if job.startswith("publish") and results[job] != "skipped"]
        if uploads:
            assert results["prepare"] == "success"
            assert results.get("wheels", "success") == ("skipped" if told.inputs["run-id"] else "success")
            assert results.get("check", "success") == "success"
            assert says(told, judge(name), "publish") == "true"
            if says(told, judge(name), "gates") == "true":
                assert results["gates"] == "success"
            else:
                assert results["gates"] == "skipped"
        if "publish" in uploads and name == "release-testpypi-first.yml":
            assert results["verify-on-testpypi"] == "success"
        seen.add(bool(uploads))
    assert seen == {True, False}


@each_release
def test_what_may_be_published_is(name: str) -> None:
    for told, results in every_run(name):
        wanted = says(told, judge(name), "publish") == "true"
        gates = results["gates"] == "success" or says(told, judge(name), "gates") == "false"
        before = {"prepare", "check", "publish-to-testpypi", "verify-on-testpypi"} & results.keys()
        before |= {"wheels"} & results.keys() if not told.inputs["run-id"] else set()
        fine = all(told.results[job] == "success" for job in before)
        if wanted and gates and fine:
            assert results["publish"] != "skipped"


@each_release
def test_a_run_that_is_green_has_been_verified(name: str) -> None:
    for told, results in every_run(name):
        if "failure" not in results.values():
            assert results["verify"] == "success", (told, results)


@each_release
def test_what_is_published_is_verified_and_what_was_there_already_too(name: str) -> None:
    for told, results in every_run(name):
        there = says(told, judge(name), "publish") == "false" and results[judge(name)] == "success"
        assert (results["verify"] != "skipped") == (results["publish"] == "success" or there)


@each_release
def test_github_hears_of_a_release_when_it_is_verified(name: str) -> None:
    for told, results in every_run(name):
        announced = name not in ALIKE or (
            says(told, "prepare", "tag") != "" and says(told, "prepare", "index") == "pypi"
        )
        assert (results["release"] != "skipped") == (results["verify"] == "success" and announced)


@each_release
def test_gates_run_where_there_are_any_and_something_is_to_be_published(name: str) -> None:
    for told, results in every_run(name):
        wanted = says(told, judge(name), "gates") == says(told, judge(name), "publish") == "true"
        assert (results["gates"] != "skipped") == (results[judge(name)] == "success" and wanted)


@each_release
def test_a_condition_asks_whether_a_job_succeeded_or_was_skipped_and_nothing_else(name: str) -> None:
    for job in jobs_of(name).values():
        results = re.findall(r"\.result\b(.{0,14})", job.get("if", ""))
        assert all(re.match(r" == '(success|skipped)'", compared) for compared in results), results


@each_release
def test_nothing_more_is_begun_in_a_run_that_was_cancelled(name: str) -> None:
    for outputs in said(name):
        results = run(jobs_of(name), Told(outputs=outputs, is_cancelled=True))
        assert set(results.values()) == {"skipped"}


@pytest.mark.parametrize(
    ("name", "jobs"), [("release.yml", {"rehearse"}), ("release-wheels.yml", {"wheels", "rehearse"})]
)
@pytest.mark.parametrize("run_id", ["", "17"])
def test_a_dry_run_rehearses_and_nothing_else(name: str, jobs: set[str], run_id: str) -> None:
    results = run(jobs_of(name), Told(inputs={"index": "dry-run", "run-id": run_id}))
    assert {job for job, result in results.items() if result != "skipped"} == jobs


@pytest.mark.parametrize("name", ALIKE)
def test_a_push_rehearses_nothing(name: str) -> None:
    assert run(jobs_of(name), Told())["rehearse"] == "skipped"


@pytest.mark.parametrize("index", ["dry-run", "pypi"])
def test_where_wheels_of_one_platform_are_missing_nothing_goes_on(index: str) -> None:
    results = run(jobs_of("release-wheels.yml"), Told(results={"wheels": "failure"}, inputs={"index": index}))
    assert {job for job, result in results.items() if result != "skipped"} == {"wheels"}


def test_testpypi_is_left_alone_where_pypi_has_everything() -> None:
    outputs: Mapping[str, Mapping[str, str]] = {"prepare": {"publish": "false", "publish-to-testpypi": ""}}
    results = run(jobs_of("release-testpypi-first.yml"), Told(outputs=outputs))
    ran = {job for job, result in results.items() if result == "success"}
    assert ran == {"prepare", "verify", "release"}


def test_a_token_that_is_refused_is_explained() -> None:
    results = run(jobs_of("diagnose.yml"), Told())
    assert set(results.values()) == {"success"}
    assert run(jobs_of("diagnose.yml"), Told(results={"prepare": "failure"}))["exchange"] == "skipped"
