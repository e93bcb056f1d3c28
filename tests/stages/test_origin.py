"""An sdist beside the repository that it was made of, from git to the finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.checks.project import describe, parse
from pypublish.edges.tree import read_tree
from pypublish.edges.world import World
from pypublish.model import Release
from pypublish.stages.origin import Tree
from tests import projects
from tests.factories import sdist

PYPROJECT = '[project]\nname = "hello"\nversion = "1.0.0"\n'
FILES = {"pyproject.toml": PYPROJECT, "src/hello/__init__.py": "", "README.md": "# hello\n"}

Judge = Callable[..., list[str]]


@pytest.fixture
def judge(tmp_path: Path, world: World) -> Judge:
    """Judge an sdist of FILES, and of what is packed otherwise, beside the project in a folder."""

    def judge(
        root: Path,
        packed: Mapping[str, str | bytes] | None = None,
        *,
        built_in: Path | None = None,
        tag: str | None = "v1.0.0",
        as_it_stands: bool = False,
        generated: Mapping[str, str] | None = None,
    ) -> list[str]:
        project = describe(parse(read_tree(root)))
        assert project is not None
        commit = projects.git(root, "rev-parse", "HEAD").strip() if (tmp_path / "top" / ".git").exists() else None
        tree = Tree(
            source=lambda: built_in or root,
            project=project,
            release=Release(name="hello", version="1.0.0", tag=tag, commit=commit, epoch=0),
            as_it_stands=as_it_stands,
            generated=generated or {},
            world=world,
        )
        made = sdist({**FILES, **(packed or {})}).dist(project)
        return [
            f"{found.severity} {found.message}".replace(commit[:7] if commit else "-", "COMMIT")
            for found in tree.judge(made) or ()
        ]

    return judge


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = projects.write(tmp_path / "top", FILES)
    projects.commit(folder, "v1.0.0")
    return folder


def test_an_sdist_of_the_commit_is_that(top: Path, judge: Judge) -> None:
    assert judge(top) == []


def test_a_changed_file_is_found_whatever_the_tree_has_by_now(top: Path, judge: Judge) -> None:
    (top / "src" / "hello" / "__init__.py").write_text("import evil")
    assert judge(top, {"src/hello/__init__.py": "import evil"}) == [
        "error src/hello/__init__.py is not as in commit COMMIT"
    ]


def test_a_file_that_is_in_no_commit_is_found(top: Path, judge: Judge) -> None:
    (top / "src" / "hello" / "stray.py").write_text("x = 1")
    assert judge(top, {"src/hello/stray.py": "x = 1"}) == ["warning not in commit COMMIT: src/hello/stray.py"]


def test_what_is_named_with_a_reason_is_a_note_that_gives_the_reason(top: Path, judge: Judge) -> None:
    found = judge(top, {"src/hello/made.py": "x = 1"}, generated={"src/*/made.py": "made of hello.lark"})
    assert found == ["note made by the build: src/hello/made.py (made of hello.lark)"]


def test_a_package_in_a_subdirectory_with_the_licence_of_the_repository(tmp_path: Path, judge: Judge) -> None:
    top = projects.write(tmp_path / "top", {"LICENSE": "MIT\n", "README.md": "# all of them\n"})
    root = projects.write(top / "packages" / "hello", FILES)
    (root / "COPYING").symlink_to("../../LICENSE")
    projects.commit(top, "v1.0.0")
    licences = {"LICENSE": "MIT\n", "COPYING": "MIT\n"}
    assert judge(root, licences) == []
    assert judge(root, {**licences, "COPYING": "not MIT\n"}) == ["error COPYING is not as in commit COMMIT"]
    assert judge(root, {**licences, "README.md": "# other\n"}) == ["error README.md is not as in commit COMMIT"]


def test_files_below_a_linked_folder(top: Path, judge: Judge) -> None:
    projects.write(top, {"shared/data.txt": "data"})
    (top / "src" / "hello" / "shared").symlink_to("../../shared")
    projects.commit(top)
    assert judge(top, {"src/hello/shared/data.txt": "data"}) == []
    assert judge(top, {"src/hello/shared/data.txt": "other"}) == [
        "error src/hello/shared/data.txt is not as in commit COMMIT"
    ]


def test_line_ends_are_as_the_repository_wants_them(top: Path, judge: Judge) -> None:
    projects.write(top, {".gitattributes": "*.bat text eol=crlf\n"})
    (top / "run.bat").write_bytes(b"run\r\n")
    projects.commit(top)
    assert judge(top, {"run.bat": b"run\r\n"}) == []
    assert judge(top, {"run.bat": b"run\n"}) == []
    assert judge(top, {"README.md": b"# hello\r\n"}) == ["error README.md is not as in commit COMMIT"]


def test_what_archives_substitute(top: Path, judge: Judge) -> None:
    projects.write(top, {".gitattributes": "v.txt export-subst\n", "v.txt": "$Format:%s$\n"})
    projects.commit(top, message="subject")
    assert judge(top, {"v.txt": "subject\n"}) == []
    assert judge(top, {"v.txt": "$Format:%s$\n"}) == []
    assert judge(top, {"v.txt": "other\n"}) == ["error v.txt is not as in commit COMMIT"]


@pytest.fixture
def clone(top: Path, tmp_path: Path) -> Path:
    """The clone in which the user's changes are built, too."""
    projects.git(top, "clone", "--quiet", ".", str(tmp_path / "clone"))
    projects.write(tmp_path / "clone", {"README.md": "# changed\n"})
    projects.git(tmp_path / "clone", "add", "--all")
    projects.write(top, {"README.md": "# changed\n"})
    return tmp_path / "clone"


