"""What an sdist has to be, by itself."""

from __future__ import annotations

import pytest

from tests.checks.examples import Example, fails, name_of, passes, say
from tests.factories import metadata, sdist

SOUND = sdist().dist()
FILE = "hello-1.0.0.tar.gz"
LICENSED = metadata({}, "License-File: LICENSE")

EXAMPLES = [
    fails(
        "sdist-has-one-top-folder",
        sdist(top="").dist(),
        f"{FILE}::pyproject.toml: there are several entries at the top: PKG-INFO, pyproject.toml, src",
    ),
    passes("sdist-has-one-top-folder", SOUND),
    fails(
        "sdist-folder-is-named-like-it",
        sdist(top="Hello-1.0.0").dist(),
        f"{FILE}::Hello-1.0.0: the folder in it is Hello-1.0.0, not hello-1.0.0",
    ),
    passes("sdist-folder-is-named-like-it", SOUND),
    passes("sdist-folder-is-named-like-it", sdist(filename="hello-1.0.0.zip").dist()),
    fails(
        "sdist-has-pyproject",
        sdist(without=("pyproject.toml",)).dist(),
        f"{FILE}::hello-1.0.0/pyproject.toml: there is no hello-1.0.0/pyproject.toml",
    ),
    passes("sdist-has-pyproject", SOUND),
    fails(
        "sdist-has-license-files",
        sdist(meta=LICENSED).dist(),
        f"{FILE}::hello-1.0.0/LICENSE: PKG-INFO names the licence file LICENSE, but there is no hello-1.0.0/LICENSE",
    ),
    passes("sdist-has-license-files", sdist({"LICENSE": ""}, meta=LICENSED).dist()),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_sdists(example: Example) -> None:
    assert say(example.check, example.subject) == example.says
