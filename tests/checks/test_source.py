"""Whether an sdist is what was tagged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pypublish.checks.generated import VERSION_LIMIT
from pypublish.checks.source import Origin
from pypublish.model import Project
from tests.checks.examples import Example, fails, findings, name_of, passes, say
from tests.factories import Made, digest_of, sdist

FILE = "hello-1.0.0.tar.gz"
COMMIT = "3fd21c0aa"
PYPROJECT = '[project]\nname = "hello"\nversion = "1.0.0"\n'
TREE = {"pyproject.toml": PYPROJECT, "src/hello/__init__.py": ""}
MATCHES, ONLY = "sdist-matches-commit", "sdist-has-only-tracked-files"


def origin(
    files: Mapping[str, str] | None = None,
    tracked: Mapping[str, str] | None = None,
    *,
    prefix: str = "",
    **more: object,
) -> Origin:
    """An sdist that has `files`, too, made of a tree that has `tracked`, too."""
    top = f"{prefix}/" if prefix else ""
    content = {f"{top}{path}": text for path, text in TREE.items()} | dict(tracked or {})
    values = {
        "tracked": {path: frozenset({digest_of(text)}) for path, text in content.items()},
        "texts": {path: text.encode() for path, text in content.items() if path.endswith("setup.cfg")},
        "commit": COMMIT,
        "prefix": prefix,
        **more,
    }
    return Origin(sdist=packed(files or {}).dist(), **values)  # type: ignore[arg-type]


def packed(files: Mapping[str, str]) -> Made:
    return sdist({"src/hello/__init__.py": "", **files})


def project(backend: str, *requires: str, tool: Mapping[str, object] | None = None) -> Project:
    return Project(
        root=Path(), name="hello", version=None, backend=backend, build_requires=requires, metadata={}, tool=tool or {},
        lines={},
    )  # fmt: skip


SETUPTOOLS = project("setuptools.build_meta", "setuptools>=77")
SCM = project("setuptools.build_meta", "setuptools", "setuptools-scm[simple]>=8")
HATCHLING = project("hatchling.build", "hatchling")
HOOK = {"vcs": {"version-file": "a/b.py"}}
CFG = "# ours\n[metadata]\nName = hello\n\n[options]\nzip_safe = no\n"
REWRITTEN_CFG = "[metadata]\nName = hello\n\n[options]\nzip_safe = no\n\n[egg_info]\ntag_build = \ntag_date = 0\n\n"

EXAMPLES = [
    passes(MATCHES, origin()),
    passes(MATCHES, origin(prefix="packages/hello")),
    passes(MATCHES, origin(tracked={"docs/other.md": "x"})),
    fails(
        MATCHES,
        origin({"src/hello/__init__.py": "import evil"}),
        f"{FILE}::hello-1.0.0/src/hello/__init__.py: src/hello/__init__.py is not as in commit 3fd21c0",
    ),
    fails(
        MATCHES,
        origin({"src/hello/__init__.py": "import evil"}, prefix="packages/hello"),
        f"{FILE}::hello-1.0.0/src/hello/__init__.py: src/hello/__init__.py is not as in commit 3fd21c0",
    ),
    fails(
        MATCHES,
        origin({f"{number}.txt": "b" for number in range(7)}, {f"{number}.txt": "a" for number in range(7)}),
        *(f"{FILE}::hello-1.0.0/{number}.txt: {number}.txt is not as in commit 3fd21c0" for number in range(5)),
        f"{FILE}: the same is true of 2 more files",
    ),
    # Changes that are not committed
    fails(
        MATCHES,
        origin({"a.py": "new", "b.py": "odd"}, {"a.py": "new", "b.py": "b"}, commit=None, changed=("a.py", "docs/c")),
        f"{FILE}::hello-1.0.0/b.py: b.py is not as in the tree",
        f"{FILE}: compared with the tree as it was built, changes included that are not committed: a.py [note]",
    ),
    fails(
        MATCHES,
        origin({"a.py": "new"}, {"a.py": "old"}, may_have_moved_on=True),
        f"{FILE}::hello-1.0.0/a.py: a.py is not as in commit 3fd21c0 [warning]",
    ),
    # What the maintainer names
    fails(
        MATCHES,
        origin({"grammar.txt": "b"}, {"grammar.txt": "a"}, generated={"*.txt": "sorted by make"}),
        f"{FILE}::hello-1.0.0/grammar.txt: changed by the build: grammar.txt (sorted by make) [note]",
    ),
    # What backends and tools change
    fails(
        MATCHES,
        origin({"setup.cfg": REWRITTEN_CFG}, {"setup.cfg": CFG}, project=SETUPTOOLS),
        f"{FILE}: changed by the build, as its tools do: setup.cfg [note]",
    ),
    fails(
        MATCHES,
        origin({"setup.cfg": REWRITTEN_CFG.replace("= no", "= yes")}, {"setup.cfg": CFG}, project=SETUPTOOLS),
        f"{FILE}::hello-1.0.0/setup.cfg: setup.cfg is not as in commit 3fd21c0",
    ),
    fails(
        MATCHES,
        origin({"setup.cfg": "[broken"}, {"setup.cfg": CFG}, project=SETUPTOOLS),
        f"{FILE}::hello-1.0.0/setup.cfg: setup.cfg is not as in commit 3fd21c0",
    ),
    fails(
        MATCHES,
        origin({"src/hello/_version.py": "x = 1"}, {"src/hello/_version.py": "x = 0"}, project=SCM),
        f"{FILE}: changed by the build, as its tools do: src/hello/_version.py [note]",
    ),
    fails(
        MATCHES,
        origin({"src/hello/_version.py": "x = 1"}, {"src/hello/_version.py": "x = 0"}, project=HATCHLING),
        f"{FILE}::hello-1.0.0/src/hello/_version.py: src/hello/_version.py is not as in commit 3fd21c0",
    ),
    fails(
        MATCHES,
        origin({"hello/_version.py": "#" * VERSION_LIMIT + "\n"}, {"hello/_version.py": "x = 0"}, project=SCM),
        f"{FILE}::hello-1.0.0/hello/_version.py: hello/_version.py is not as in commit 3fd21c0",
    ),
    fails(
        MATCHES,
        origin(
            {"hello.egg-info/SOURCES.txt": "b", "Cargo.toml": "b"},
            {"hello.egg-info/SOURCES.txt": "a", "Cargo.toml": "a"},
            project=project("maturin"),
        ),
        f"{FILE}: changed by the build, as its tools do: hello.egg-info/SOURCES.txt, Cargo.toml [note]",
    ),
    # Other repositories
    fails(
        MATCHES,
        origin({"vendor/a.c": "x"}, {"vendor/a.c": "y"}, submodules=("vendor",)),
        f"{FILE}: not compared, because it is another repository: vendor [note]",
    ),
    # Files that are in no commit
    passes(ONLY, origin()),
    fails(
        ONLY,
        origin({"src/hello/stray.py": "x = 1", "notes.txt": "x"}),
        f"{FILE}::hello-1.0.0/src/hello/stray.py: not in commit 3fd21c0: src/hello/stray.py, notes.txt",
    ),
    fails(
        ONLY,
        origin({"setup.py": "evil()", "notes.txt": "x"}, project=SETUPTOOLS),
        f"{FILE}::hello-1.0.0/setup.py: setup.py is not in commit 3fd21c0, and it runs wherever somebody builds from the"
        " sdist [error]",
        f"{FILE}::hello-1.0.0/notes.txt: not in commit 3fd21c0: notes.txt",
    ),
    fails(
        ONLY,
        origin({"setup.py": "x"}, project=SETUPTOOLS, may_have_moved_on=True),
        f"{FILE}::hello-1.0.0/setup.py: not in commit 3fd21c0: setup.py",
    ),
    fails(
        ONLY,
        origin({"made.py": "x"}, generated={"made.py": "made of hello.lark"}),
        f"{FILE}::hello-1.0.0/made.py: made by the build: made.py (made of hello.lark) [note]",
    ),
    fails(
        ONLY,
        origin({"setup.cfg": "x"}, project=HATCHLING),
        f"{FILE}::hello-1.0.0/setup.cfg: not in commit 3fd21c0: setup.cfg",
    ),
    fails(
        ONLY,
        origin({"src/hello/_version.py": "x = 1"}, project=HATCHLING),
        f"{FILE}::hello-1.0.0/src/hello/_version.py: not in commit 3fd21c0: src/hello/_version.py",
    ),
    fails(
        ONLY,
        origin({"hello/_version.py": "#" * VERSION_LIMIT + "\n"}, project=SCM),
        f"{FILE}::hello-1.0.0/hello/_version.py: not in commit 3fd21c0: hello/_version.py",
    ),
    passes(ONLY, origin({"LICENSE": "MIT"}, {"LICENSE": "MIT"}, prefix="packages/hello")),
    passes(ONLY, origin({"vendor/a.c": "x"}, submodules=("vendor",))),
    *(
        passes(ONLY, origin(dict.fromkeys(paths, "made"), project=made_with))
        for made_with, paths in (
            (SETUPTOOLS, ("setup.cfg", "src/hello.egg-info/SOURCES.txt")),
            (SCM, ("src/hello/_version.py",)),
            (project("pbr.build", "pbr>=6"), ("AUTHORS", "ChangeLog")),
            (project("poetry.core.masonry.api"), ("setup.py",)),
            (project("flit_core.buildapi"), ("setup.py",)),
            (project("maturin"), ("Cargo.lock",)),
            (project("hatchling.build", tool={"hatch": {"build": {"hooks": HOOK}}}), ("a/b.py",)),
            (project("pdm.backend", tool={"pdm": {"version": {"write_to": "hello/v.txt"}}}), ("src/hello/v.txt",)),
            (project("scikit_build_core.build", tool={"scikit-build": {"generate": [{"path": "x/y.h"}]}}), ("x/y.h",)),
            (project("setuptools.build_meta", tool={"setuptools_scm": {"write_to": "./src/v.py"}}), ("src/v.py",)),
        )
    ),
    passes(
        ONLY,
        origin(
            {"src/hello/fast.pyx": "x", "src/hello/fast.c": "y", "l/de.po": "p", "l/de.mo": "m"},
            {"src/hello/fast.pyx": "x", "l/de.po": "p"},
            project=SETUPTOOLS,
        ),
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_source(example: Example) -> None:
    assert say(example.check, example.subject) == example.says


def test_what_to_do_is_said() -> None:
    (found,) = findings(MATCHES, origin({"src/hello/__init__.py": "import evil"}))
    assert "[tool.pypublish.generated]" in found.hint
