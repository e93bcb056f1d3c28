"""A release whose jobs are killed at any moment: what is published is whole files of ours, and a re-run finishes it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.errors import ToolTimeoutError
from pypublish.rehearsal import client, listener
from tests.faults import commands
from tests.faults.scene import Begin, Scene

pytestmark = pytest.mark.slow

SEED = 20261120


def uploader(scene: Scene, folder: Path) -> list[str]:
    """Return the publishing job's uploader, as `client.upload` starts it."""
    settings = folder / "pypirc"
    settings.write_bytes(b"")
    return [
        *(sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"),
        *("--config-file", str(settings), "--", str(scene.wheel), str(scene.sdist)),
    ]


def kill(scene: Scene, command: Sequence[str], environ: dict[str, str], *, after: float) -> bool:
    """Start a command, kill it and all of its group after so many seconds; whether it was still running then."""
    process = subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        said, _ = process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate(timeout=30)
    scene.said.append(said)
    return process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("draw", range(3))
def test_f44_killed_at_any_moment_it_is_finished_by_the_same_commands(begin: Begin, tmp_path: Path, draw: int) -> None:
    """Upload and verify, each killed four times between its start and its end, then run to that end."""
    moments = random.Random(SEED + draw)  # noqa: S311 - to be drawn again
    scene = begin()
    left = tmp_path / "left"  # what the dead leave behind is searched for secrets too
    left.mkdir()
    environ = commands.environment(scene, tmp_path / "clients") | {"TMPDIR": str(left)}
    sealed = commands.seal(scene, tmp_path / "staging")
    uploads = environ | {"GITHUB_ACTIONS": "true"}
    upload = uploader(scene, tmp_path)
    verify = commands.pypublish("verify", *sealed, "--patience", "2")
    for command, of in ((upload, uploads), (verify, environ)):
        began = time.monotonic()
        assert commands.run(scene, command, of)[0] == 0
        whole = time.monotonic() - began  # how long it takes here, now
        if command is upload:
            scene.index.stores["pypi"].change("hello", lambda project: replace(project, releases={}))
        for _ in range(4):
            kill(scene, command, of, after=moments.uniform(0, whole))
            assert scene.published().items() <= scene.sealed.items()
            assert scene.plan().exit_code == 0
        code, said = commands.run(scene, command, of)
        assert code == 0, said
        assert scene.published() == scene.sealed
    assert "published, the same bytes; nothing to upload" in scene.plan().words


def test_f45_cancelled_between_wheel_and_sdist(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = begin()
    completed = client.upload([scene.wheel], scene.index, scene.world)
    assert completed.returncode == 0
    scene.index.faults.arm("upload-hangs")
    with monkeypatch.context() as patch:
        patch.setattr(listener._Handler, "timeout", 1.0)
        patch.setattr(client, "TIME_LIMIT", 3.0)
        with pytest.raises(ToolTimeoutError):
            client.upload([scene.sdist], scene.index, scene.world)
    scene.index.faults.disarm()
    assert "published in part, still to upload: hello-1.0.0.tar.gz" in scene.plan().words
    assert "hello-1.0.0.tar.gz: PyPI does not have it" in scene.wait().words
    assert scene.upload().returncode == 0
    assert scene.published() == scene.sealed
    assert scene.wait().exit_code == 0
