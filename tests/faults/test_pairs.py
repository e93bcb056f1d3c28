"""Any two faults at once, drawn by a seed: every end is one of the known ones, and the re-run ends as if undisturbed."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path

import pytest

from pypublish.edges import http
from pypublish.errors import ExitCode, ToolTimeoutError
from pypublish.rehearsal import client, listener
from pypublish.rehearsal.faults import FAULTS
from tests.faults.scene import Begin, Scene, build

pytestmark = pytest.mark.slow

SEED = 20261120
DRAWN = 10
FINAL = frozenset({"other-file-there", "filename-used", "release-closed", "sdist-there"})
"""What only a new version gets over."""
KNOWN_ENDS = {ExitCode.OK, ExitCode.FINDINGS, ExitCode.INDEX, ExitCode.NOT_VISIBLE}

PAIRS = [*combinations(sorted(FAULTS), 2)]


def drawn(number: int) -> list[tuple[str, str]]:
    return random.Random(SEED).sample(PAIRS, number)  # noqa: S311 - to be drawn again


def upload(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> int | None:
    """Upload as the publishing job does; None where it has to be ended at its time limit."""
    with monkeypatch.context() as patch:
        patch.setattr(listener._Handler, "timeout", 1.0)
        patch.setattr(client, "TIME_LIMIT", 6.0)
        try:
            return scene.upload().returncode
        except ToolTimeoutError:
            return None


def ends_as_if_undisturbed(scene: Scene) -> None:
    assert scene.upload().returncode == 0
    assert scene.published() == scene.sealed
    assert "published, the same bytes; nothing to upload" in scene.plan().words
    verify = scene.verify()
    assert verify.exit_code == ExitCode.OK, verify.words


@pytest.mark.parametrize("pair", drawn(DRAWN), ids=" and ".join)
def test_two_faults_at_once(
    begin: Begin, tmp_path: Path, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = begin(*pair)
    ended = upload(scene, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(http, "EXCHANGE_LIMIT", 0.6)  # the one clock that cannot be moved
        ends = [scene.plan(), scene.verify(patience=20)]
    for end in ends:
        assert end.exit_code in KNOWN_ENDS
        if end.exit_code != ExitCode.OK:
            assert len(end.words.splitlines()) > 1, "a message without a next step"
    if ended == 0 and ends[-1].exit_code == ExitCode.OK:
        assert scene.published() == scene.sealed

    scene.index.faults.disarm()
    if FINAL.isdisjoint(pair):
        assert scene.published().items() <= scene.sealed.items()
        ends_as_if_undisturbed(scene)
        return
    before = scene.published()
    if scene.upload().returncode:
        assert scene.published().items() >= before.items()
        ends_as_if_undisturbed(scene.with_files(*build(tmp_path / "dist", "1.0.1")))
