"""What is proposed to a project that is no package yet, and how it is found out."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.checks import setup_files
from pypublish.checks.license_text import license_of_classifiers, license_of_text
from pypublish.checks.packaging import propose
from pypublish.layout import ImportPackage, Layout

MIT = """Copyright (c) Jo

Permission is hereby granted, free of charge, to any person obtaining a copy …
The above copyright notice and this permission notice shall be included … THE SOFTWARE IS PROVIDED "AS IS" …
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MIT, "MIT"),
        (MIT.replace(" ", "\n  "), "MIT"),
        (MIT.replace("The above copyright notice and this permission notice shall be included … ", ""), "MIT-0"),
        ("Apache License\n   Version 2.0, January 2004\n", "Apache-2.0"),
        ("GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", "GPL-3.0-only"),
        ("GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007 … GNU General Public License", "LGPL-3.0-only"),
        ("Mozilla Public License Version 2.0", "MPL-2.0"),
        ("Redistribution and use in source and binary forms, with …", "BSD-2-Clause"),
        ("Redistribution and use in source and binary forms … to endorse or promote products", "BSD-3-Clause"),
        ("This is free and unencumbered software released into the public domain.", "Unlicense"),
        ("All rights reserved.", ""),
        ("", ""),
    ],
)
def test_a_licence_is_known_by_its_text(text: str, expected: str) -> None:
    assert license_of_text(text) == expected


@pytest.mark.parametrize(
    ("classifiers", "expected"),
    [
        (["License :: OSI Approved :: MIT License"], "MIT"),
        (["License :: OSI Approved"], ""),
        (["License :: OSI Approved :: BSD License"], ""),
        (["License :: OSI Approved :: MIT License", "License :: OSI Approved :: Apache Software License"], ""),
        (["Topic :: Utilities"], ""),
    ],
)
def test_a_classifier_names_a_licence_where_it_names_one_alone(classifiers: list[str], expected: str) -> None:
    assert license_of_classifiers(classifiers) == expected


SETUP = """
    from setuptools import setup
    import setuptools
    VERSION = "1.2"
    setup(name="old", version=VERSION, install_requires=read("req.txt"), keywords="a b",
          entry_points={"console_scripts": ["Old=old:main"]})
"""


@pytest.mark.parametrize(
    ("cfg", "script", "values", "computed"),
    [
        (
            None,
            SETUP,
            {
                "name": "old",
                "version": "1.2",
                "keywords": "a b",
                "entry_points": {"console_scripts": ["Old=old:main"]},
            },
            {"install_requires"},
        ),
        ("[metadata]\nname = new\nversion = attr: x.y\n", SETUP.replace("VERSION,", '"9",'), None, None),
        ("[metadata]\nauthor-email = a@b.c\n", None, {"author_email": "a@b.c"}, set()),
        (None, "import setuptools\nsetuptools.setup()", {}, set()),
        (None, "print('nothing is set up')", {}, set()),
        (None, "setup(**everything)", {}, set(setup_files.FIELDS)),
        (None, "print 'of Python 2'", {}, set(setup_files.FIELDS)),
        ("no section", None, {}, set(setup_files.FIELDS)),
    ],
)
def test_the_old_files_are_read_and_not_run(
    cfg: str | None, script: str | None, values: dict[str, object] | None, computed: set[str] | None
) -> None:
    found = setup_files.read(cfg, dedent(script) if script is not None else None)
    if values is None:  # setup.cfg counts where both say something
        assert found.text("name") == "new"
        assert found.computed >= {"version"}
        return
    assert dict(found.values) == values
    assert found.computed == frozenset(computed or ())


@given(st.text(), st.text())
def test_no_old_file_breaks_the_reading(cfg: str, script: str) -> None:
    setup_files.read(cfg, script)


def test_an_empty_folder_becomes_a_package() -> None:
    proposal = propose(
        Layout(folder="My Thing", author=("Jo", "jo@example.org"), repository="https://github.com/jo/my-thing")
    )
    assert proposal.pyproject == snapshot("""\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "my-thing"
version = "0.1.0"
requires-python = ">=3.11"
authors = [{name = "Jo", email = "jo@example.org"}]
classifiers = [
    "Development Status :: 3 - Alpha",
    "Programming Language :: Python :: 3 :: Only",
    "Programming Language :: Python :: 3.11",
    "Programming Language :: Python :: 3.12",
    "Programming Language :: Python :: 3.13",
    "Programming Language :: Python :: 3.14",
    "Programming Language :: Python :: 3.15",
    "Typing :: Typed",
]

[project.urls]
Source = "https://github.com/jo/my-thing"
Issues = "https://github.com/jo/my-thing/issues"
""")
    assert sorted(proposal.files) == ["src/my_thing/__init__.py", "src/my_thing/py.typed"]
    assert proposal.advice == snapshot(
        (
            "No version was found; 0.1.0 is a beginning.",
            "There is no licence file: without one nobody may use the package. https://choosealicense.com helps.",
            "There is no readme: the page on PyPI would be empty.",
        )
    )


