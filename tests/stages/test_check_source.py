"""check compares the sdist with the tree that it was built from, and the wheel with the sdist."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.settings import Settings
from tests import projects
from tests.factories import sdist, wheel
from tests.stages.bench import RELEASE, Bench, project

MADE = "hello-1.0.0.tar.gz::hello-1.0.0/src/hello/grammar.txt"
NEW = "hello-1.0.0.tar.gz::hello-1.0.0/src/hello/new.py"
CHANGED = "hello-1.0.0.tar.gz::hello-1.0.0/src/hello/__init__.py"
LOST = "hello-1.0.0-py3-none-any.whl::hello/new.py"
COMPARED = "warning check-manifest:missing-from-"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    pyproject = '[project]\nname = "hello"\nversion = "1.0.0"\n'
    root = projects.write(
        tmp_path / "clone",
        {"pyproject.toml": pyproject, "src/hello/__init__.py": "", "src/hello/data.txt": ""},
    )
    projects.commit(root)
    return root


def test_the_sdist_is_compared_with_the_tree_it_was_built_from(bench: Bench, clone: Path) -> None:
    commit = projects.git(clone, "rev-parse", "HEAD").strip()
    made = sdist({"src/hello/__init__.py": "", "src/hello/new.py": "x = 1"}), wheel({"hello/__init__.py": ""})
    assert bench(*made, project=project(clone), source=lambda: clone) == [
        f"warning sdist-has-only-tracked-files {NEW}: not in commit {commit[:7]}: src/hello/new.py",
        f"{COMPARED}sdist hello-1.0.0.tar.gz: tracked, but not in the sdist: src/hello/data.txt",
        f"warning wheel-has-every-module {LOST}: in the sdist, but not in the wheel: hello/new.py",
    ]


def test_a_release_is_compared_with_its_commit_whatever_the_build_did_to_its_clone(bench: Bench, clone: Path) -> None:
    commit = projects.git(clone, "rev-parse", "HEAD").strip()
    manipulated = bench.folder / "manipulated"
    projects.git(clone, "clone", "--quiet", ".", str(manipulated))
    evil = {"src/hello/__init__.py": "import evil", "src/hello/data.txt": ""}
    (manipulated / "src" / "hello" / "__init__.py").write_text("import evil")
    projects.git(manipulated, "add", ".")
    release = replace(RELEASE, commit=commit)
    made = sdist(evil), wheel({"hello/__init__.py": "import evil", "hello/data.txt": ""})
    assert bench(*made, project=project(clone), source=lambda: manipulated, release=release) == [
        f"error sdist-matches-commit {CHANGED}: src/hello/__init__.py is not as in commit {commit[:7]}"
    ]


def test_what_the_build_makes_may_be_named_with_a_reason(bench: Bench, clone: Path) -> None:
    made = {"src/hello/__init__.py": "", "src/hello/data.txt": "", "src/hello/grammar.txt": "x"}
    built = sdist(made), wheel({"hello/__init__.py": "", "hello/data.txt": "", "hello/grammar.txt": "x"})
    settings = Settings(generated={"src/hello/grammar.txt": "made by make"})
    assert bench(*built, project=project(clone), source=lambda: clone, settings=settings) == [
        f"note sdist-has-only-tracked-files {MADE}: made by the build: src/hello/grammar.txt (made by make)"
    ]
