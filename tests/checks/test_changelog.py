"""The changelog: which file it is, and what is missing in it before a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypublish.checks.changelog import Announced, likely, read
from pypublish.checks.project import parse
from pypublish.edges.tree import read_tree
from pypublish.settings import Settings
from pypublish.stages.changelog import find_changelog, judge_changelog
from tests import projects
from tests.checks.examples import say


@pytest.mark.parametrize(
    ("files", "tool", "named", "expected"),
    [
        (["NEWS.rst", "CHANGELOG.md", "README.md"], {}, "", ["CHANGELOG.md", "NEWS.rst"]),
        (["docs/changelog.rst", "HISTORY.txt"], {}, "", ["HISTORY.txt", "docs/changelog.rst"]),
        (["CHANGES", "changes.py", "release-notes.md"], {}, "", ["CHANGES", "release-notes.md"]),
        (["CHANGELOG.md"], {"towncrier": {"filename": "doc/news.md"}}, "", ["doc/news.md", "CHANGELOG.md"]),
        (["CHANGELOG.md"], {"towncrier": "odd", "scriv": {"changelog": 7}}, "", ["CHANGELOG.md"]),
        (["CHANGELOG.md"], {}, "docs/whatever.md", ["docs/whatever.md"]),
    ],
)
def test_which_file_may_be_the_changelog(
    files: list[str], tool: dict[str, object], named: str, expected: list[str]
) -> None:
    assert list(likely(files, named=named, tool=tool)) == expected


def found_in(root: Path, changelog: str = "") -> str | None:
    source = parse(read_tree(root))
    found = find_changelog(source, Settings(changelog=changelog), "hello")
    return found.file if found is not None else None


def test_a_file_that_only_points_elsewhere_is_no_changelog(tmp_path: Path) -> None:
    projects.write(tmp_path, {"CHANGELOG.md": "See the releases on GitHub.\n", "docs/changes.rst": "1.2\n===\n\nx\n"})
    assert found_in(tmp_path) == "docs/changes.rst"
    assert found_in(tmp_path, changelog="../outside.md") is None
    assert found_in(tmp_path, changelog="\0") is None


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    projects.write(tmp_path, {"outside.md": "## 1.2.0\n\nx\n", "hello/a": ""})
    (tmp_path / "hello" / "CHANGELOG.md").symlink_to(tmp_path / "outside.md")
    assert found_in(tmp_path / "hello") is None


def announced(text: str | None, *, version: str = "1.2.0", binding: bool = True, missing: str = "") -> Announced:
    changelog = None if text is None else read("CHANGELOG.md", text, "hello")
    return Announced(name="hello", version=version, binding=binding, changelog=changelog, missing=missing)


@pytest.mark.parametrize(
    ("subject", "says"),
    [
        (announced(None), ()),
        (announced("## 1.2.0\n\n- Hello.\n"), ()),
        (announced("## [Unreleased]\n\n- Hello.\n", binding=False), ()),
        (announced("## [Unreleased]\n\n- Hello.\n", version="1.2.0rc1"), ()),
        (announced("## [Unreleased]\n\n- Hello.\n"), ("CHANGELOG.md:1: it has no section for 1.2.0",)),
        (announced("## 1.1.0\n\n- Old.\n"), ("CHANGELOG.md: it has no section for 1.2.0",)),
        (announced("## 1.1.0\n", binding=False), ("CHANGELOG.md: it has no section for 1.2.0 [note]",)),
        (announced("## 1.2.0\n\n## 1.1.0\n"), ("CHANGELOG.md:1: its section for 1.2.0 is empty",)),
        (
            announced("## 1.2.0 (unreleased)\n\n- Hello.\n"),
            ("CHANGELOG.md:1: its section for 1.2.0 still says unreleased",),
        ),
        (announced("## 1.2.0 (unreleased)\n\n- Hello.\n", binding=False), ()),
        (announced("## Version 1.2.0\n\nReleased 2026-11-20\n\n- Hello.\n"), ()),
        (
            announced("## Version 1.2.0\n\nUnreleased\n\n- Hello.\n"),
            ("CHANGELOG.md:1: its section for 1.2.0 still says unreleased",),
        ),
        (
            announced(None, missing="NEWS.md"),
            ("pyproject.toml: the setting changelog names NEWS.md, but there is no such file, or none that reads",),
        ),
    ],
)
def test_the_changelog_has_the_version(subject: Announced, says: tuple[str, ...]) -> None:
    assert say("changelog-has-the-version", subject) == says


def test_it_is_judged_as_soon_as_the_version_is_known(tmp_path: Path) -> None:
    projects.write(tmp_path, {"CHANGES.md": "## 1.1.0\n\n- Old.\n"})
    source = parse(read_tree(tmp_path))
    assert judge_changelog(source, Settings(), name="hello", version=None, binding=True) == ()
    (found,) = judge_changelog(source, Settings(), name="hello", version="1.2.0", binding=True)
    assert str(found.where) == "CHANGES.md"
    waived = Settings(ignore={"changelog-has-the-version": "we write it afterwards"})
    (found,) = judge_changelog(source, waived, name="hello", version="1.2.0", binding=True)
    assert found.ignored == "we write it afterwards"
