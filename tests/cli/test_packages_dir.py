"""--packages-dir, PYPUBLISH_PACKAGES_DIR and the action's input are one thing, and an empty one is none."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from inline_snapshot import snapshot

from pypublish.cli import main
from pypublish.cli.prepare import prepare
from pypublish.cli.rehearse import rehearse
from pypublish.errors import ExitCode
from tests import projects
from tests.setting_up import pyproject

each_command = pytest.mark.parametrize("command", [prepare, rehearse], ids=lambda command: command.name)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = projects.write(tmp_path / "it", {"pyproject.toml": pyproject()})
    monkeypatch.chdir(made)
    return made


@each_command
@pytest.mark.parametrize(
    ("given", "args", "expected"),
    [
        ("", [], None),
        (None, [], None),
        ("there", [], Path("there")),
        ("there", ["--packages-dir", "here"], Path("here")),
    ],
)
def test_where_it_comes_from(
    command: click.Command, given: str | None, args: list[str], expected: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if given is not None:
        monkeypatch.setenv("PYPUBLISH_PACKAGES_DIR", given)
    assert command.make_context(command.name, list(args)).params["packages_dir"] == expected


@pytest.mark.usefixtures("root")
@each_command
def test_a_folder_that_is_not_there_is_refused_at_once(
    command: click.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run([str(command.name), "--packages-dir", "wheelhouse"]) == ExitCode.USAGE
    assert capsys.readouterr().err == snapshot("""\
error: there is no folder wheelhouse, which packages-dir names
  Build the wheels into it first; in a workflow, the job that builds them has to run, so start it
  without run-id. Without packages-dir, prepare builds the sdist and one wheel by itself.
""")


@pytest.mark.usefixtures("root")
@each_command
def test_what_is_no_distribution_is_named_as_it_may_be_printed(
    command: click.Command, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "wheelhouse").mkdir()
    (root / "wheelhouse" / "notes\x1b[31m.txt").touch()
    assert main.run([str(command.name), "--packages-dir", "wheelhouse"]) == ExitCode.USAGE
    assert "no distribution: notes\\x1b[31m.txt" in capsys.readouterr().err
