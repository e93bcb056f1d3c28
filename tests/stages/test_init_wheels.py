"""init for projects with compiled modules: cibuildwheel builds their wheels, and those of nobody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from inline_snapshot import snapshot

from pypublish.checks.platform_wheels import proposed_template
from pypublish.edges.world import World
from pypublish.render.publishing_page import publishing_page
from pypublish.render.remaining import remaining
from pypublish.stages import setup_record
from pypublish.stages.checking_setup import check
from pypublish.stages.surveying import survey
from tests import projects
from tests.setting_up import PIN, SHAPES, Shape, make, planned, pyproject, set_up

PURE, COMPILED = (Shape(files={"pyproject.toml": pyproject(backend=backend)}) for backend in ("hatchling", "meson"))
MIXED = SHAPES["several packages, one with compiled modules"]
HARDENED = replace(COMPILED, template="release-hardened")


def on_each_platform(shape: Shape) -> Shape:
    return replace(shape, template="release-wheels")


def workflow(root: Path, name: str = "release.yml") -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((root / ".github" / "workflows" / name).read_text())
    return read


@pytest.mark.parametrize(
    ("shape", "proposed"), [(PURE, "release"), (COMPILED, "release-wheels"), (MIXED, "release-wheels")]
)
def test_wheels_for_each_platform_are_proposed_where_something_is_compiled(
    shape: Shape, proposed: str, tmp_path: Path, world: World
) -> None:
    assert proposed_template(survey(make(tmp_path / "it", shape), (), world)) == proposed


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (PURE, []),
        (on_each_platform(COMPILED), []),
        (MIXED, []),
        (
            COMPILED,
            snapshot(
                [
                    (
                        "note: hello has compiled modules (meson-python): the workflow releases its sdist, and no wheels"
                        " but what one Linux machine builds / pypublish init --update --template release-wheels has"
                        " cibuildwheel build them for each platform."
                    )
                ]
            ),
        ),
        (
            HARDENED,
            snapshot(
                [
                    (
                        "note: hello has compiled modules (meson-python): the workflow releases its sdist, and no wheels"
                        " but what one Linux machine builds / pypublish init --update --template release-wheels has"
                        " cibuildwheel build them for each platform."
                    )
                ]
            ),
        ),
        (
            on_each_platform(PURE),
            snapshot(
                [
                    (
                        "note: nothing in hello seems to be compiled, and cibuildwheel fails where a wheel is pure / Take"
                        " the template release, unless the build compiles modules in a way that cannot be seen from"
                        " outside."
                    )
                ]
            ),
        ),
    ],
    ids=["pure", "compiled", "both", "compiled, not asked for", "compiled, hardened", "pure, asked for"],
)
def test_what_does_not_go_together_is_said(shape: Shape, said: list[str], tmp_path: Path, world: World) -> None:
    outcome = set_up(make(tmp_path / "it", shape), world, shape)
    assert [f"{found.severity}: {found.message} / {found.hint}" for found in outcome.findings] == said


def test_of_several_packages_those_that_compile_nothing_are_released_as_ever(tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", MIXED)
    set_up(root, world, MIXED)
    assert "wheels" not in workflow(root, "release-plain.yml")["jobs"]
    jobs = workflow(root, "release-fast.yml")["jobs"]
    assert jobs["wheels"]["steps"][-2]["with"] == {"output-dir": "wheelhouse", "package-dir": "fast parts"}
    assert jobs["prepare"]["steps"][-1]["with"]["path"] == "fast parts"


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("shape", [on_each_platform(COMPILED), MIXED, COMPILED, HARDENED])
def test_what_was_chosen_is_known_again(shape: Shape, tmp_path: Path, world: World, *, recorded: bool) -> None:
    root = make(tmp_path / "it", shape)
    set_up(root, world, shape)
    if not recorded:
        (root / ".github" / "pypublish.json").unlink()
    found = survey(root, (), world)
    wanted = setup_record.wanted_so_far(found, setup_record.read(root), PIN, template=None)
    assert wanted.template == shape.template
    assert check(planned(root, world, shape), world, strict=True).findings == ()


def test_machines_that_nobody_needs_may_be_taken_out(tmp_path: Path, world: World) -> None:
    shape = on_each_platform(COMPILED)
    root = make(tmp_path / "it", shape)
    set_up(root, world, shape)
    path = root / ".github" / "workflows" / "release.yml"
    before = path.read_text()
    path.write_text(before.replace("ubuntu-24.04-arm, windows-latest, macos-latest, macos-15-intel", "windows-latest"))
    assert path.read_text() != before
    assert check(planned(root, world, shape), world, strict=True).findings == ()


def test_the_page_tells_who_releases_next_where_the_wheels_come_from(tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", MIXED)
    page = publishing_page(planned(root, world, MIXED))
    assert "cibuildwheel builds the wheels of fast, on a machine for each platform." in page
    assert "index `pypi`, with the tag and, as run-id, the number of the run" in page
    assert "`wheels` is red" in page
    assert "index `dry-run`" in page
    plain = publishing_page(planned(root, world, replace(MIXED, template="release-hardened")))
    assert "wheelhouse" not in plain
    assert "cibuildwheel" not in plain


def test_what_is_left_to_do_names_the_run_that_builds_them_all(tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", MIXED)
    last = "\n".join(remaining(planned(root, world, MIXED), written=True)).splitlines()
    assert [line.strip() for line in last if "all the wheels" in line] == snapshot(
        ["On GitHub, too, with all the wheels: https://github.com/acme/hello/actions → Release fast → Run workflow."]
    )


def test_a_project_that_begins_to_compile_is_brought_up(tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", PURE)
    set_up(root, world, PURE)
    projects.write(root, {"pyproject.toml": pyproject(backend="maturin")})
    found = survey(root, (), world)
    wanted = setup_record.wanted_so_far(found, setup_record.read(root), PIN, template=None)
    assert wanted.template == "release"  # what was chosen stays until another is named
