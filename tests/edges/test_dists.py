"""Opening files that may be anything."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pypublish.edges import dists
from pypublish.edges.dists import UnreadableFileError
from tests.factories import wheel


def test_a_distribution_is_read_in_one_pass(tmp_path: Path) -> None:
    path = wheel().write(tmp_path)
    contents = dists.read(path, format="zip", keep=lambda member: member.name.endswith("METADATA"), search=None)
    assert contents.size == path.stat().st_size
    assert list(contents.texts) == ["hello-1.0.0.dist-info/METADATA"]


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        dists.make_sure(path)
    return str(refused.value)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "is a folder; name the files in it"
    assert refusal(tmp_path / "missing.whl") == "is not there"
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file" / "below.whl") == "cannot be read: Not a directory"
    assert refusal(tmp_path / ("x" * 300)) == "cannot be read: File name too long"


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes there")
def test_a_pipe_does_not_keep_us_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.whl")
    assert refusal(tmp_path / "pipe.whl") == "is no regular file"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.whl").touch(mode=0)
    assert refusal(tmp_path / "secret.whl") == "cannot be read: Permission denied"
