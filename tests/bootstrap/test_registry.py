"""The real lock, the real uv, the real index: what a user sees at the first start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bootstrap.machine import Checkout, real_checkout

pytestmark = pytest.mark.slow

TRUST = {name: os.environ[name] for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT") if name in os.environ}


@pytest.fixture
def machine(tmp_path: Path) -> Checkout:
    """A bare machine with the real lock and an empty cache, which trusts whom this machine trusts."""
    checkout = real_checkout(tmp_path)
    checkout.environ.update(TRUST)
    return checkout


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"PIP_INDEX_URL": "https://pypi.org/simple"},
        {"UV_DEFAULT_INDEX": "pypi=https://pypi.org/simple"},
        {"UV_EXTRA_INDEX_URL": "https://pypi.org/simple/"},
    ],
    ids=lambda environ: next(iter(environ), "plain"),
)
def test_pypublish_runs_on_a_bare_machine(machine: Checkout, environ: dict[str, str]) -> None:
    first = machine.start("--version", **environ)
    assert first.report["argv"] == ["--version"]
    assert [line.split()[1] for line in first.err.splitlines()] == ["fetching", "installing"]
    prefix = Path(first.report["prefix"])
    imported = subprocess.run([prefix / "bin" / "python", "-c", "import cattrs, click, rich, yaml"], check=False)
    assert imported.returncode == 0
    again = machine.start("--version", UV_OFFLINE="1", **environ)
    assert (again.report["prefix"], again.err) == (str(prefix), "")
    offline = machine.start("--version", UV_OFFLINE="1", RUNNER_TEMP=str(machine.home), **environ)
    assert Path(offline.report["prefix"]).parent == machine.home


@pytest.mark.parametrize("group", ["prepare", "verify", "rehearse"])
def test_every_stage_can_be_installed(machine: Checkout, group: str) -> None:
    assert machine.start(PYPUBLISH_STAGE=group).report["argv"] == [group]


def test_a_tool_for_development_runs(machine: Checkout) -> None:
    assert machine.start("--dev", "ruff", "--version").out.startswith("ruff ")


def test_a_python_without_pip_venv_and_site_packages_will_do(machine: Checkout) -> None:
    code = (
        "import runpy, sys; sys.modules.update(dict.fromkeys(['pip', 'venv', 'ensurepip', 'setuptools']));"
        f"sys.argv = ['bootstrap.py', 'verify']; runpy.run_path({str(machine.root / 'bootstrap.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], env=machine.environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("environ", [{}, {"PIP_INDEX_URL": "https://pypi.org/simple"}], ids=["plain", "mirror"])
def test_a_file_with_another_digest_than_the_lock_says_is_not_installed(
    machine: Checkout, environ: dict[str, str]
) -> None:
    lock = machine.root / "uv.lock"
    before, click, after = lock.read_text().partition('\nname = "click"\n')
    assert click
    lock.write_text(before + click + re.sub(r"sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, after, count=2))
    started = machine.start("--version", **environ)
    assert (started.code, started.out) == (3, "")
    assert "`click==" in started.err
    assert "faithful mirror" in started.err
