"""The borrowed tools in their child process: what they say, and what happens when they do not come back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pypublish.edges import tools
from pypublish.edges.child import Child
from pypublish.edges.running import Running
from pypublish.edges.tools import Tools
from pypublish.edges.world import World
from pypublish.errors import ToolError
from pypublish.model import Remark
from tests.factories import Made, metadata, sdist, wheel

SYNTAX = "line 2: Warning: Title underline too short.\n\nHello world\n===="
PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    with tools.started(World(environ=dict(os.environ), scratch=tmp_path_factory.mktemp("tools"))) as running:
        yield running


def of_wheel(started: Tools, made: Made, folder: Path, source: Path | None = None) -> list[tuple[str, str]]:
    return [(f"{one.tool}:{one.code}", one.message) for one in started.judge_wheel(made.write(folder), source=source)]


def of_sdist(started: Tools, made: Made, source: Path | None = None) -> tuple[Remark, ...]:
    dist = made.dist()
    pkg_info = dist.text(dist.metadata_path)
    assert pkg_info is not None
    return started.judge_sdist(
        dist.filename, member=dist.metadata_path, pkg_info=pkg_info, names=dist.files, source=source
    )


def test_sound_files_pass(started: Tools, tmp_path: Path) -> None:
    assert of_wheel(started, wheel(), tmp_path) == []
    assert of_sdist(started, sdist()) == ()


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        (metadata(description=""), [("twine:description-warning", "`long_description` missing.")]),
        (
            metadata({"Description-Content-Type": None}),
            [
                (
                    "twine:description-warning",
                    "`long_description_content_type` missing. defaulting to `text/x-rst`.",
                )
            ],
        ),
        (
            metadata({"Description-Content-Type": "text/x-rst"}, description="Hello world\n====\n"),
            [
                (
                    "twine:description-syntax",
                    "`long_description` has syntax errors in markup and would not be rendered on PyPI.\n" + SYNTAX,
                )
            ],
        ),
        (
            metadata({"Requires-Python": "new"}),
            [("twine:invalid-distribution", "Invalid distribution metadata: 'new' is invalid for 'requires-python'")],
        ),
    ],
    ids=["no description", "no type", "syntax", "metadata"],
)
def test_what_twine_says(started: Tools, tmp_path: Path, meta: str, said: list[tuple[str, str]]) -> None:
    assert of_wheel(started, wheel(meta=meta), tmp_path) == said
    assert [(f"{one.tool}:{one.code}", one.message) for one in of_sdist(started, sdist(meta=meta))] == said


def test_what_check_wheel_contents_says(started: Tools, tmp_path: Path) -> None:
    made = wheel({"hello/__init__.py": "", "tests/__init__.py": "", "readme.txt": "x"})
    assert [code for code, _ in of_wheel(started, made, tmp_path)] == [
        "check-wheel-contents:W003",
        "check-wheel-contents:W005",
        "check-wheel-contents:W009",
    ]


def test_check_wheel_contents_is_configured_by_the_project(started: Tools, tmp_path: Path) -> None:
    made = wheel({"hello/__init__.py": "", "tests/__init__.py": "", "readme.txt": "x"})
    (tmp_path / "pyproject.toml").write_text('[tool.check-wheel-contents]\nignore = ["W005", "W009"]\n')
    said = started.judge_wheel(made.write(tmp_path / "dist"), source=tmp_path)
    assert [(one.code, one.members, one.configured) for one in said] == [("W003", ("readme.txt",), True)]


def test_a_configuration_that_does_not_read_is_told(started: Tools, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.check-wheel-contents]\nignore = ["X"]\n')
    ((code, message),) = of_wheel(started, wheel(), tmp_path / "dist", tmp_path)
    assert code == "check-wheel-contents:configuration"
    assert "X" in message


def test_a_wheel_that_check_wheel_contents_cannot_read_is_told(started: Tools, tmp_path: Path) -> None:
    said = of_wheel(started, wheel(headers="Wheel-Version: 1.0\n"), tmp_path)
    assert said == [("check-wheel-contents:invalid-wheel", "Root-Is-Purelib header not found in WHEEL file")]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with one tracked file that its sdist does not have."""
    folder = tmp_path / "clone"
    files = {"pyproject.toml": PYPROJECT, "src/hello/__init__.py": "", "src/hello/data.txt": "", "notes.txt": ""}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    for args in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *args], cwd=folder, check=True)
    return folder


def compared(started: Tools, clone: Path, files: dict[str, str]) -> list[tuple[str, tuple[str, ...], bool]]:
    return [(one.code, one.members, one.configured) for one in of_sdist(started, sdist(files), clone)]


def test_the_sdist_is_compared_with_the_tracked_files(started: Tools, clone: Path) -> None:
    in_sdist = {"src/hello/__init__.py": "", "src/hello/stray.txt": "", "src/hello.egg-info/x": "", "setup.cfg": ""}
    assert compared(started, clone, in_sdist) == [
        ("missing-from-sdist", ("notes.txt", "src/hello/data.txt"), False),
        ("missing-from-vcs", ("src/hello/stray.txt",), False),
    ]


