"""setup.cfg, read as setuptools reads it: both delimiters, names as they are spelled, values that refer to others."""

from __future__ import annotations

import pytest

from pypublish.checks import setup_files
from pypublish.checks.packaging import propose
from pypublish.layout import ImportPackage, Layout

WITH_COLONS = """\
[metadata]
name: hello
version : 1.2
description: Says: hello = all there is
[options]
install_requires:
    a>=1
    b; python_version<"4"
[options.extras_require]
Test: pytest
docs = sphinx; extra == "x:y"
[options.entry_points]
console_scripts:
    Hello = hello.cli:main
    hi=hello:Hi.say
gui_scripts = window = hello:window
"""


def test_a_colon_does_where_an_equals_sign_does() -> None:
    found = setup_files.read(WITH_COLONS, None)
    assert (found.text("name"), found.text("version")) == ("hello", "1.2")
    assert found.text("description") == "Says: hello = all there is"
    assert found.texts("install_requires") == ("a>=1", 'b; python_version<"4"')
    assert found.table("extras_require") == {"Test": ("pytest",), "docs": ('sphinx; extra == "x:y"',)}
    assert setup_files.groups(found) == {
        "console_scripts": {"Hello": "hello.cli:main", "hi": "hello:Hi.say"},
        "gui_scripts": {"window": "hello:window"},
    }
    assert found.computed == frozenset()


@pytest.mark.parametrize(
    ("said", "meant"), [("100%% sure", "100% sure"), ("%(name)s says hello", "hello says hello")], ids=["%", "%()s"]
)
def test_a_percent_sign_means_what_it_means_to_setuptools(said: str, meant: str) -> None:
    assert setup_files.read(f"[metadata]\nname = hello\ndescription = {said}\n", None).text("description") == meant


@pytest.mark.parametrize(
    "cfg",
    [
        "[metadata]\nname = hello\ndescription = 50% off\n",
        "[metadata]\nname = hello\n[options.extras_require]\n:python_version<'3' = x\n",
    ],
    ids=["a bare %", "an extra without a name"],
)
def test_what_setuptools_cannot_read_tells_nothing(cfg: str) -> None:
    found = setup_files.read(cfg, None)
    assert (dict(found.values), found.computed) == ({}, frozenset(setup_files.FIELDS))


def test_what_an_entry_point_of_setup_py_runs_has_a_colon_too() -> None:
    script = 'setup(entry_points="""\n[console_scripts]\nhello = hello.cli:main\n[other.group]\na:b = hello:b\n""")'
    assert setup_files.groups(setup_files.read(None, script)) == {
        "console_scripts": {"hello": "hello.cli:main"},
        "other.group": {"a:b": "hello:b"},
    }


def test_what_is_proposed_of_a_file_with_colons_keeps_all_of_it() -> None:
    layout = Layout(folder="old", setup_cfg=WITH_COLONS, packages=(ImportPackage(name="hello", path="hello"),))
    proposed = propose(layout).pyproject
    for line in (
        'name = "hello"',
        'version = "1.2"',
        'description = "Says: hello = all there is"',
        'Hello = "hello.cli:main"',
        'window = "hello:window"',
    ):
        assert line in proposed.splitlines(), line
