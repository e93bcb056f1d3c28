"""What is in the way of a start: each obstacle is named, with a way round it."""

from __future__ import annotations

import hashlib
import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.bootstrap.machine import OFFLINE, Checkout, make_checkout, said
from tests.faulty_server import always, reply


def test_help_explains_and_no_command_is_an_error(checkout: Checkout) -> None:
    for options in (["-h"], ["--help"], ["--dev", "--help"]):
        explained = checkout.start(*options)
        assert (explained.code, explained.err) == (0, "")
        assert explained.out.startswith("usage: python3 bootstrap.py COMMAND...")
    missing = checkout.start()
    assert (missing.code, missing.out) == (2, "")
    assert missing.err.startswith("bootstrap.py: a command is missing.\nbootstrap.py: usage: ")


def test_no_network(checkout: Checkout) -> None:
    with always(reply()) as closed:
        pass
    started = checkout.start("prepare", PIP_INDEX_URL=closed.url)
    assert (started.code, started.out) == (3, "")
    assert started.err.replace(closed.url, "INDEX") == snapshot("""\
bootstrap.py: fetching uv 9.9.9
bootstrap.py: INDEX/uv/ cannot be fetched: [Errno 111] Connection refused.
bootstrap.py: Is the network there? A mirror is named by PIP_INDEX_URL or UV_DEFAULT_INDEX, a proxy by HTTPS_PROXY, a file of certificate authorities by SSL_CERT_FILE or PIP_CERT.
bootstrap.py: Or install uv 0.12 or newer, so that it is on PATH: then none is fetched.
""")


def test_offline_without_uv(checkout: Checkout) -> None:
    started = checkout.start("prepare", UV_OFFLINE="true")
    assert (started.code, started.err) == (
        3,
        snapshot("""\
bootstrap.py: uv is needed, and UV_OFFLINE forbids to fetch it. Unset it for one run.
bootstrap.py: Or install uv 0.12 or newer, so that it is on PATH: then none is fetched.
"""),
    )


def test_offline_with_a_cold_cache(checkout: Checkout, with_uv: dict[str, str]) -> None:
    started = checkout.start("prepare", **with_uv, **OFFLINE)
    assert started.code == 3
    assert "hello" in started.err
    assert started.err.endswith("bootstrap.py: Unset UV_OFFLINE for one run, so that uv can fill its cache.\n")


def test_other_bytes_than_uv_lock_names(tmp_path: Path, tls: ssl.SSLContext, ca_file: str) -> None:
    with always(reply(b"something else"), tls=tls) as server:
        checkout = make_checkout(tmp_path, server=server.url, uv_sha256="0" * 64)
        started = checkout.start("prepare", SSL_CERT_FILE=ca_file)
    assert (started.code, started.out) == (3, "")
    assert f"expected sha256 {'0' * 64}" in started.err
    assert f"     got sha256 {hashlib.sha256(b'something else').hexdigest()}" in started.err
    assert not list(checkout.home.rglob("uv-*[!k]"))


def test_a_machine_that_uv_is_not_made_for(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path, uv_name="uv-9.9.9-py3-none-plan9_vax.whl")
    started = checkout.start("prepare")
    assert started.code == 3
    assert "There is no uv ready-made for this machine" in started.err
    assert "Or install uv 0.12 or newer" in started.err


def test_no_python_that_fits_and_none_to_be_fetched(
    checkout: Checkout, with_uv: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").symlink_to(Path(with_uv["PATH"].split(os.pathsep)[0]) / "uv")
    code = (
        "import runpy, sys; sys.version_info = (3, 10, 0);"
        f"sys.argv = ['bootstrap.py', 'verify']; runpy.run_path({str(checkout.root / 'bootstrap.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**checkout.environ, "PATH": str(tmp_path / "bin"), "UV_PYTHON_INSTALL_DIR": str(tmp_path), **OFFLINE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines()[-1] == snapshot(
        "bootstrap.py: Python 3.11, 3.12, 3.13 or 3.14 is needed: install one, or let uv fetch one from GitHub or from the mirror in UV_PYTHON_INSTALL_MIRROR."
    )


@pytest.mark.parametrize("missing", ["uv.lock", "pyproject.toml", "locked_environment"])
def test_half_a_repository(checkout: Checkout, missing: str) -> None:
    (checkout.root / missing).rename(checkout.home / missing)
    started = checkout.start("prepare")
    assert started.code == 3
    assert (
        said(started, checkout)
        == f"bootstrap.py: {missing} is not beside bootstrap.py in ROOT. Fetch the whole repository.\n"
    )


def test_no_folder_to_write_to(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    nowhere = str(tmp_path / "file" / "x")
    # tempfile itself finds other folders than the one that is named; none of them is there when all are closed
    code = (
        f"import runpy, sys, tempfile; tempfile.tempdir = {nowhere!r};"
        f"sys.argv = ['bootstrap.py', 'verify']; runpy.run_path({str(checkout.root / 'bootstrap.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**checkout.environ, "HOME": nowhere},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        3,
        snapshot(
            "bootstrap.py: Neither the cache folder nor that for temporary files can be written. Name one by XDG_CACHE_HOME.\n"
        ),
    )