def test_the_page_on_how_to_release_may_be_in_the_sdist_or_not(started: Tools, clone: Path) -> None:
    files = {"src/hello/__init__.py": "", "src/hello/data.txt": "", "notes.txt": ""}
    (clone / "PUBLISHING.md").write_text("# Releasing hello\n")
    subprocess.run(["git", "add", "."], cwd=clone, check=True)
    assert compared(started, clone, files) == []
    assert compared(started, clone, {**files, "PUBLISHING.md": ""}) == []


def test_the_comparison_is_configured_by_the_project(started: Tools, clone: Path) -> None:
    (clone / "pyproject.toml").write_text(PYPROJECT + '[tool.check-manifest]\nignore = ["notes.txt"]\n')
    (clone / "MANIFEST.in").write_text("recursive-exclude src *.txt\n")
    subprocess.run(["git", "add", "."], cwd=clone, check=True)
    assert compared(started, clone, {"src/hello/__init__.py": ""}) == [("missing-from-sdist", ("MANIFEST.in",), True)]


def test_a_subdirectory_of_the_repository_is_compared_by_itself(started: Tools, clone: Path) -> None:
    folder = clone / "src" / "hello"
    (folder / "pyproject.toml").write_text(PYPROJECT)
    subprocess.run(["git", "add", "."], cwd=clone, check=True)
    assert compared(started, folder, {"__init__.py": ""}) == [("missing-from-sdist", ("data.txt",), False)]


def test_generated_files_that_are_tracked_and_odd_lines_are_told(started: Tools, clone: Path) -> None:
    (clone / "hello.pyc").touch()
    (clone / "MANIFEST.in").write_text("recursive-exclude src\n")
    subprocess.run(["git", "add", "--force", "."], cwd=clone, check=True)
    files = dict.fromkeys(["src/hello/__init__.py", "src/hello/data.txt", "notes.txt", "MANIFEST.in", "hello.pyc"], "")
    assert [(code, members) for code, members, _ in compared(started, clone, files)] == [
        ("manifest-line", ()),
        ("bad-idea", ("hello.pyc",)),
    ]


def test_outside_a_repository_there_is_nothing_to_compare_with(started: Tools, tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parent, tmp_path / "copy", ignore=lambda *_: [])
    (tmp_path / "copy" / "pyproject.toml").write_text(PYPROJECT)
    said = of_sdist(started, sdist(), tmp_path / "copy")
    assert [(one.code, one.message) for one in said] == [
        ("cannot-compare", "Couldn't find version control data (git/hg/bzr/svn supported)")
    ]


def test_a_file_that_breaks_a_tool_does_not_break_the_next(started: Tools, tmp_path: Path) -> None:
    broken = Made(filename="hello-1.0.0-py3-none-any.whl", content=b"no ZIP").write(tmp_path / "broken")
    with pytest.raises(ToolError, match="twine broke: BadZipFile"):
        started.judge_wheel(broken, source=None)
    assert of_wheel(started, wheel(), tmp_path) == []


def test_a_path_with_brackets_is_no_pattern(started: Tools, tmp_path: Path) -> None:
    assert of_wheel(started, wheel(), tmp_path / "a [b] *c") == []


def test_a_tool_that_does_not_come_back_is_ended(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "TIME_LIMIT", 0.0)
    with tools.started(world) as impatient:
        with pytest.raises(ToolError, match="twine was stopped after its time limit of 0 s"):
            impatient.judge_wheel(wheel().write(tmp_path), source=None)
        monkeypatch.setattr(tools, "TIME_LIMIT", 60.0)
        assert impatient.judge_wheel(wheel().write(tmp_path), source=None) == ()


def child(code: str, folder: Path) -> Child:
    return Child([sys.executable, "-c", code], env={}, cwd=folder, running=Running())


def test_a_child_that_dies_says_nothing_and_its_last_words_are_kept(tmp_path: Path) -> None:
    dying = child("import sys; input(); sys.exit('no more')", tmp_path)
    assert dying.ask({}, timeout=60) is None
    assert dying.ask({}, timeout=60) is None
    assert dying.end() == "no more"


def test_a_child_that_hangs_meets_its_time_limit(tmp_path: Path) -> None:
    hanging = child("import time; time.sleep(600)", tmp_path)
    with pytest.raises(TimeoutError):
        hanging.ask({}, timeout=0.1)
    hanging.end()


def test_the_tools_see_no_credentials(world: World) -> None:
    secrets = {"GITHUB_TOKEN": "s", "TWINE_PASSWORD": "s", "ACTIONS_RUNTIME_TOKEN": "s"}
    seen = tools._environment({**world.environ, **secrets})
    assert secrets.keys().isdisjoint(seen)
