"""What a wheel depends on directly, and the environment in which it failed."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from pypublish.checks.failing import described
from pypublish.checks.lowest import direct_requirements, names_on, unbounded
from pypublish.model import Installation


@pytest.mark.parametrize(
    ("requires", "extras", "wanted"),
    [
        ((), (), ()),
        (("rich>=12",), (), ("rich>=12",)),
        (("rich[jupyter]>=12",), (), ("rich[jupyter]>=12",)),
        (('tomli>=1; python_version < "3.11"',), (), ('tomli>=1 ; python_version < "3.11"',)),
        (('click; extra == "cli"',), (), ('click ; python_version < "0"',)),
        (('click; extra == "C.L_I"',), ("c-l-i",), ('click ; python_version >= "0"',)),
        (
            ("click; python_version < '3.12' and (extra == 'cli' or extra == 'all')",),
            ("all",),
            ('click ; python_version < "3.12" and (python_version < "0" or python_version >= "0")',),
        ),
        (
            ("hello @ https://example.org/hello.whl ; os_name == 'nt'",),
            (),
            ('hello @ https://example.org/hello.whl ; os_name == "nt"',),
        ),
        (("no requirement at all",), (), ()),
    ],
)
def test_requirements_are_those_of_the_extras(
    requires: tuple[str, ...], extras: tuple[str, ...], wanted: tuple[str, ...]
) -> None:
    assert direct_requirements(requires, extras) == wanted


REQUIRES = (
    "Click_Plus>=7",
    "packaging",
    'tomli; python_version < "3.11"',
    "rich<15; extra == 'cli' or extra == 'all'",
    'old; extra == "cli" and python_full_version < "3.12.4"',
    "web; extra == 'web'",
    "own @ https://example.org/own.whl",
)


@pytest.mark.parametrize(
    ("python", "names", "loose"),
    [
        ("3.13.1", {"click-plus", "packaging", "rich", "own"}, ("packaging", "rich")),
        ("3.12.4", {"click-plus", "packaging", "rich", "own"}, ("packaging", "rich")),
        ("3.10.9", {"click-plus", "packaging", "tomli", "rich", "old", "own"}, ("packaging", "tomli", "rich", "old")),
    ],
)
def test_which_count_is_told_by_the_python_they_are_for(python: str, names: set[str], loose: tuple[str, ...]) -> None:
    """Not by the one that runs pypublish."""
    direct = direct_requirements(REQUIRES, ["cli"])
    assert names_on(python, direct) == names
    assert unbounded(python, direct) == loose


FAILED = Installation(
    artifact="hello-1.0-py3-none-any.whl",
    python="3.13.1",
    installer="uv",
    installer_version="0.13.8",
    platform="Linux-6.1-x86_64",
    failure="no",
)


def in_words(installation: Installation) -> list[str]:
    finding = described(installation)
    return [str(finding.where), finding.message, finding.hint]


def test_what_could_not_be_installed() -> None:
    assert in_words(FAILED) == snapshot(
        [
            "hello-1.0-py3-none-any.whl",
            "it was tried on Python 3.13.1, Linux-6.1-x86_64, by uv 0.13.8; nothing is installed there",
            "To make it again: uv venv --python 3.13.1 env; uv pip install --python env ./hello-1.0-py3-none-any.whl",
        ]
    )


def test_what_was_installed_with_what() -> None:
    installation = Installation(
        artifact="hello-1.0.tar.gz",
        python="3.13.1",
        installer="pip",
        installer_version="26.0",
        platform="Linux-6.1-x86_64",
        extras=("cli", "all"),
        distributions={"hello": "1.0", "click": "8.3"},
    )
    assert in_words(installation) == snapshot(
        [
            "hello-1.0.tar.gz",
            "it was tried on Python 3.13.1, Linux-6.1-x86_64, by pip 26.0; installed there: click 8.3, hello 1.0",
            "To make it again: python3.13 -m venv env; env/bin/pip install './hello-1.0.tar.gz[cli,all]'",
        ]
    )


def test_the_lowest_are_asked_for_by_name_and_many_are_counted() -> None:
    installation = Installation(
        artifact="hello-1.0-py3-none-any.whl",
        python="3.13.1",
        installer="uv",
        lowest=True,
        requirements=("rich>=12", 'tomli>=1 ; python_version < "3.11"'),
        distributions={f"part-{number:03}": "1" for number in range(100)},
    )
    _, message, hint = in_words(installation)
    assert message.endswith("part-039 1 and 60 more")
    assert hint == snapshot(
        "To make it again: uv venv --python 3.13.1 env; uv pip install --python env --resolution lowest-direct ./hello-1.0-py3-none-any.whl 'rich>=12' 'tomli>=1 ; python_version < \"3.11\"'"
    )
