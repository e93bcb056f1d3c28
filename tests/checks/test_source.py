"""Whether an sdist is what was tagged."""

from __future__ import annotations

import pytest

from pypublish.checks.source import Origin
from tests.checks.examples import Example, fails, name_of, passes, say
from tests.factories import Made, digest_of, sdist

FILE = "hello-1.0.0.tar.gz"
COMMIT = "3fd21c0aa"
PYPROJECT = '[project]\nname = "hello"\nversion = "1.0.0"\n'
TREE = {"pyproject.toml": PYPROJECT, "src/hello/__init__.py": ""}


def origin(made: Made, tracked: dict[str, str], *, prefix: str = "", **more: object) -> Origin:
    content = {path: frozenset({digest_of(text)}) for path, text in tracked.items()}
    return Origin(sdist=made.dist(), tracked=content, prefix=prefix, **{"commit": COMMIT, **more})  # type: ignore[arg-type]


def packed(**changes: str) -> Made:
    return sdist({"src/hello/__init__.py": "", **changes})


SOUND = origin(sdist(), TREE)

EXAMPLES = [
    fails(
        "sdist-matches-commit",
        origin(sdist({"src/hello/__init__.py": "import evil"}), TREE),
        f"{FILE}::hello-1.0.0/src/hello/__init__.py: src/hello/__init__.py is not as in commit 3fd21c0",
    ),
    fails(
        "sdist-matches-commit",
        origin(sdist({"src/hello/__init__.py": "x = 1"}), TREE, commit=None),
        f"{FILE}::hello-1.0.0/src/hello/__init__.py: src/hello/__init__.py is not as in the tracked files [warning]",
    ),
    fails(
        "sdist-matches-commit",
        origin(packed(**{"setup.cfg": "[egg_info]"}), {**TREE, "setup.cfg": ""}, backend="setuptools.build_meta"),
        f"{FILE}: written anew while the sdist was built: setup.cfg [note]",
    ),
    fails(
        "sdist-matches-commit",
        origin(packed(**{"src/hello/_version.py": "x = 1"}), {**TREE, "src/hello/_version.py": "x = 0"}),
        f"{FILE}: written anew while the sdist was built: src/hello/_version.py [note]",
    ),
    fails(
        "sdist-matches-commit",
        origin(packed(**{"grammar.txt": "b"}), {**TREE, "grammar.txt": "a"}, generated={"*.txt": "by make"}),
        f"{FILE}: written anew while the sdist was built: grammar.txt [note]",
    ),
    passes("sdist-matches-commit", SOUND),
    passes("sdist-matches-commit", origin(sdist(), {f"lib/{path}": text for path, text in TREE.items()}, prefix="lib")),
    passes("sdist-matches-commit", origin(sdist(), {**TREE, "docs/other.md": "x"})),
    passes(
        "sdist-matches-commit",
        origin(packed(**{"vendor/a.c": "x"}), {**TREE, "vendor/a.c": "y"}, submodules=("vendor",)),
    ),
    fails(
        "sdist-has-only-tracked-files",
        origin(packed(**{"src/hello/stray.py": "x = 1", "notes.txt": "x"}), TREE),
        f"{FILE}::hello-1.0.0/src/hello/stray.py: not in commit 3fd21c0: src/hello/stray.py, notes.txt",
    ),
    fails(
        "sdist-has-only-tracked-files",
        origin(packed(**{"setup.cfg": "x"}), TREE, backend="hatchling.build"),
        f"{FILE}::hello-1.0.0/setup.cfg: not in commit 3fd21c0: setup.cfg",
    ),
    passes("sdist-has-only-tracked-files", SOUND),
    passes("sdist-has-only-tracked-files", origin(packed(**{"src/hello.egg-info/SOURCES.txt": "x"}), TREE)),
    passes("sdist-has-only-tracked-files", origin(packed(**{"setup.cfg": "x"}), TREE, backend="setuptools.build_meta")),
    passes("sdist-has-only-tracked-files", origin(packed(**{"made.py": "x"}), TREE, generated={"made.py": "by make"})),
    passes(
        "sdist-has-only-tracked-files",
        origin(
            packed(LICENSE="MIT"),
            {**{f"lib/{path}": text for path, text in TREE.items()}, "LICENSE": "MIT"},
            prefix="lib",
        ),
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_source(example: Example) -> None:
    assert say(example.check, example.subject) == example.says
