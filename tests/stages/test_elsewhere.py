"""A folder of distributions that were built elsewhere: what it may hold, and what is built beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.errors import UsageError
from pypublish.stages.elsewhere import read_elsewhere

SDIST, OTHER_SDIST = "hello-1.2.0.tar.gz", "hello-1.1.0.tar.gz"
LINUX, WINDOWS = (
    "hello-1.2.0-cp313-cp313-manylinux_2_28_x86_64.manylinux_2_17_x86_64.whl",
    "hello-1.2.0-cp313-cp313-win_amd64.whl",
)
PURE, OLDER_PURE = "hello-1.2.0-py3-none-any.whl", "hello-1.2.0-py2.py3-none-any.whl"
MINE = "hello-1.2.0-cp313-cp313-linux_x86_64.whl"


def folder(tmp_path: Path, *names: str) -> Path:
    """Make the folder; what ends in a slash is a folder in it."""
    made = tmp_path / "wheelhouse"
    made.mkdir()
    for name in names:
        (made / name).mkdir() if name.endswith("/") else (made / name).touch()
    return made


@pytest.mark.parametrize(
    ("there", "built", "released"),
    [
        ([LINUX, WINDOWS], [SDIST, MINE], [SDIST]),
        ([LINUX, WINDOWS], [SDIST, PURE], [SDIST, PURE]),
        ([LINUX, PURE], [SDIST, PURE], [SDIST]),
        ([LINUX, OLDER_PURE], [SDIST, PURE], [SDIST]),
        ([LINUX, SDIST], [], []),
        ([PURE], [SDIST, MINE], [SDIST]),
        (["no-wheel.whl"], [SDIST, PURE], [SDIST, PURE]),
    ],
)
def test_what_is_built_here_is_released_where_it_is_lacking(
    there: list[str], built: list[str], released: list[str], tmp_path: Path
) -> None:
    elsewhere = read_elsewhere(folder(tmp_path, *there))
    assert [name for name in built if elsewhere.takes(Path(name))] == released
    assert sorted(path.name for path in elsewhere.files) == sorted(there)


def test_what_is_hidden_is_passed_over(tmp_path: Path) -> None:
    elsewhere = read_elsewhere(folder(tmp_path, LINUX, ".gitignore", ".cache/"))
    assert [path.name for path in elsewhere.files] == [LINUX]


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (
            [],
            snapshot(
                "the folder wheelhouse holds no distribution / Look where the wheels were built to. Without"
                " packages-dir, prepare builds the sdist and one wheel."
            ),
        ),
        (
            [".gitignore"],
            snapshot(
                "the folder wheelhouse holds no distribution / Look where the wheels were built to. Without"
                " packages-dir, prepare builds the sdist and one wheel."
            ),
        ),
        (
            [LINUX, SDIST, OTHER_SDIST],
            snapshot(
                "the folder wheelhouse holds more than one sdist: hello-1.1.0.tar.gz, hello-1.2.0.tar.gz / A release"
                " has one. Leave in the folder the one that is of this release, or none: then it is built."
            ),
        ),
        (
            [LINUX, "SHA256SUMS", "notes.txt"],
            snapshot(
                "the folder wheelhouse holds what is no distribution: SHA256SUMS, notes.txt / All of packages-dir is"
                " released. Take out what does not belong to the release."
            ),
        ),
        (
            ["wheels-ubuntu-latest/", "wheels-windows-latest/", LINUX],
            snapshot(
                "the folder wheelhouse holds what is no distribution: wheels-ubuntu-latest/, wheels-windows-latest/ /"
                " All of packages-dir is released, and no folder can be. If they are artifacts that"
                " actions/download-artifact fetched, tell it merge-multiple: true."
            ),
        ),
        (
            [f"{LINUX}/"],
            snapshot(
                "the folder wheelhouse holds what is no distribution:"
                " hello-1.2.0-cp313-cp313-manylinux_2_28_x86_64.manylinux_2_17_x86_64.whl/ / All of packages-dir is"
                " released, and no folder can be. If they are artifacts that actions/download-artifact fetched, tell"
                " it merge-multiple: true."
            ),
        ),
    ],
)
def test_a_folder_that_cannot_be_released_is_refused(
    there: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder(tmp_path, *there).parent)
    with pytest.raises(UsageError) as refused:
        read_elsewhere(Path("wheelhouse"))
    assert f"{refused.value} / {refused.value.hint}" == said


def test_a_folder_that_is_not_there_is_to_be_made_first() -> None:
    with pytest.raises(UsageError) as refused:
        read_elsewhere(Path("wheelhouse"))
    assert f"{refused.value} / {refused.value.hint}" == snapshot(
        "there is no folder wheelhouse, which packages-dir names / Build the wheels into it first; in a workflow, the"
        " job that builds them has to run, so start it without run-id. Without packages-dir, prepare builds the sdist"
        " and one wheel by itself."
    )


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / LINUX).touch()
    with pytest.raises(UsageError, match="cannot be read"):
        read_elsewhere(tmp_path / LINUX)