COMPARED = "note compared with the tree as it was built, changes included that are not committed: README.md"


@pytest.mark.parametrize("tag", ["v1.0.0", None])
def test_changes_that_are_not_committed_are_rehearsed(top: Path, clone: Path, judge: Judge, tag: str | None) -> None:
    as_built = {"README.md": "# changed\n"}
    assert judge(top, as_built, built_in=clone, tag=tag, as_it_stands=True) == [COMPARED]
    evil = {**as_built, "src/hello/__init__.py": "import evil"}
    assert judge(top, evil, built_in=clone, tag=tag, as_it_stands=True) == [
        "error src/hello/__init__.py is not as in the tree",
        COMPARED,
    ]
    assert judge(top, built_in=clone, tag=tag, as_it_stands=True) == [
        "error README.md is not as in the tree",
        COMPARED,
    ]


def test_a_release_in_earnest_is_the_commit_and_nothing_else(top: Path, clone: Path, judge: Judge) -> None:
    assert judge(top, {"README.md": "# changed\n"}, built_in=clone) == ["error README.md is not as in commit COMMIT"]


def test_a_rehearsal_in_the_tree_itself(top: Path, judge: Judge) -> None:
    (top / "README.md").write_text("# changed\n")
    assert judge(top, {"README.md": "# changed\n"}, tag=None) == [COMPARED]
    assert judge(top, tag=None) == ["error README.md is not as in the tree", COMPARED]


def test_a_rehearsal_of_a_clean_tree_is_compared_with_the_commit(top: Path, judge: Judge) -> None:
    assert judge(top, {"README.md": "odd"}, as_it_stands=True) == ["error README.md is not as in commit COMMIT"]


def test_where_nothing_is_known_of_the_release_the_tree_may_have_moved_on(top: Path, world: World) -> None:
    project = describe(parse(read_tree(top)))
    tree = Tree(source=lambda: top, project=project, release=None, generated={}, world=world)
    found = tree.judge(sdist({**FILES, "README.md": "older"}).dist(project))
    assert [one.severity.value for one in found or ()] == ["warning"]


@pytest.mark.parametrize("has_source", [True, False])
def test_without_git_nothing_is_said(tmp_path: Path, world: World, *, has_source: bool) -> None:
    root = projects.write(tmp_path / "project", FILES)
    project = describe(parse(read_tree(root)))
    tree = Tree(source=(lambda: root) if has_source else None, project=project, release=None, generated={}, world=world)
    assert tree.judge(sdist(FILES).dist(project)) is None


def test_without_a_commit_nothing_is_said(tmp_path: Path, world: World) -> None:
    root = projects.write(tmp_path / "project", FILES)
    projects.git(root, "init", "--quiet")
    project = describe(parse(read_tree(root)))
    tree = Tree(source=lambda: root, project=project, release=None, generated={}, world=world)
    assert tree.judge(sdist(FILES).dist(project)) is None


def test_an_sdist_that_cannot_be_read_to_its_end_is_not_compared(top: Path, world: World) -> None:
    project = describe(parse(read_tree(top)))
    tree = Tree(source=lambda: top, project=project, release=None, generated={}, world=world)
    made = sdist(FILES)
    assert tree.judge(replace(made, content=made.content[:-60]).dist(project)) is None
