"""The command under faults, as a job runs it: exit codes, one message, and a re-run that ends well. In real time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import commands
from tests.faults.scene import Begin, Scene

pytestmark = pytest.mark.slow

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def start(scene: Scene, command: str, *options: str) -> tuple[int, str]:
        """Run a command on the sealed release; return its exit code and its messages, without addresses that change."""
        sealed = commands.seal(scene, tmp_path / "staging")
        environ = commands.environment(scene, tmp_path / "clients")
        code, said = commands.run(scene, commands.pypublish(command, *sealed, *options), environ)
        return code, said.replace(scene.index.proxy_url, "PROXY")

    return start


def test_an_index_that_is_down_is_4_and_then_0(begin: Begin, run: Run) -> None:
    scene = begin()
    scene.upload()
    scene.index.faults.arm("page-unavailable")
    code, said = run(scene, "verify", "--patience", "1")
    assert code == 4
    assert "https://pypi.org/simple/hello/ could not be read: pypi.org is in trouble (HTTP 503)" in said
    scene.index.faults.disarm()
    assert run(scene, "plan")[0] == 0
    assert run(scene, "verify", "--patience", "1")[0] == 0


def test_a_node_that_is_behind_is_5_and_then_0(begin: Begin, run: Run) -> None:
    scene = begin()
    scene.upload()
    scene.index.faults.arm("page-stale")
    code, said = run(scene, "verify", "--patience", "1")
    assert code == 5
    assert "hello 1.0.0 is published (serial 4), but after 1 s https://pypi.org/simple/hello/ still shows" in said
    assert "Run this job again later: it takes up from here." in " ".join(said.split())
    scene.index.faults.disarm()
    assert run(scene, "verify", "--patience", "1")[0] == 0


def test_half_a_release_is_1_and_then_0(begin: Begin, run: Run) -> None:
    scene = begin("sdist-unavailable")
    scene.upload()
    assert run(scene, "plan")[0] == 0
    assert run(scene, "verify", "--patience", "1")[0] == 1
    scene.index.faults.disarm()
    scene.upload()
    assert run(scene, "verify", "--patience", "1")[0] == 0


def test_other_bytes_are_1(begin: Begin, run: Run) -> None:
    scene = begin("other-file-there")
    scene.upload()
    assert run(scene, "plan")[0] == 1


def test_f38_a_manifest_that_was_changed_on_the_way_is_refused(begin: Begin, run: Run) -> None:
    code, said = run(begin(), "plan", "--manifest-sha256", "0" * 64)
    assert code == 1
    assert "is not the manifest that was sealed" in said
    assert "fetch the artifact again" in said