def test_an_old_project_keeps_what_it_says() -> None:
    layout = Layout(
        folder="old",
        setup_py=dedent(SETUP),
        packages=(ImportPackage(name="old", path="old", annotated=True),),
        license_files=("LICENSE",),
        license_text=MIT,
        readme="README.md",
        readme_text="# Old\n\n[![badge](x)](y)\n\nDoes **old** things with [care](https://x). And more.\n",
    )
    proposal = propose(layout)
    assert proposal.pyproject == snapshot("""\
[build-system]
requires = ["setuptools>=77.0.3"]
build-backend = "setuptools.build_meta"

[project]
name = "old"
version = "1.2"
description = "Does old things with care."
readme = "README.md"
license = "MIT"
license-files = ["LICENSE"]
keywords = ["a", "b"]
classifiers = ["Typing :: Typed"]
dynamic = ["dependencies"]

[project.scripts]
Old = "old:main"
""")
    assert proposal.files == {"old/py.typed": ""}
    assert proposal.advice == snapshot(
        (
            "setup.py computes dependencies: that stays there, and [project] calls it dynamic.",
            'Nothing says which Pythons the project runs on; requires-python would, as in requires-python = ">=3.11".',
            "What [project] has now can go from setup.py: setuptools takes it from pyproject.toml.",
            "The package lies beside the tests, so that they import the tree and not what was installed; moving it below src/ mends that.",
        )
    )


def test_what_stands_in_a_pyproject_stays_with_its_comments() -> None:
    pyproject = """\
# ours
[project]
name = "calc" # short
version = "1.0"
license = {file = "LICENSE"}
classifiers = ["License :: OSI Approved :: MIT License", "Topic :: Utilities"]

[tool.ruff]
line-length = 88 # wide
"""
    layout = Layout(
        folder="calc",
        pyproject=pyproject,
        packages=(ImportPackage(name="calc", path="src/calc"),),
        license_files=("LICENSE",),
        license_text=MIT,
    )
    assert propose(layout).pyproject == snapshot("""\
# ours
[project]
name = "calc" # short
version = "1.0"
license = "MIT"
classifiers = ["Topic :: Utilities"]
requires-python = ">=3.11"
license-files = ["LICENSE"]

[tool.ruff]
line-length = 88 # wide

[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"
""")


def test_what_is_complete_is_left_alone() -> None:
    first = propose(Layout(folder="thing", license_text=MIT, license_files=("LICENSE",))).pyproject
    package = ImportPackage(name="thing", path="src/thing", typed=True)
    layout = Layout(
        folder="thing", pyproject=first, packages=(package,), license_text=MIT, license_files=("LICENSE",), readme=""
    )
    assert propose(layout).pyproject == first


@pytest.mark.parametrize(
    ("requires", "has_expression"),
    [
        ('["setuptools>=61"]', True),
        ('["setuptools<70"]', False),
        ('["flit_core >=3.2,<4"]', True),
        ('["hatchling==1.20"]', False),
        ('["something-else"]', True),
    ],
)
def test_a_backend_that_is_held_back_gets_no_licence_expression(requires: str, *, has_expression: bool) -> None:
    pyproject = f'[build-system]\nrequires = {requires}\nbuild-backend = "x"\n'
    layout = Layout(
        folder="thing",
        pyproject=pyproject,
        packages=(ImportPackage(name="thing", path="src/thing"),),
        license_text=MIT,
        license_files=("LICENSE",),
    )
    proposal = propose(layout)
    assert ("license =" in proposal.pyproject) is has_expression
    assert any("licence expressions" in words for words in proposal.advice) is not has_expression


@pytest.mark.parametrize("tool", ["poetry", "flit"])
def test_metadata_of_another_tool_stay_where_they_are(tool: str) -> None:
    pyproject = f'[tool.{tool}]\nname = "x"\n'
    proposal = propose(Layout(folder="x", pyproject=pyproject))
    assert proposal.pyproject == pyproject
    assert not proposal.files


@pytest.mark.parametrize(("version", "is_alpha"), [("0.3", True), ("1.2.0", False)])
def test_what_has_grown_up_is_not_called_an_alpha(version: str, *, is_alpha: bool) -> None:
    pyproject = f'[build-system]\nrequires = ["hatchling"]\n[project]\nname = "a"\nversion = "{version}"\n'
    proposal = propose(Layout(folder="a", pyproject=pyproject, packages=(ImportPackage(name="a", path="a"),)))
    assert ("Alpha" in proposal.pyproject) == is_alpha
