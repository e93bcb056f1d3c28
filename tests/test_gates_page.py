"""docs/gates.md: every table of settings reads, and every command does what it is shown for, on the example of the page."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from pypublish.settings import parse
from tests import projects

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "gates.md").read_text("utf-8")
EXAMPLE = ROOT / "examples" / "tested"
TABLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [
    line.removeprefix("$ ")
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.splitlines()[-1])
def test_every_table_reads(table: str) -> None:
    document = tomllib.loads(table)
    settings = document["tool"]["pypublish"]
    if settings.get("gates", {}).get("lowest") is True and "tests" not in settings["gates"]:
        settings["gates"]["tests"] = "pytest"  # stands further up on the page
    assert parse(settings) != parse(None)


def test_every_key_of_a_gate_is_explained() -> None:
    from dataclasses import fields

    from pypublish.gates import Gate

    rows = re.findall(r"(?m)^\| `([a-z-]+)` \|", PAGE)
    assert rows == [field.name.replace("_", "-") for field in fields(Gate)]


def test_the_first_table_is_the_examples() -> None:
    document = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))
    shown = tomllib.loads(TABLES[0])
    assert shown["dependency-groups"] == document["dependency-groups"]
    assert shown["tool"]["pypublish"] == document["tool"]["pypublish"]


@pytest.mark.slow
def test_every_command_works_on_the_example(tmp_path: Path) -> None:
    tree = tmp_path / "tested"
    shutil.copytree(EXAMPLE, tree)
    projects.commit(tree)
    assert {shlex.split(command)[1] for command in COMMANDS} == {"rehearse", "prepare", "gates", "explain"}
    for command in COMMANDS:
        program, *args = shlex.split(command)
        assert program == "pypublish"
        done = subprocess.run(
            [sys.executable, "-P", "-m", "pypublish", *args],
            cwd=tree,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        if args[0] in {"rehearse", "gates"}:
            assert "gate:tests pytest -q on Python" in done.stdout
            assert ("| 2 passed" in done.stdout) == ("--verbose" in args)
        if args[0] == "rehearse":
            lines = [line.split()[1] for line in done.stdout.splitlines() if re.match(r" [✓!✗] ", line)]
            assert lines[-3:] == ["gates", "publish", "verify"]
            lowest = r"gate:lowest (pytest -q on Python 3\.11\.\d+ with packaging 24\.0|not run: no Python 3\.11) "
            assert re.search(lowest, done.stdout)
