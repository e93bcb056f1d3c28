"""What the commands say of themselves, on terminals of all widths."""

from __future__ import annotations

import re
from typing import Protocol

import click
import pytest
from inline_snapshot import snapshot

from pypublish.cli import main
from pypublish.errors import ExitCode

COMMANDS = [[name] for name in main.Commands().list_commands(click.Context(main.cli))]
EVERY = [[], *COMMANDS, ["index", "serve"], ["index", "faults"]]


class Told(Protocol):
    """Returns the lines of a command's help."""

    def __call__(self, command: list[str], columns: int, **variables: str) -> list[str]: ...


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    def told(command: list[str], columns: int, **variables: str) -> list[str]:
        for name, value in {"COLUMNS": str(columns), **variables}.items():
            monkeypatch.setenv(name, value)
        assert main.run([*command, "--help"]) == ExitCode.OK
        return capsys.readouterr().out.splitlines()

    return told


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
@pytest.mark.parametrize("command", EVERY, ids=" ".join)
def test_no_line_is_wider_than_the_terminal_and_nothing_is_left_out(
    told: Told, command: list[str], columns: int
) -> None:
    lines = told(command, columns)
    # An option and its choices stay one word, to be copied.
    assert [line for line in lines if len(line) > columns and len(line.split()) > 2] == []
    assert [line for line in lines if re.search(r"[a-z,:]\.\.\.$", line)] == []


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
def test_colours_that_are_asked_for_change_no_word(told: Told, command: list[str]) -> None:
    plain = told(command, 80)
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in told(command, 80, FORCE_COLOR="1")] == plain


def test_a_narrow_terminal(told: Told) -> None:
    assert "\n".join(told(["plan"], 40)) == snapshot("""\
Usage: pypublish plan \n\
           [OPTIONS]

  Compare the index with the sealed
  release: what is there, what is
  missing, what is another file.

  Other bytes under a name of ours, or
  a file that is not ours, stop the
  release before a token is asked for.

Options:
  --manifest FILE
                The manifest that
                prepare wrote.
                [default:
                staging/manifest.json]
  --manifest-sha256 DIGEST
                Fail unless the
                manifest has this
                digest, which prepare
                prints.
  --index NAME|URL
                pypi, testpypi, or the
                address of a simple
                index.  [default: the
                one it was prepared
                for]
  --strict      Let warnings fail too.
  -v, --verbose
                Show what the tools
                print.
  --format [text|json|markdown|github]
                How to show the
                outcome. json and
                markdown put the
                document alone on
                stdout and the rest on
                stderr.  [default:
                github on a GitHub
                runner, else text]
  -h, --help    Show this message and
                exit.\
""")
