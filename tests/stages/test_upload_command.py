"""`pypublish upload` from the outside: killed at any moment and run again, and what it never says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pypublish import codec
from pypublish.errors import ExitCode
from tests.rehearsal.parts import API_TOKEN
from tests.stages.uploads import ALL, FILES, TOKEN, Open, Place, manifest_of


def command(here: Place, root: Path, *args: str) -> tuple[list[str], dict[str, str]]:
    (here.folder / "manifest.json").write_text(codec.dumps(manifest_of(*FILES)))
    called = [sys.executable, "-m", "pypublish", "upload", "--manifest", str(here.folder / "manifest.json"), *args]
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(root / "src"),
        "HOME": str(here.folder),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "HTTPS_PROXY": here.index.proxy_url,
        "SSL_CERT_FILE": str(here.index.ca_file),
        **TOKEN,
    }
    return called, environ


@pytest.mark.slow
def test_the_command(place: Open, root: Path) -> None:
    with place() as here:
        called, environ = command(here, root)
        done = subprocess.run(called, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert here.published == ALL
        assert "login      by TWINE_PASSWORD" in done.stdout
        assert API_TOKEN not in done.stdout + done.stderr
        verbose = subprocess.run([*called, "-v"], env=environ, capture_output=True, text=True, check=False)
        assert verbose.returncode == 0
        assert "PyPI has all files of hello 1.0.0; nothing was uploaded." in verbose.stdout


@pytest.mark.slow
@pytest.mark.parametrize("stored", [1, 2, 3])
def test_killed_in_the_middle_it_is_finished_by_the_same_command(place: Open, root: Path, stored: int) -> None:
    with place() as here:
        called, environ = command(here, root)
        process = subprocess.Popen(
            called, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while len(here.published) < stored and process.poll() is None:
            pass
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert len(here.published) >= stored
        done = subprocess.run(called, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert here.published == ALL


@pytest.mark.slow
def test_no_secret_is_in_any_output(place: Open, root: Path) -> None:
    with place("upload-forbidden") as here:
        called, environ = command(here, root, "--verbose")
        done = subprocess.run(called, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == ExitCode.FINDINGS
        assert API_TOKEN not in done.stdout + done.stderr
