"""init: what is there already stays, and what cannot be set up is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.checks.setting_up import EXISTING_FILE_STAYS, TAG_FORMAT_FITS
from pypublish.edges.world import World
from pypublish.errors import UsageError
from pypublish.findings import Severity
from tests import projects
from tests.setting_up import Shape, files_of, make, pyproject, set_up

PLAIN = Shape(files={"pyproject.toml": pyproject()})


@pytest.mark.parametrize("text", ["on: [push]\n", "# mine\r\non: [push]\r\n", "a: &x 1\nb: *x\n", "\ufeffx: 1", "\xff"])
def test_what_is_there_is_not_touched(text: str, tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", PLAIN)
    path = root / ".github" / "workflows" / "release.yml"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode("latin-1" if text == "\xff" else "utf-8"))
    before = path.read_bytes()
    outcome = set_up(root, world, PLAIN)
    assert path.read_bytes() == before
    assert [(found.check, found.where.file) for found in outcome.findings if found.severity is Severity.WARNING] == [
        (EXISTING_FILE_STAYS.id, ".github/workflows/release.yml")
    ]
    assert (root / ".github" / "workflows" / "rehearse.yml").exists()


@pytest.mark.parametrize("content", [b"on: [push]\n", b"\xff"])
def test_by_force_it_is(content: bytes, tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", PLAIN)
    path = projects.write(root, {".github/workflows/release.yml": ""}) / ".github/workflows/release.yml"
    path.write_bytes(content)
    outcome = set_up(root, world, PLAIN, force=True)
    assert outcome.findings == ()
    assert path.read_text().startswith("# Releases this project on PyPI")


def test_a_second_workflow_that_publishes_is_mentioned(tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", PLAIN)
    old = "on: {release: {types: [published]}}\njobs: {go: {runs-on: x, steps: [{run: twine upload dist/*}]}}\n"
    projects.write(root, {".github/workflows/publish.yml": old})
    outcome = set_up(root, world, PLAIN)
    assert [f"{found.where}: {found.message}" for found in outcome.findings] == snapshot(
        [".github/workflows/publish.yml: publishes already; beside the new workflow it would publish a second time"]
    )


@pytest.mark.parametrize(
    ("filters", "tags", "expected"),
    [
        ('["[0-9]+.[0-9]+.[0-9]+"]', (), "{version}"),
        ('["[0-9]+.[0-9]+.[0-9]+"]', ("v1.0",), "v{version}"),
        ('["v*", "[0-9]*"]', (), "v{version}"),
        ("v*", (), "v{version}"),
    ],
)
def test_where_no_tag_is_known_the_workflow_that_publishes_tells_how_they_are(
    filters: str, tags: tuple[str, ...], expected: str, tmp_path: Path, world: World
) -> None:
    old = f"on: {{push: {{tags: {filters}}}}}\njobs: {{go: {{steps: [{{run: twine upload dist/*}}]}}}}\n"
    shape = Shape(files={"pyproject.toml": pyproject(), ".github/workflows/old.yml": old}, tags=tags)
    root = make(tmp_path / "it", shape)
    set_up(root, world, shape)
    assert f'tag-format = "{expected}"' in (root / "pyproject.toml").read_text()


def test_a_workflow_that_publishes_by_a_script_is_known_by_its_token(tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", PLAIN)
    old = """\
on: {push: {tags: ["*"]}}
jobs:
  go:
    steps:
    - run: tox -e release
      env:
        TWINE_PASSWORD: ${{ secrets.PYPI_TOKEN }}
        AGAIN: ${{ secrets.PYPI_TOKEN }}
