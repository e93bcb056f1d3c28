"""`pypublish check` and `stage`: which files they are about."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypublish.cli import main
from pypublish.errors import ExitCode
from tests.factories import sdist, wheel

WHEEL = "hello-1.0.0-py3-none-any.whl"
SDIST = "hello-1.0.0.tar.gz"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    return tmp_path


def test_without_a_word_the_distributions_in_dist_are_taken_and_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in (wheel(), sdist()):
        one.write(here / "dist")
    (here / "dist" / ".gitignore").write_text("*")
    (here / "dist" / "notes.txt").touch()
    assert main.run(["check", "--no-smoke"]) == ExitCode.OK
    told = capsys.readouterr()
    assert told.err == f"No files were named; those in dist are taken: {WHEEL}, {SDIST}\n"
    assert "checks, 2 files" in told.out


def test_what_was_taken_is_sealed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel().write(here / "dist")
    assert main.run(["stage", "--out", "sealed"]) == ExitCode.OK
    assert capsys.readouterr().err == f"No files were named; those in dist are taken: {WHEEL}\n"
    assert [path.name for path in (here / "sealed" / "dist").iterdir()] == [WHEEL]


def test_a_document_stays_alone_on_stdout(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel().write(here / "dist")
    main.run(["check", "--no-smoke", "--format", "json"])
    told = capsys.readouterr()
    assert (told.out[0], "those in dist are taken" in told.err) == ("{", True)


@pytest.mark.parametrize("command", ["check", "stage"])
@pytest.mark.parametrize(
    ("made", "args", "says"),
    [
        ((), (), "no files were named, and there is no folder dist here"),
        (("dist/.gitignore", "dist/notes.txt"), (), "no files were named, and there are none in dist"),
        ((f"dist/{WHEEL}", "other/.gitignore"), ("--packages-dir", "other"), "the folder other is empty"),
        ((f"dist/{WHEEL}",), ("--packages-dir", "other"), "there is no folder other"),
        ((f"dist/{WHEEL}",), (f"dist/{WHEEL}", "--packages-dir", "dist"), "exclude each other"),
    ],
    ids=["no dist", "none in dist", "an empty folder", "no such folder", "both"],
)
def test_where_there_are_none_it_is_said(
    command: str,
    made: tuple[str, ...],
    args: tuple[str, ...],
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in made:
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    assert main.run([command, *args]) == ExitCode.USAGE
    assert says in capsys.readouterr().err


def test_the_folder_has_what_uv_writes_beside_the_files(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel().write(here / "built")
    (here / "built" / ".gitignore").write_text("*")
    assert main.run(["check", "--no-smoke", "--packages-dir", "built"]) == ExitCode.OK
    assert "gitignore" not in capsys.readouterr().out
