"""Who is expected to publish, told from the workflow files and the run: on doubt nobody is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypublish.checks.expected_publisher import ExpectedPublisher, expected_publisher
from pypublish.edges.workflows import read_workflows
from pypublish.model import Publisher

WORKFLOW = """
on: {{push: {{tags: ["v*"]}}}}
jobs:
  publish:
    environment: {environment}
    permissions: {{id-token: write}}
    steps:
      - uses: {uses}
        with:
          {inputs}
"""
ACTION = "pypa/gh-action-pypi-publish@release/v1"


def workflow(*, environment: str = "pypi", uses: str = ACTION, inputs: str = "print-hash: true") -> str:
    return WORKFLOW.format(environment=environment, uses=uses, inputs=inputs)


def expected(folder: Path, *, index_name: str = "pypi", running: str = "", **files: str) -> ExpectedPublisher | None:
    there = folder / ".github" / "workflows"
    there.mkdir(parents=True)
    for name, text in files.items():
        (there / f"{name}.yml").write_text(text)
    return expected_publisher(
        read_workflows(folder), owner="acme", repository="hello", index_name=index_name, running=running
    )


def us(workflow: str = "release.yml", environment: str = "pypi", *, attests: bool = True) -> ExpectedPublisher:
    publisher = Publisher(owner="acme", repository="hello", workflow=workflow, environment=environment)
    return ExpectedPublisher(publisher=publisher, attests=attests)


def test_it_is_the_job_that_publishes(tmp_path: Path) -> None:
    assert expected(tmp_path, release=workflow()) == us()


@pytest.mark.parametrize(
    ("inputs", "attests"),
    [
        ("print-hash: true", True),
        ("attestations: true", True),
        ("attestations: false", False),
        ('attestations: "false"', False),
        ("password: ${{ secrets.TOKEN }}", False),
        ("packages-dir: staging/dist", True),
    ],
)
def test_the_publishing_action_makes_attestations_unless_told_not_to(
    tmp_path: Path, inputs: str, attests: bool
) -> None:
    assert expected(tmp_path, release=workflow(inputs=inputs)) == us(attests=attests)


def test_another_uploader_makes_none(tmp_path: Path) -> None:
    script = workflow().replace(f"uses: {ACTION}", "run: uv publish")
    assert expected(tmp_path, release=script) == us(attests=False)


def test_an_environment_that_only_the_run_tells_is_none(tmp_path: Path) -> None:
    assert expected(tmp_path, release=workflow(environment="${{ inputs.where }}")) == us(environment="")


def test_our_templates_environment_is_named_like_the_index(tmp_path: Path) -> None:
    text = workflow(environment="${{ needs.prepare.outputs.environment }}", inputs="repository-url: ${{ inputs.url }}")
    assert expected(tmp_path, release=text, index_name="testpypi") == us(environment="testpypi")


def test_the_workflow_that_runs_goes_before_others(tmp_path: Path) -> None:
    assert expected(tmp_path, running="second.yml", first=workflow(), second=workflow(environment="live")) == us(
        "second.yml", "live"
    )


def test_where_several_could_nobody_is_expected(tmp_path: Path) -> None:
    assert expected(tmp_path, first=workflow(), second=workflow()) is None


def test_where_none_does_nobody_is_expected(tmp_path: Path) -> None:
    assert expected(tmp_path, running="ci.yml", ci="on: push\njobs: {}\n") is None
