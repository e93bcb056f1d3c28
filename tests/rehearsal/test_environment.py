"""The environment of a rehearsal's clients is made from nothing."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.rehearsal.environment import UNSET, environment_for_clients, shell_exports
from pypublish.rehearsal.server import Rehearsal
from tests.rehearsal.parts import JOB, PUBLISHER


def rehearsal(folder: Path) -> Rehearsal:
    """An index that does not run: what clients are told follows from its address."""
    return Rehearsal(
        folder=folder, port=4711, ca_file=folder / "ca.pem", job=JOB, request_token="request-token", stores={}
    )


def test_all_that_a_client_gets(tmp_path: Path) -> None:
    environment = environment_for_clients(rehearsal(Path("/index")), {"PATH": "/bin", "SECRET": "x"}, tmp_path)
    shown = {name: value.replace(str(tmp_path), "SCRATCH") for name, value in sorted(environment.items())}
    assert shown == snapshot(
        {
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request-token",
            "ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1:4711/token?api-version=2.0",
            "APPDATA": "SCRATCH/home/AppData/Roaming",
            "CI": "true",
            "CURL_CA_BUNDLE": "/index/ca.pem",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_REF": "refs/tags/v1.0",
            "GITHUB_REF_NAME": "v1.0",
            "GITHUB_REF_TYPE": "tag",
            "GITHUB_REPOSITORY": "acme/hello",
            "GITHUB_REPOSITORY_ID": "1",
            "GITHUB_REPOSITORY_OWNER": "acme",
            "GITHUB_REPOSITORY_OWNER_ID": "1",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": "1",
            "GITHUB_RUN_NUMBER": "1",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_SHA": "cccccccccccccccccccccccccccccccccccccccc",
            "GITHUB_WORKFLOW": "release.yml",
            "GITHUB_WORKFLOW_REF": "acme/hello/.github/workflows/release.yml@refs/tags/v1.0",
            "GITHUB_WORKFLOW_SHA": "cccccccccccccccccccccccccccccccccccccccc",
            "HOME": "SCRATCH/home",
            "HTTPS_PROXY": "http://127.0.0.1:4711",
            "HTTP_PROXY": "http://127.0.0.1:4711",
            "LOCALAPPDATA": "SCRATCH/home/AppData/Local",
            "NETRC": "SCRATCH/netrc",
            "NO_COLOR": "1",
            "NO_PROXY": "127.0.0.1,localhost",
            "PATH": "/bin",
            "PIP_CERT": "/index/ca.pem",
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_CACHE_DIR": "1",
            "PIP_NO_INPUT": "1",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "REQUESTS_CA_BUNDLE": "/index/ca.pem",
            "SSL_CERT_FILE": "/index/ca.pem",
            "TWINE_NON_INTERACTIVE": "1",
            "USERPROFILE": "SCRATCH/home",
            "UV_CACHE_DIR": "SCRATCH/uv-cache",
            "UV_KEYRING_PROVIDER": "disabled",
            "UV_NO_CONFIG": "1",
            "UV_NO_PROGRESS": "1",
            "XDG_CACHE_HOME": "SCRATCH/home/.cache",
            "XDG_CONFIG_DIRS": "SCRATCH/home/.config",
            "XDG_CONFIG_HOME": "SCRATCH/home/.config",
            "XDG_DATA_HOME": "SCRATCH/home/.local/share",
            "http_proxy": "http://127.0.0.1:4711",
            "https_proxy": "http://127.0.0.1:4711",
            "no_proxy": "127.0.0.1,localhost",
        }
    )


def test_nothing_else_of_the_user_gets_in(tmp_path: Path) -> None:
    hostile = dict.fromkeys((*UNSET, "TWINE_PASSWORD", "AWS_SECRET", "GITHUB_TOKEN", "ACTIONS_RUNTIME_TOKEN"), "STRAY")
    environment = environment_for_clients(rehearsal(tmp_path), {**hostile, "HOME": "STRAY"}, tmp_path)
    assert "STRAY" not in environment.values()
    assert not set(UNSET) & set(environment)


def evaluate(exports: str, before: dict[str, str]) -> dict[str, str]:
    """What a shell makes of the lines."""
    sh = shutil.which("sh")
    if sh is None:
        pytest.skip("there is no sh")
    command = [sh, "-e", "-c", f"{exports}\nenv -0"]
    printed = subprocess.run(command, env=before, capture_output=True, check=True).stdout.decode()
    return dict(pair.split("=", 1) for pair in printed.split("\0") if "=" in pair)


def test_a_shell_understands_the_exports(tmp_path: Path) -> None:
    odd = tmp_path / 'a folder\'s $(name); "quoted"\nand more'
    publisher = replace(PUBLISHER, workflow="it's $HOME.yml")
    running = replace(rehearsal(odd), job=replace(JOB, publisher=publisher))
    before = {"PATH": os.environ["PATH"], **dict.fromkeys(UNSET, "STRAY"), "HOME": "/home/me"}
    after = evaluate(shell_exports(running, tmp_path / "scratch"), before)
    wanted = environment_for_clients(running, {"PATH": os.environ["PATH"]}, tmp_path / "scratch")
    not_exported = {"HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "NO_COLOR"}
    for name, value in wanted.items():
        if name not in not_exported and not name.startswith("XDG_"):
            assert after[name] == value
    assert not set(UNSET) & set(after)
    assert after["HOME"] == "/home/me"
    assert after["REHEARSAL_UPLOAD_URL"] == "https://upload.pypi.org/legacy/"
    assert after["REHEARSAL_DIRECT_URL"] == "https://127.0.0.1:4711"


def test_one_line_is_one_variable(tmp_path: Path) -> None:
    lines = shell_exports(rehearsal(tmp_path), tmp_path).splitlines()
    assert all(line.startswith(("export ", "unset ", "# ")) for line in lines)
    assert lines[0] == "export ACTIONS_ID_TOKEN_REQUEST_TOKEN=request-token"


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_whatever_a_ref_is_called_it_stays_a_value(ref: str) -> None:
    line = f"export GITHUB_REF={shlex.quote(ref)}"
    assert shlex.split(line) == ["export", f"GITHUB_REF={ref}"]
