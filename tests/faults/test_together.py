"""Two releases at once: of one version from two tags, and of one commit by two workflows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.edges.process import Completed
from pypublish.errors import ExitCode
from tests.faults.scene import Begin, Scene, build

pytestmark = pytest.mark.slow


def upload_at_once(*scenes: Scene) -> list[Completed]:
    """Let the uploaders of several publishing jobs begin together, each in a folder of its own."""
    for number, scene in enumerate(scenes):
        scratch = scene.world.scratch / str(number)
        scratch.mkdir()
        scene.world = replace(scene.world, scratch=scratch)
    with ThreadPoolExecutor(len(scenes)) as workers:
        return list(workers.map(Scene.upload, scenes))


def test_f53_two_uploads_of_the_same_files_at_once_both_end_well(begin: Begin) -> None:
    scene = begin()
    ended = upload_at_once(scene, replace(scene), replace(scene))
    assert [completed.returncode for completed in ended] == [0, 0, 0]
    assert scene.published() == scene.sealed
    assert scene.wait().exit_code == ExitCode.OK


@pytest.mark.parametrize("draw", range(3))
def test_f52_of_two_releases_of_one_version_one_is_published_and_the_other_told(
    begin: Begin, tmp_path: Path, draw: int
) -> None:
    first = begin()
    second = first.with_files(*build(tmp_path / "other", code=f"x = {draw}\n"))
    ended = upload_at_once(first, second)
    assert sorted(completed.returncode for completed in ended) == [0, 1]
    winner, loser = (first, second) if ended[0].returncode == 0 else (second, first)
    assert winner.published() == winner.sealed
    assert winner.wait().exit_code == ExitCode.OK

    stopped = loser.plan()
    assert stopped.exit_code == ExitCode.FINDINGS
    for name, digest in loser.sealed.items():
        assert digest in stopped.words
        assert winner.sealed[name] in stopped.words
    assert "Find the run that published it" in stopped.words
    assert loser.upload().returncode == 1
    assert winner.published() == winner.sealed
