"""Names for new projects."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.pypi import names


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hello", snapshot(None)),
        ("Flask_Login", snapshot("409: The name 'Flask_Login' conflicts with an existing project. See https://pypi.org/help/#project-name for more information.")),
        ("f1ask-l0gin", snapshot("400: The name 'f1ask-l0gin' is too similar to an existing project. See https://pypi.org/help/#project-name for more information.")),
        ("flasklogin", snapshot("400: The name 'flasklogin' is too similar to an existing project. See https://pypi.org/help/#project-name for more information.")),
        ("-hello", snapshot("400: The name '-hello' is invalid.")),
        ("hellö", snapshot("400: The name 'hellö' is invalid.")),
        ("hello\n", snapshot("400: The name 'hello\\n' is invalid.")),
        ("JSON", snapshot("400: The name 'JSON' isn't allowed (conflict with Python Standard Library module name). See https://pypi.org/help/#project-name for more information.")),
        ("xml.etree", snapshot("400: The name 'xml.etree' isn't allowed (conflict with Python Standard Library module name). See https://pypi.org/help/#project-name for more information.")),
        ("requirements.txt", snapshot("400: The name 'requirements.txt' isn't allowed. See https://pypi.org/help/#project-name for more information.")),
    ],
)  # fmt: skip
def test_each_reason(name: str, said: str | None) -> None:
    answer = names.judge(name, existing={"flask-login"})
    assert (f"{answer.status}: {answer.message}" if answer else None) == said


def test_this_pythons_modules_are_among_the_names_that_are_kept() -> None:
    missing = {
        name
        for name in map(names.normalise, sys.stdlib_module_names)
        if name.strip("-") not in names.standard_modules()
    }
    assert missing == set()


@given(st.text())
def test_no_name_is_too_odd(name: str) -> None:
    names.judge(name, existing={"x"})
    assert names.look_alike(names.look_alike(name)) == names.look_alike(name)
