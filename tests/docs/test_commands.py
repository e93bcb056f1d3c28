"""Every command that the pages show does what it is shown for. `uvx pypublish-action X` is run as `pypublish X`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pypublish.edges.world import World
from tests import setting_up
from tests.docs import project
from tests.docs.desk import as_typed, desk
from tests.docs.pages import ROOT, Page, page, pages
from tests.docs.scenes import NOT_RUN, SCENES, Scene
from tests.docs.shown import commands

UVX = "uvx pypublish-action "
INTERRUPTED = {0, 130}
HEAVY = re.compile(r"bootstrap\.py|rehearse|prepare|gates|verify|upload|preview|check")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is typed before is for GNU's programs")


def as_pypublish(command: str) -> str:
    return f"pypublish {command.removeprefix(UVX)}" if command.startswith(UVX) else command


def shown(*these: Page) -> dict[str, list[str]]:
    """Return each command with the pages that show it; what ends in an ellipsis is none."""
    found: dict[str, list[str]] = {}
    for one in these:
        for command in commands(one):
            if not command.endswith("…"):
                found.setdefault(as_pypublish(command), []).append(one.path)
    return found


SHOWN = shown(*pages())
RUN = [pytest.param(command, marks=[pytest.mark.slow] if HEAVY.search(command) else []) for command in SCENES]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has been prepared: its files are sealed in staging/, and lie in dist/ too."""
    folder = tmp_path_factory.mktemp("prepared")
    project.make(folder / "hello")
    with desk(folder / "desk", folder / "hello", Scene(says="")) as at:
        code, said = at.type("pypublish prepare --tag v1.2.0 && cp --recursive staging/dist dist")
        assert code == 0, said
    return folder / "desk" / "hello"


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clone of this repository has, uncommitted changes included."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, check=True,
        capture_output=True, text=True,
    ).stdout  # fmt: skip
    folder = tmp_path_factory.mktemp("checkout")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.mark.parametrize("command", sorted(SHOWN))
def test_every_command_has_a_scene(command: str) -> None:
    where = ", ".join(sorted(set(SHOWN[command])))
    assert (command in SCENES) != (command in NOT_RUN), f"{where} shows it: give it a scene in tests/docs/scenes.py"


def test_the_page_that_init_writes_shows_no_other(tmp_path: Path, world: World) -> None:
    shape = setting_up.SHAPES["hatchling, src layout, tests"]
    plan = setting_up.planned(setting_up.make(tmp_path / "it", shape), world, shape)
    found = shown(Page(path="PUBLISHING.md", text=setting_up.texts(plan).page))
    assert {"pypublish rehearse", "pypublish status", "pypublish explain CHECK"} <= found.keys()
    assert found.keys() <= SCENES.keys()
    assert SCENES.keys() | NOT_RUN.keys() == SHOWN.keys() | found.keys(), "a scene for what no page shows"


@pytest.mark.parametrize("command", RUN)
def test_a_command_does_what_it_is_shown_for(command: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    scene = SCENES[command]
    if scene.own_checkout:
        _in_a_checkout(as_typed(command, scene), scene, request.getfixturevalue("checkout"))
        return
    with desk(tmp_path, request.getfixturevalue("prepared"), scene) as at:
        for line in scene.before:
            code, said = at.type(line)
            assert code == 0, f"{line}\n{said}"
        line = as_typed(command, scene)
        if scene.stays:
            code, said = at.type_and_interrupt(line, after=scene.says)
            assert code in INTERRUPTED, said
        else:
            code, said = at.type(line)
            assert code == 0, said
        assert scene.says in said
        assert "Traceback" not in said
        assert (at.project / scene.leaves).exists()


def _in_a_checkout(line: str, scene: Scene, checkout: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", line], cwd=checkout, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert scene.says in done.stdout + done.stderr


@pytest.mark.slow
def test_a_shell_beside_the_index_is_its_client(prepared: Path, tmp_path: Path) -> None:
    (lines,) = (block.text for block in page("docs/rehearsal.md").blocks if block.language == "sh")
    script = f"""
        pypublish index serve --dir index > exports.txt &
        trap "kill $!" EXIT
        until grep --quiet "To let something go wrong" exports.txt; do kill -0 $! || exit 3; done
        . ./exports.txt
        set -e
        {lines}
        cmp dist/*.whl *.whl
    """
    with desk(tmp_path, prepared, Scene(says="")) as at:
        code, said = at.type(script)
    assert code == 0, said
    assert "https://pypi.org/project/hello/1.2.0/" in said


def test_what_is_typed_for_a_place_in_a_command() -> None:
    assert (
        as_typed("pypublish explain CHECK", SCENES["pypublish explain CHECK"]) == "pypublish explain tag-equals-version"
    )
    assert as_typed("pypublish check", SCENES["pypublish check"]) == "pypublish check dist/*"
