"""The command line: what it says to who has not read anything, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from inline_snapshot import snapshot

from pypublish import __version__
from pypublish.cli import main
from pypublish.errors import ExitCode, UsageError

COMMANDS = main.Commands().list_commands(click.Context(main.cli))


def test_the_version() -> None:
    assert CliRunner().invoke(main.cli, ["--version"]).output == f"pypublish {__version__}\n"


def test_the_help_groups_the_commands() -> None:
    lines = CliRunner().invoke(main.cli, ["--help"]).output.splitlines()
    assert [line for line in lines if line.endswith(":")] == snapshot(
        ["Options:", "Release:", "Set up:", "Look:", "Parts:"]
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches(command: str) -> None:
    result = CliRunner().invoke(main.cli, [command, "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5


@pytest.mark.parametrize(
    "args",
    [["prepre"], ["prepare", "--tga", "v1"], ["validate", "a", "b"], ["validate", "--format", "xml"], ["explain"]],
)
def test_what_cannot_be_meant_is_a_usage_error(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(args) == ExitCode.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Error: " in captured.err


def test_the_nearest_command_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    main.run(["prepre"])
    assert capsys.readouterr().err.splitlines()[-1] == "Error: No such command 'prepre'. Did you mean 'prepare'?"


def test_a_bug_is_said_as_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(main.cli, "main", lambda *_, **__: 1 / 0)
    assert main.run([]) == ExitCode.BUG
    assert "Please report it" in capsys.readouterr().err


def test_an_error_has_its_exit_code_and_its_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["validate", str(tmp_path / "nowhere")]) == UsageError.exit_code
    err = capsys.readouterr().err.splitlines()
    assert err[0].endswith("nowhere does not exist")
    assert err[1] == "  Name the folder in which pyproject.toml lies."


def test_json_is_alone_on_stdout_even_in_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    main.run(["validate", str(tmp_path / "nowhere"), "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["hint"]) == (False, "Name the folder in which pyproject.toml lies.")
    assert report["error"].endswith("nowhere does not exist")


@pytest.mark.parametrize(("variable", "value"), [("PYPUBLISH_INDEX", "nowhere"), ("PYPUBLISH_STRICT", "maybe")])
def test_a_variable_counts_as_its_flag(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'a'\nversion = '1'\n")
    monkeypatch.setenv(variable, value)
    assert main.run(["validate", str(tmp_path)]) == ExitCode.USAGE
    assert value in capsys.readouterr().err


def test_pypi_without_a_tag_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'a'\nversion = '1'\n")
    assert main.run(["validate", str(tmp_path), "--index", "pypi"]) == ExitCode.USAGE
    assert capsys.readouterr().err == snapshot("""\
error: a release to PyPI needs a tag
  Name it by --tag, push it, or use --index dry-run to go through everything but the upload.
""")


def test_a_reader_that_goes_away_is_no_bug(root: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(root / "src")}
    process = subprocess.Popen(
        [sys.executable, "-m", "pypublish", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ
    )
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate()
    assert b"Traceback" not in err


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_command_ends_with_130(number: signal.Signals, root: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[build-system]\nrequires = []\nbuild-backend = 'hangs'\nbackend-path = ['.']\n[project]\nname = 'a'\nversion = '1'\n"
    )
    (tmp_path / "hangs.py").write_text("import time\nprint('begun', flush=True)\ntime.sleep(600)\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "pypublish", "prepare", str(tmp_path), "--verbose", "--out", str(tmp_path / "out")],
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "begun" in line:
            break
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED, err
    assert "Interrupted." in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["rehearse", "doctor", "prepare"])
def test_who_stands_at_the_root_of_several_projects_is_told_which(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("packages/b", "packages/a"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "pyproject.toml").write_text('[project]\nname = "hello"\nversion = "1"\n')
    (tmp_path / ".git").mkdir()
    assert main.run([command, str(tmp_path)]) == ExitCode.USAGE
    said = capsys.readouterr().err.replace(str(tmp_path), "HERE")
    assert " ".join(said.split()) == (
        "error: there is no project in HERE itself, but in packages/a, packages/b Name the one that is meant, as in:"
        f" pypublish {command} packages/a; in a workflow, by the action's input path."
    )
