"""`pypublish preview`: what it looks at, and what it says to what cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypublish.cli import main
from pypublish.errors import ExitCode
from tests import projects
from tests.factories import metadata, wheel


@pytest.fixture(autouse=True)
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["missing"], "missing does not exist"),
        (["--packages-dir", "missing"], "there is no folder missing"),
        (["--packages-dir", "empty"], "the folder empty is empty"),
        (["--packages-dir", "empty", "file.txt"], "PATH or FILE and --packages-dir exclude each other"),
        (["file.txt", "empty"], "empty is a folder"),
        (["--port", "70000"], "is not in the range"),
        (["--out", "empty"], "is a directory"),
        (["--out", "file.txt/page.html"], f"{Path('file.txt/page.html')} cannot be written: file.txt is not a folder"),
    ],
)
def test_what_cannot_be_meant(
    args: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").touch()
    monkeypatch.chdir(tmp_path)
    assert main.run(["preview", *args]) == ExitCode.USAGE
    assert says in capsys.readouterr().err


@pytest.mark.skipif("not hasattr(os, 'geteuid') or os.geteuid() == 0", reason="nothing is kept from this user")
def test_nothing_is_built_for_a_page_that_may_not_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = projects.write(tmp_path / "hello", projects.with_own_backend())
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o500)
    assert main.run(["preview", str(root), "--out", str(kept / "page.html")]) == ExitCode.USAGE
    told = capsys.readouterr()
    assert ("build" in told.out, "page.html cannot be written: Permission denied" in told.err) == (False, True)


def test_a_page_is_named_when_it_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    package = wheel().write(tmp_path)
    assert main.run(["preview", str(package), "--out", "/dev/full"]) == ExitCode.USAGE
    told = capsys.readouterr()
    assert ("see /dev/full" in told.out, "No space left" in told.err) == (False, True)


def test_nothing_is_served_where_nobody_can_look(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main.run(["preview"]) == ExitCode.USAGE
    assert "nobody can look at a page that a runner serves" in capsys.readouterr().out


def test_the_page_of_a_project_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = projects.write(tmp_path / "hello", projects.with_own_backend())
    assert main.run(["preview", str(root), "--out", str(tmp_path / "out" / "page.html")]) == ExitCode.OK
    page = (tmp_path / "out" / "page.html").read_text("utf-8")
    assert "<h1>hello " in page
    assert "<script" not in page
    assert "page.html" in capsys.readouterr().out


@pytest.mark.parametrize("by", ["name", "folder"])
def test_the_page_of_finished_files(by: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = {"Description-Content-Type": "text/x-rst"}
    path = wheel(meta=metadata(broken, description="Hello\n====\n")).write(tmp_path / "dist")
    args = [str(path)] if by == "name" else ["--packages-dir", str(path.parent)]
    assert main.run(["preview", *args, "--out", str(tmp_path / "page.html")]) == ExitCode.FINDINGS
    assert "PyPI refuses this release" in (tmp_path / "page.html").read_text("utf-8")
    assert "does not render" in capsys.readouterr().out
