"""A warm start: next to nothing is loaded, and the command takes over, with its arguments, signals and environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bootstrap.machine import OFFLINE, Checkout


@pytest.fixture
def warm(checkout: Checkout, with_uv: dict[str, str]) -> Checkout:
    """A machine on which `verify`, which needs no package here, was run before; without uv now."""
    assert checkout.start("verify", **with_uv, **OFFLINE).code == 0
    return checkout


def test_a_warm_start_needs_no_uv_and_loads_next_to_nothing(warm: Checkout) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", *warm.command("verify")[1:]],
        env={**warm.environ, "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "hashlib" in loaded
    assert not loaded & {
        "re",
        "subprocess",
        "urllib",
        "ssl",
        "tempfile",
        "json",
        "typing",
        "signal",
        "shutil",
        "argparse",
    }
    assert {name for name in loaded if name.startswith("locked_environment.")} == {
        "locked_environment.files",
        "locked_environment.places",
        "locked_environment.trouble",
    }


def test_the_exit_code_is_the_commands(warm: Checkout) -> None:
    assert warm.start("verify", STAND_IN_EXIT="5").code == 5


def test_the_command_takes_the_place_of_the_process_so_that_signals_reach_it(warm: Checkout) -> None:
    with subprocess.Popen(warm.command("verify"), env=warm.environ, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert json.loads(process.stdout.read())["pid"] == process.pid


def test_nothing_in_the_folder_that_is_released_is_taken_for_a_module(warm: Checkout) -> None:
    for name in ("json.py", "pypublish.py"):
        (warm.home / name).write_text("raise SystemExit('taken')")
    assert warm.start("verify").report["argv"] == ["verify"]


def test_the_users_environment_is_handed_on_but_for_what_would_break_python(warm: Checkout, tmp_path: Path) -> None:
    report = warm.start(
        "verify", PYTHONPATH=str(tmp_path), PYTHONNOUSERSITE="1", UV_PYTHON="3.12", VIRTUAL_ENV="/v"
    ).report
    assert str(tmp_path) not in report["path"]
    expected = {"PYTHONPATH": str(warm.root / "src"), "UV_PYTHON": "3.12", "VIRTUAL_ENV": "/v"}
    assert expected.items() <= report["environ"].items()


def test_the_stage_of_the_action(warm: Checkout) -> None:
    assert warm.start(PYPUBLISH_STAGE="verify").report["argv"] == ["verify"]


def test_help_after_a_command_is_pypublishs(warm: Checkout) -> None:
    assert warm.start("verify", "--help").report["argv"] == ["verify", "--help"]


def test_it_can_be_started_from_anywhere_and_through_a_link(warm: Checkout) -> None:
    (warm.home / "link.py").symlink_to(warm.root / "bootstrap.py")
    done = subprocess.run(
        [sys.executable, "link.py", "verify"], cwd=warm.home, env=warm.environ, check=True, capture_output=True
    )
    assert json.loads(done.stdout)["path"][0] == str(warm.root / "src")


@pytest.mark.parametrize("options", [["-I"], ["-P"], ["-s", "-E"]], ids=" ".join)
def test_it_finds_its_modules_however_python_is_started(
    checkout: Checkout, with_uv: dict[str, str], options: list[str]
) -> None:
    (checkout.home / "locked_environment.py").write_text("raise SystemExit('taken')")
    for _ in ("cold", "warm"):
        done = subprocess.run(
            [sys.executable, *options, *checkout.command("verify")[1:]],
            env={**checkout.environ, **with_uv, **OFFLINE, "PYTHONPATH": str(checkout.home)},
            cwd=checkout.home,
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout)["argv"] == ["verify"]


def test_nothing_is_left_beside_it(checkout: Checkout, with_uv: dict[str, str]) -> None:
    ours = (checkout.root, checkout.root / "locked_environment")
    before = [sorted(folder.iterdir()) for folder in ours]
    for _ in ("cold", "warm"):
        assert checkout.start("verify", **with_uv, **OFFLINE).code == 0
    assert [sorted(folder.iterdir()) for folder in ours] == before
