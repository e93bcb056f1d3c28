"""`pypublish index`: what can go wrong there is listed, asked for by name, and seen by a client."""

from __future__ import annotations

import os
import shlex
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from inline_snapshot import snapshot

from pypublish.cli import main
from pypublish.errors import ExitCode
from pypublish.rehearsal.faults import FAULTS


def test_the_faults_are_listed() -> None:
    listed = CliRunner().invoke(main.cli, ["index", "faults"]).output
    assert listed.split("\n\n")[1] == snapshot("""\
upload-unavailable[:STATUS]   F2, 2 times, STATUS=503 unless given
    An upload is answered by a status of the server's trouble, and stored nothing.\
""")
    heads = [line for line in listed.splitlines() if line and not line.startswith(" ")]
    assert {head.partition("   ")[0].partition("[")[0] for head in heads} == set(FAULTS)
    numbers = [int(head.partition("   F")[2].partition(",")[0]) for head in heads]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--fault=page-stael", "error: there is no fault 'page-stael'; did you mean 'page-stale'?\n"),
        ("--fault=page-stale:soon", "error: the fault page-stale cannot be told 'soon'\n"),
        ("--cdn=soon", "error: 'soon' is no delay\n"),
    ],
)
def test_what_cannot_go_wrong_is_a_usage_error(
    option: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["index", "serve", "--dir", str(tmp_path), option]) == ExitCode.USAGE
    assert capsys.readouterr().err.startswith(words)


@contextmanager
def served(root: Path, folder: Path, *options: str) -> Iterator[dict[str, str]]:
    """Run the index, and yield what it tells its clients."""
    command = [sys.executable, "-m", "pypublish", "index", "serve", "--dir", str(folder), *options]
    environ = {**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = {}
    for line in process.stdout:
        if line.startswith("export "):
            name, _, value = shlex.split(line)[1].partition("=")
            told[name] = value
        elif line.startswith("# To let something go wrong"):
            break
    try:
        yield told
    finally:
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err.strip()) == (0, "")


@pytest.mark.slow
def test_the_index_is_as_unwell_as_it_is_asked_to_be(root: Path, tmp_path: Path) -> None:
    with served(root, tmp_path, "--cdn", "30", "--fault", "page-unavailable:502/1") as told:
        context = ssl.create_default_context(cafile=told["SSL_CERT_FILE"])
        with httpx.Client(proxy=told["HTTPS_PROXY"], verify=context, trust_env=False) as client:
            page = f"{told['REHEARSAL_SIMPLE_URL']}hello/"
            answers = [client.get(page) for _ in range(3)]
            assert [answer.status_code for answer in answers] == [502, 404, 404]
            assert [answer.headers.get("X-Cache") for answer in answers] == [None, "MISS, MISS", "MISS, HIT"]
            ordered = httpx.post(
                told["REHEARSAL_FAULTS_URL"],
                content="page-login-page",
                headers={"Authorization": f"bearer {told['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"},
                trust_env=False,
            )
            assert ordered.json() == {"faults": ["page-login-page/always"]}
            assert "Log in to the network" in client.get(page).text