"""
    projects.write(root, {".github/workflows/main.yml": old})
    outcome = set_up(root, world, PLAIN)
    assert [f"{found.where}: {found.message}" for found in outcome.findings] == snapshot(
        [
            (
                ".github/workflows/main.yml:7: has the secret PYPI_TOKEN, so it seems to publish; beside the new"
                " workflow it would do so again"
            )
        ]
    )


@pytest.mark.parametrize(("shallow", "tags", "said"), [(True, [], 1), (True, ["4.1.0"], 0), (False, [], 0)])
def test_a_clone_that_does_not_know_its_tags_says_so(
    shallow: bool, tags: list[str], said: int, tmp_path: Path, world: World
) -> None:
    origin = make(tmp_path / "origin", PLAIN)
    projects.commit(origin, *tags)
    root = tmp_path / "it"
    depth = ["--depth=1"] if shallow else []
    projects.git(tmp_path, "clone", "--quiet", *depth, f"file://{origin}", str(root))
    for tag in tags:
        projects.git(root, "fetch", "--quiet", "--depth=1", "origin", f"refs/tags/{tag}:refs/tags/{tag}")
    outcome = set_up(root, world, PLAIN)
    assert [found.check for found in outcome.findings].count(TAG_FORMAT_FITS.id) == said


def test_who_compiles_is_told_that_wheels_are_another_matter(tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", PLAIN)
    projects.write(root, {"setup.py": "from setuptools import setup\nsetup(ext_modules=[Extension('a', ['a.c'])])\n"})
    outcome = set_up(root, world, PLAIN)
    assert [f"{found.severity}: {found.message}" for found in outcome.findings] == snapshot(
        [
            (
                "note: hello has compiled modules (ext_modules): the workflow releases its sdist, and no wheels but what"
                " one Linux machine builds"
            )
        ]
    )


@pytest.mark.parametrize(
    "table",
    ["tool = {x = {}}\n", "[tool]\npypublish = {}\n"],
    ids=["an inline table", "settings in another form"],
)
def test_a_pyproject_that_nothing_can_be_appended_to_is_left_alone(table: str, tmp_path: Path, world: World) -> None:
    shape = Shape(
        files={
            "pyproject.toml": f"{table if table.startswith('tool') else ''}{pyproject()}{table if table.startswith('[') else ''}"
        }
    )
    root = make(tmp_path / "it", shape)
    before = (root / "pyproject.toml").read_bytes()
    outcome = set_up(root, world, shape)
    assert (root / "pyproject.toml").read_bytes() == before
    told = [found.hint for found in outcome.findings if found.check == "settings-are-written"]
    assert [hint.splitlines()[:2] for hint in told] == (
        [["Add by hand:", "[tool.pypublish]"]] if table.startswith("tool") else []
    )


def test_line_ends_stay(tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", PLAIN)
    path = root / "pyproject.toml"
    path.write_bytes(pyproject().replace("\n", "\r\n").encode())
    set_up(root, world, PLAIN)
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n") > 10


def test_a_setting_that_does_not_tell_packages_apart_is_said(tmp_path: Path, world: World) -> None:
    own = "[tool.pypublish]\nstrict = false\n"
    shape = Shape(
        files={"a/pyproject.toml": pyproject(name="a-1", more=own), "b/pyproject.toml": pyproject(name="b-1")}
    )
    outcome = set_up(make(tmp_path / "it", shape), world, shape)
    assert [f"{found.where}: {found.message}" for found in outcome.findings] == snapshot(
        ["a/pyproject.toml:8: a-1 has tags like 'v{version}', which do not name it among the packages"]
    )


@pytest.mark.parametrize(
    ("files", "folder", "message"),
    [
        (
            {"pyproject.toml": "x = [\n"},
            ".",
            snapshot("pyproject.toml does not read: Invalid value (at end of document)"),
        ),
        ({"README.md": ""}, ".", snapshot("there is no pyproject.toml in TMP/it")),
        ({"setup.py": "setup()"}, ".", snapshot("there is no pyproject.toml in TMP/it")),
        (
            {"pyproject.toml": "[build-system]\nrequires = []\n"},
            ".",
            snapshot("pyproject.toml does not name the project"),
        ),
        (
            {"pyproject.toml": '[project]\nname = "he llo"\nversion = "1"\n'},
            ".",
            snapshot("'he llo' is no name for a package"),
        ),
        (
            {"pyproject.toml": '[project]\nname = "x"\nclassifiers = ["Private :: Do Not Upload"]\n'},
            ".",
            snapshot("x is not meant to be published: pyproject.toml says so"),
        ),
        (
            {"a/pyproject.toml": '[project]\nname = "x"\n[tool.uv]\npackage = false\n'},
            "a",
            snapshot("x is not meant to be published: pyproject.toml says so"),
        ),
        (
            {"x${{ y }}/pyproject.toml": pyproject()},
            ".",
            snapshot("the folder 'x${{ y }}' cannot be named in a workflow"),
        ),
        (
            {"pyproject.toml": pyproject(more="[tool.pypublish]\ntagformat = 1\n")},
            ".",
            snapshot("""\
[tool.pypublish] in pyproject.toml does not read
  tagformat: no such key; did you mean 'tag-format'?\
"""),
        ),
        (
            {"pyproject.toml": pyproject()},
            "pyproject.toml",
            snapshot("TMP/it/pyproject.toml is a file, not a project's folder"),
        ),
        ({"pyproject.toml": pyproject()}, "nowhere", snapshot("TMP/it/nowhere does not exist")),
    ],
)
def test_what_cannot_be_set_up_is_said(
    files: dict[str, str], folder: str, message: str, tmp_path: Path, world: World
) -> None:
    root = make(tmp_path / "it", Shape(files=files))
    before = files_of(root)
    with pytest.raises(UsageError) as raised:
        set_up(root / folder, world, PLAIN)
    assert str(raised.value).replace(str(tmp_path), "TMP") == message
    assert raised.value.hint
    assert files_of(root) == before


@pytest.mark.parametrize("there", [".github", ".github/workflows"])
def test_a_file_where_a_folder_has_to_be(there: str, tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", PLAIN)
    projects.write(root, {there: ""})
    with pytest.raises(UsageError, match=r"cannot be written: (Not a directory|File exists)"):
        set_up(root, world, PLAIN)


def test_one_link_out_of_the_repository_and_nothing_at_all_is_written(tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", PLAIN)
    (root / "PUBLISHING.md").symlink_to(tmp_path / "elsewhere.md")
    with pytest.raises(UsageError, match="leads by a symbolic link to outside"):
        set_up(root, world, PLAIN)
    assert not (root / ".github").exists()
    assert not (tmp_path / "elsewhere.md").exists()


def test_nothing_is_written_through_a_link_out_of_the_repository(tmp_path: Path, world: World) -> None:
    root = make(tmp_path / "it", PLAIN)
    (tmp_path / "elsewhere").mkdir()
    (root / ".github").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="leads by a symbolic link to outside"):
        set_up(root, world, PLAIN)
    assert list((tmp_path / "elsewhere").iterdir()) == []
