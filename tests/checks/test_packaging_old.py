"""What an old project is proposed builds as it did before, and what a person has to decide is said."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from pypublish.checks.packaging import propose
from pypublish.layout import ImportPackage, Layout

OLD = 'from setuptools import setup\nsetup(name="old", version="1.0", description="Old.")\n'


def test_an_old_project_is_not_narrowed() -> None:
    proposal = propose(Layout(folder="old", setup_py=OLD, packages=(ImportPackage(name="old", path="old"),)))
    assert proposal.pyproject == snapshot("""\
[build-system]
requires = ["setuptools>=77.0.3"]
build-backend = "setuptools.build_meta"

[project]
name = "old"
version = "1.0"
description = "Old."
""")
    assert (
        'Nothing says which Pythons the project runs on; requires-python would, as in requires-python = ">=3.11".'
        in (proposal.advice)
    )


@pytest.mark.parametrize(
    ("script", "unnamed"),
    [
        ("import old\n", True),
        ("from old.version import __version__\n", True),
        ("def version():\n    import old\n", True),
        ("import sys\nsys.path.insert(0, '.')\nimport old\n", False),
        ("import os, json\n", False),
        ("from . import old\n", False),
    ],
)
def test_a_setup_script_that_imports_its_own_folder_is_called_as_before(script: str, *, unnamed: bool) -> None:
    layout = Layout(
        folder="old",
        setup_py=script + OLD,
        packages=(ImportPackage(name="old", path="old"),),
        beside=frozenset({"old", "setup"}),
    )
    proposal = propose(layout)
    assert ("build-backend" not in proposal.pyproject) == unnamed
    assert any(line.startswith("setup.py imports old") for line in proposal.advice) == unnamed


@pytest.mark.parametrize(
    ("script", "manifest_in", "expected"),
    [
        (OLD, True, True),
        (OLD, False, False),
        (OLD.replace("name=", "include_package_data=True, name="), True, False),
        ("from setuptools import setup\nsetup(**everything)\n", True, False),
    ],
)
def test_data_that_were_not_in_the_wheel_stay_out_of_it(script: str, *, manifest_in: bool, expected: bool) -> None:
    layout = Layout(
        folder="old",
        setup_py=script,
        packages=(ImportPackage(name="old", path="old"),),
        has_manifest_in=manifest_in,
    )
    assert ("include-package-data = false" in propose(layout).pyproject) == expected


def test_a_name_that_is_computed_is_not_guessed() -> None:
    layout = Layout(
        folder="old",
        setup_py="from setuptools import setup\nsetup(**everything)\n",
        packages=(ImportPackage(name="helper", path="helper"),),
    )
    proposal = propose(layout)
    assert "helper" not in proposal.pyproject
    assert [line.partition(",")[0] for line in proposal.advice] == ["setup.py computes the project's name"]


def test_a_name_that_package_and_repository_share_is_taken_and_said() -> None:
    layout = Layout(
        folder="here",
        setup_py="from setuptools import setup\nsetup(**everything)\n",
        packages=(ImportPackage(name="old_thing", path="old_thing"),),
        repository="https://github.com/acme/Old-Thing",
    )
    proposal = propose(layout)
    assert 'name = "old-thing"' in proposal.pyproject
    assert any("'old-thing' is taken" in line for line in proposal.advice)


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("description='x'", ()),
        ("long_description=read('README.md') + read('NEWS.md')", ("setup.py puts the description together",)),
        ("long_description='Another.'", ("setup.py has a description of its own",)),
        ("long_description='# Old'", ()),
    ],
)
def test_another_description_than_the_readme_is_said(said: str, advice: tuple[str, ...]) -> None:
    layout = Layout(
        folder="old",
        setup_py=OLD.replace("name=", f"{said}, name=") if "long" in said else OLD,
        packages=(ImportPackage(name="old", path="old"),),
        readme="README.md",
        readme_text="# Old\n",
    )
    found = tuple(line.partition(" (")[0].partition(";")[0] for line in propose(layout).advice)
    assert tuple(line for line in found if "description" in line) == advice


@pytest.mark.parametrize(
    ("cfg", "expected"),
    [
        ("keywords =\n    package manager\n    url\n", 'keywords = ["package manager", "url"]'),
        ("keywords = one two\n", 'keywords = ["one", "two"]'),
        ("keywords = package manager, url\n", 'keywords = ["package manager", "url"]'),
        ("classifier =\n    Topic :: Utilities\n", 'classifiers = ["Topic :: Utilities"]'),
        ("home_page = https://x.example\n", 'Homepage = "https://x.example"'),
    ],
)
def test_setup_cfg_is_read_as_setuptools_reads_it(cfg: str, expected: str) -> None:
    layout = Layout(
        folder="old",
        setup_cfg=f"[metadata]\nname = old\n{cfg}",
        packages=(ImportPackage(name="old", path="old"),),
    )
    assert expected in propose(layout).pyproject
