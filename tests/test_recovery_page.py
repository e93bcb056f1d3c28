"""docs/recovery.md names checks, exit codes and commands that there are."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml

from pypublish.checks.all import CATALOGUE
from pypublish.cli.main import cli
from pypublish.errors import ExitCode

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "recovery.md").read_text("utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line][1:]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: re.sub(r"\W+", "-", row[0]))
def test_each_row_says_what_is_seen_where_it_stands_and_what_to_do(row: list[str]) -> None:
    assert len(row) == 3
    assert all(row)
    for code in re.findall(r"exit code (\d+)", row[0]):
        assert int(code) in set(ExitCode)


def test_the_checks_exist() -> None:
    seen = {name for row in ROWS for name in re.findall(r"`([a-z]+(?:-[a-z]+){2,})`", row[0])}
    assert len(seen) > 5
    assert seen <= CATALOGUE.keys()


def test_the_commands_exist() -> None:
    shown = re.findall(r"(?m)(?:^|`)pypublish ([a-z]+)((?: --?[a-z0-9-]+(?: [A-Za-z0-9./]+)?)*)", PAGE)
    assert {name for name, _ in shown} >= {"status", "doctor", "upload"}
    context = click.Context(cli)
    for name, options in shown:
        command = cli.get_command(context, name)
        assert command is not None, name
        known = {flag for parameter in command.params for flag in parameter.opts}
        assert set(re.findall(r"--[a-z0-9-]+", options)) <= known, name


def test_the_workflow_takes_what_the_page_gives_it() -> None:
    workflow = yaml.load((ROOT / "workflows-templates" / "release.yml").read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - it makes text only
    given = set(re.findall(r"-f ([a-z-]+)=", PAGE))
    assert given == {"index", "tag", "run-id"}
    assert given <= workflow["on"]["workflow_dispatch"]["inputs"].keys()


def test_the_times_are_those_of_the_code() -> None:
    from pypublish.checks.publish_plan import OPEN_FOR

    action = yaml.safe_load((ROOT / "action.yml").read_text())
    (upload,) = [step for step in action["runs"]["steps"] if "upload-artifact" in step.get("uses", "")]
    assert f"kept for {upload['with']['retention-days']} days" in " ".join(PAGE.split())
    assert f"within {OPEN_FOR.days} days" in PAGE
