"""action.yml against the command behind it, and against what GitHub demands and act lets pass."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from pypublish.cli.main import GROUPS, cli

READ_BY_THE_FILE_ITSELF = {"artifact-id", "stage"}
"""Inputs that its steps use; the command never sees them, or takes them as its first word."""

ONLY_WHERE_IT_IS_NEEDED = (
    "${{ (inputs.stage == 'release' || inputs.stage == 'prepare' && (inputs.run-id || github.run_attempt != '1'))"
    " && inputs.github-token || '' }}"
)

PARTS = {"validate", "build", "check", "stage", "plan"}
STAGES = PARTS | {"prepare", "gates", "verify", "release", "rehearse", "diagnose"}

SET_BY_THE_FILE = {"PYPUBLISH_FORMAT", "PYPUBLISH_OUT", "PYPUBLISH_MANIFEST"}
"""Options of the command that are no inputs: the runner decides them."""


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    path = Path(__file__).resolve().parents[2] / "action.yml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text())
    return loaded


@pytest.fixture(scope="module")
def text() -> str:
    return (Path(__file__).resolve().parents[2] / "action.yml").read_text()


def variable(name: str) -> str:
    return f"PYPUBLISH_{name.upper().replace('-', '_')}"


def commands() -> dict[str, click.Command]:
    context = click.Context(cli)
    found = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


def variables_of(command: click.Command) -> set[str]:
    return {str(parameter.envvar) for parameter in command.params if parameter.envvar}


def run_step(action: dict[str, Any]) -> dict[str, Any]:
    (step,) = [step for step in action["runs"]["steps"] if "run" in step]
    return dict(step)


def test_each_input_is_a_variable_and_each_variable_an_input(action: dict[str, Any]) -> None:
    env = run_step(action)["env"]
    inputs = {name for name in action["inputs"] if name != "artifact-id"}
    expected = {variable(name): f"${{{{ inputs.{name} }}}}" for name in inputs}
    expected["PYPUBLISH_GITHUB_TOKEN"] = ONLY_WHERE_IT_IS_NEEDED
    assert {key: env[key] for key in env.keys() - SET_BY_THE_FILE} == expected


def test_each_input_is_an_option_of_a_command(action: dict[str, Any]) -> None:
    known = set().union(*map(variables_of, commands().values()))
    wanted = {variable(name) for name in action["inputs"].keys() - READ_BY_THE_FILE_ITSELF}
    assert wanted | SET_BY_THE_FILE <= known


def test_an_option_is_read_from_the_variable_of_its_name() -> None:
    for name, command in commands().items():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.envvar:
                own = {variable(flag.lstrip("-")) for flag in parameter.opts}
                # The input `path` is the argument where the project is what is judged, else the option --project.
                assert parameter.envvar in own or own == {"PYPUBLISH_PROJECT"}, name


def test_the_stages_are_commands(action: dict[str, Any]) -> None:
    listed = set(re.findall(r"[a-z]+", action["inputs"]["stage"]["description"])) & set(commands())
    assert listed == STAGES
    assert action["inputs"]["stage"]["default"] == "prepare"
    assert {name for name in STAGES if name in GROUPS["Parts"]} >= PARTS


def test_nothing_is_interpolated_into_a_script(action: dict[str, Any]) -> None:
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_each_script_says_its_shell(action: dict[str, Any]) -> None:
    assert [step["shell"] for step in action["runs"]["steps"] if "run" in step] == ["bash"]


def test_each_input_and_output_is_described(action: dict[str, Any]) -> None:
    for name, described in (action["inputs"] | action["outputs"]).items():
        assert described["description"], name


def test_inputs_and_outputs_that_are_used_are_declared(action: dict[str, Any], text: str) -> None:
    assert set(re.findall(r"inputs\.([\w-]+)", text)) <= action["inputs"].keys()
    steps = {step.get("id") for step in action["runs"]["steps"]}
    assert set(re.findall(r"steps\.([\w-]+)\.", text)) <= steps


def test_an_output_has_the_name_that_the_step_gives_it(action: dict[str, Any]) -> None:
    for name, output in action["outputs"].items():
        used = re.findall(r"steps\.(?:run|upload)\.outputs\.([\w-]+)", output["value"])
        assert used == [name] or (name == "artifact-name" and used == ["artifact-id"])


def test_the_artifact_is_named_by_attempt_and_kept_while_an_approval_may_take(action: dict[str, Any]) -> None:
    (upload,) = [step for step in action["runs"]["steps"] if "upload-artifact" in step.get("uses", "")]
    assert "github.run_attempt" in upload["with"]["name"]
    assert upload["with"]["retention-days"] == 30
    assert upload["with"]["if-no-files-found"] == "error"
    assert "overwrite" not in upload["with"]
    (download,) = [step for step in action["runs"]["steps"] if "download-artifact" in step.get("uses", "")]
    assert download["with"]["digest-mismatch"] == "error"
    assert download["with"].keys() == {"artifact-ids", "path", "digest-mismatch"}


def test_the_token_is_for_release_and_for_prepare_where_something_may_have_been_sealed_before(
    action: dict[str, Any], text: str
) -> None:
    assert "secrets." not in text
    assert action["inputs"]["github-token"]["default"] == "${{ github.token }}"
    assert text.count("github.token") == 1
    assert text.count("inputs.github-token") == 1
    takers = {name for name, command in commands().items() if "PYPUBLISH_GITHUB_TOKEN" in variables_of(command)}
    assert takers & STAGES == {"prepare", "release"}


def test_each_stage_has_an_environment_of_dependencies() -> None:
    path = Path(__file__).resolve().parents[2] / "bootstrap.py"
    groups = runpy.run_path(str(path))["GROUPS"]
    assert groups.keys() >= STAGES


def test_it_needs_no_cache(text: str) -> None:
    assert "cache" not in text
