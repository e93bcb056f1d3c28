"""init: for repositories of all shapes it writes what is right, and nothing that is there is lost."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish import settings
from pypublish.checks.publishing import matches
from pypublish.checks.tags import tag_of_version
from pypublish.edges.github_yaml import parse as read_yaml
from pypublish.edges.tree import read_tree
from pypublish.edges.world import World
from pypublish.findings import Severity
from pypublish.stages.checking_setup import check
from pypublish.stages.doctor import doctor
from tests.setting_up import SHAPES, Shape, files_of, make, planned, pyproject, set_up

TOOLS = Path(sys.executable).parent
PLAIN = Shape(files={"pyproject.toml": pyproject()})

each_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())


@each_shape
def test_what_it_writes_it_and_doctor_find_right(shape: Shape, tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", shape)
    outcome = set_up(root, world, shape)
    assert [found for found in outcome.findings if found.severity is not Severity.NOTE] == []
    made = planned(root, world, shape)
    assert check(made, world, strict=True).findings == tuple(
        found for found in outcome.findings if found.check == "action-updates-are-proposed"
    )
    for package in made.survey.packages:
        source = package.source
        told = doctor(source, settings.parse(source.table("tool").get("pypublish")), world, online=False)
        assert [found for found in told.findings if found.check != "publisher-is-predicted"] == []


@each_shape
def test_done_twice_it_changes_nothing(shape: Shape, tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", shape)
    set_up(root, world, shape)
    before = files_of(root)
    again = set_up(root, world, shape)
    assert (again.value, files_of(root)) == ((), before)


@each_shape
def test_the_tags_of_every_package_start_its_own_workflow_alone(shape: Shape, tmp_path: Path, world: World) -> None:
    made = planned(make(tmp_path / "it", shape), world, shape)
    releases = [one for one in made.workflows if one.template.startswith("release")]
    assert [one.package for one in releases] == [package.name for package in made.survey.packages]
    filters = {one.package: read_yaml(one.text, one.path).data["on"]["push"]["tags"] for one in releases}  # type: ignore[index]
    for package in made.survey.packages:
        tag = tag_of_version("1.2.0", package.tag_format, package.name)
        assert [name for name, patterns in filters.items() if matches(tag, patterns)] == [package.name]


@each_shape
def test_the_settings_that_it_writes_read_and_so_do_those_that_it_proposes(
    shape: Shape, tmp_path: Path, world: World
) -> None:
    root = make(tmp_path / "it", shape)
    set_up(root, world, shape)
    for package in planned(root, world, shape).survey.packages:
        text = (root / package.pyproject).read_text()
        written = settings.parse(tomllib.loads(text)["tool"]["pypublish"])
        assert written.tag_format == package.tag_format
        head, _, table = text.partition("[tool.pypublish]")
        proposed = "\n".join(
            line.removeprefix("# ") if "=" in line or "[tool" in line else line for line in table.splitlines()
        )
        every = settings.parse(tomllib.loads(f"{head}[tool.pypublish]{proposed}")["tool"]["pypublish"])
        assert every.tag_format == package.tag_format


@each_shape
def test_what_a_file_says_of_itself_is_true(shape: Shape, tmp_path: Path, world: World) -> None:
    made = planned(make(tmp_path / "it", shape), world, shape)
    names = {one.path.rpartition("/")[2] for one in made.workflows}
    for one in made.workflows:
        comments = "\n".join(line for line in one.text.splitlines() if line.lstrip().startswith("#"))
        assert set(re.findall(r"\b(?:release|rehearse|diagnose)[\w-]*\.yml", comments)) <= names | {"diagnose.yml"}
        assert "Copy it to" not in comments
        package = next(package for package in made.survey.packages if package.name == one.package)
        tag = tag_of_version("1.2.0", package.tag_format, package.name)
        assert re.findall(r"tag like (\S+?)[.,]?(?:\s|$)", comments) in ([], [tag])


@pytest.mark.slow
def test_zizmor_the_schemas_and_act_have_nothing_to_say(tmp_path: Path, world: World) -> None:
    paths = []
    for number, shape in enumerate(SHAPES.values()):
        root = make(tmp_path / str(number), shape)
        set_up(root, world, shape)
        paths += sorted((root / ".github").rglob("*.yml"))
    zizmor = subprocess.run(
        [TOOLS / "zizmor", "--offline", "--persona=auditor", "--no-progress", "--collect=all", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (zizmor.returncode, "No findings to report" in zizmor.stdout) == (0, True), zizmor.stdout
    for schema, name in (("vendor.github-workflows", "workflows"), ("vendor.dependabot", "dependabot")):
        judged = [path for path in paths if name in path.as_posix()]
        assert len(judged) >= len(SHAPES) - 1
        done = subprocess.run(
            [TOOLS / "check-jsonschema", "--builtin-schema", schema, *judged],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
    for folder in {path.parent for path in paths if path.parent.name == "workflows"}:
        act = subprocess.run(
            [TOOLS / "act", "--validate", "--strict", "--workflows", folder, "--directory", folder.parents[1]],
            capture_output=True,
            text=True,
            check=False,
        )
        assert act.returncode == 0, act.stderr


def test_where_the_version_stands_is_told_for_each_kind(tmp_path: Path, world: World) -> None:
    told = {}
    for name, shape in SHAPES.items():
        root = make(tmp_path / name, shape)
        set_up(root, world, shape)
        page = (root / "PUBLISHING.md").read_text()
        section = page.partition("## Version numbers\n\n")[2].partition("\n\n|")[0]
        told[name] = section
    assert {name: told[name] for name in list(told)[:15]} == snapshot(
        {
            "hatchling, src layout, tests": "The version stands in `pyproject.toml`, as `version`. Change it there, and commit.",
            "setuptools, flat layout": "The version stands in `pyproject.toml`, as `version`. Change it there, and commit.",
            "setuptools-scm, tags without v": "The version comes from the tag, by `setuptools-scm`: nothing in the files has to be changed. The tag `1.2.0` makes the version `1.2.0`.",
            "hatch-vcs, tags with v": "The version comes from the tag, by `hatch-vcs`: nothing in the files has to be changed. The tag `v1.2.0` makes the version `1.2.0`.",
            "hatch, a version in a file": "The version stands in `src/hello/__about__.py`, as `__version__`. Change it there, and commit.",
            "setuptools, an attribute": "The version stands in `hello/__init__.py`, as `__version__`. Change it there, and commit.",
            "flit, a module": "The version stands in `hello.py`, as `__version__`. Change it there, and commit.",
            "poetry with [project]": "The version stands in `pyproject.toml`, as `version`. Change it there, and commit.",
            "poetry's own table": "The version stands in `pyproject.toml`, as `version`. Change it there, and commit.",
            "pdm, from version control": "The version comes from the tag, by `pdm-backend`: nothing in the files has to be changed. The tag `v1.2.0` makes the version `1.2.0`.",
            "uv_build, tests from its extras": "The version stands in `pyproject.toml`, as `version`. Change it there, and commit.",
            "maturin": "The version stands in `Cargo.toml`, where `maturin` reads it. Change it there, and commit.",
            "meson": "The version stands in `meson.build`, where `mesonpy` reads it. Change it there, and commit.",
            "scikit-build, submodules": "The version stands in `pyproject.toml`, as `version`. Change it there, and commit.",
            "setup.cfg": "The version stands in `setup.cfg`, as `version`. Change it there, and commit.",
        }
    )


def test_names_and_folders_of_several_packages(tmp_path: Path, world: World) -> None:
    shape = SHAPES["a workspace of uv's"]
    root = make(tmp_path / "it", shape)
    outcome = set_up(root, world, shape)
    assert [change.path for change in outcome.value or ()] == snapshot(
        [
            ".github/workflows/release-acme.yml",
            ".github/workflows/rehearse-acme.yml",
            ".github/diagnose-acme.yml",
            ".github/workflows/release-acme-b.yml",
            ".github/workflows/rehearse-acme-b.yml",
            ".github/diagnose-acme-b.yml",
            ".github/workflows/release-acme-a.yml",
            ".github/workflows/rehearse-acme-a.yml",
            ".github/diagnose-acme-a.yml",
            "PUBLISHING.md",
            ".github/dependabot.yml",
            "pyproject.toml",
            "packages/B/pyproject.toml",
            "packages/a/pyproject.toml",
            ".github/pypublish.json",
        ]
    )
    made = planned(root, world, shape)
    assert made.survey.others == ("acme-example", "acme-old")
    for one in made.workflows:
        data = read_yaml(one.text, one.path)
        assert data.mistake == ""
        folder = next(package.folder for package in made.survey.packages if package.name == one.package)
        assert one.text.count(f"path: {folder}\n") == (0 if folder == "." else one.text.count("persist-credentials"))


def test_one_package_of_several_keeps_its_own_names(tmp_path: Path, world: World) -> None:
    shape = SHAPES["several packages, TestPyPI first"]
    root = make(tmp_path / "it", shape)
    outcome = set_up(root / "b", world, shape)
    assert [change.path for change in outcome.value or ()] == snapshot(
        [
            ".github/workflows/release-b-1.yml",
            ".github/workflows/rehearse-b-1.yml",
            "PUBLISHING.md",
            ".github/dependabot.yml",
            "b/pyproject.toml",
            ".github/pypublish.json",
        ]
    )
    assert read_tree(root / "a").pyproject == shape.files["a/pyproject.toml"].encode()
