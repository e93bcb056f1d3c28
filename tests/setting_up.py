"""Repositories to set up: twenty shapes of them, and how a test sets one up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

from pypublish.checks.setup_plan import Change, Pin, Plan, Survey, Texts, Wanted
from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.render.publishing_page import publishing_page
from pypublish.render.settings_table import settings_table
from pypublish.stages.init import init
from pypublish.stages.planning import plan
from pypublish.stages.surveying import survey
from tests import projects

PIN = Pin(ref="c" * 40, version="0.1.0")
ORIGIN = "git@github.com:acme/hello.git"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A repository that somebody has."""

    files: Mapping[str, str]
    remotes: Mapping[str, str] = field(default_factory=lambda: {"origin": ORIGIN})
    tags: tuple[str, ...] = ()
    in_git: bool = True
    template: str = "release"
    extras: tuple[str, ...] = ()


def pyproject(name: str = "hello", version: str | None = "1.2.0", backend: str = "hatchling", more: str = "") -> str:
    backends = {
        "hatchling": ("hatchling", "hatchling.build"),
        "setuptools": ("setuptools>=77", "setuptools.build_meta"),
        "setuptools-scm": ('setuptools>=77", "setuptools-scm>=8', "setuptools.build_meta"),
        "hatch-vcs": ('hatchling", "hatch-vcs', "hatchling.build"),
        "flit": ("flit_core>=3.11", "flit_core.buildapi"),
        "poetry": ("poetry-core>=2", "poetry.core.masonry.api"),
        "pdm": ("pdm-backend", "pdm.backend"),
        "uv": ("uv_build>=0.12", "uv_build"),
        "maturin": ("maturin>=1.9", "maturin"),
        "meson": ("meson-python", "mesonpy"),
        "scikit-build": ("scikit-build-core", "scikit_build_core.build"),
    }
    requires, build = backends[backend]
    said = f'version = "{version}"' if version is not None else 'dynamic = ["version"]'
    table = f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{build}"\n\n'
    return f'{table}[project]\nname = "{name}"\n{said}\n{dedent(more)}'


LEGACY = {
    "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
    "setup.cfg": "[metadata]\nname = hello\nversion = 1.2.0\n",
    "setup.py": "from setuptools import setup\nsetup()\n",
}
TESTED = """
    classifiers = ["Programming Language :: Python :: 3.11", "Programming Language :: Python :: 3.14"]
    [project.scripts]
    hello = "hello:main"
    [dependency-groups]
    test = ["pytest>=8", "hello"]
    lint = ["ruff"]
    [tool.mypy]
    files = ["src"]
    """
POETRY = """\
[tool.poetry]
name = "hello"
version = "1.2.0"

[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
"""
WORKSPACE = '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old"]\n'

SHAPES: Mapping[str, Shape] = {
    "hatchling, src layout, tests": Shape(
        files={"pyproject.toml": pyproject(more=TESTED), "src/hello/__init__.py": ""}
    ),
    "setuptools, flat layout": Shape(
        files={"pyproject.toml": pyproject(backend="setuptools"), "hello/__init__.py": ""}
    ),
    "setuptools-scm, tags without v": Shape(
        files={"pyproject.toml": pyproject(version=None, backend="setuptools-scm")}, tags=("1.0.0", "1.1.0")
    ),
    "hatch-vcs, tags with v": Shape(
        files={"pyproject.toml": pyproject(version=None, backend="hatch-vcs")}, tags=("v1.1",)
    ),
    "hatch, a version in a file": Shape(
        files={
            "pyproject.toml": pyproject(version=None, more='[tool.hatch.version]\npath = "src/hello/__about__.py"\n'),
            "src/hello/__about__.py": '__version__ = "1.2.0"\n',
        }
    ),
    "setuptools, an attribute": Shape(
        files={
            "pyproject.toml": pyproject(
                version=None,
                backend="setuptools",
                more='[tool.setuptools.dynamic.version]\nattr = "hello.__version__"\n',
            ),
            "hello/__init__.py": '__version__ = "1.2.0"\n',
        }
    ),
    "flit, a module": Shape(
        files={"pyproject.toml": pyproject(version=None, backend="flit"), "hello.py": '__version__ = "1.2.0"\n'}
    ),
    "poetry with [project]": Shape(files={"pyproject.toml": pyproject(backend="poetry")}),
    "poetry's own table": Shape(
        files={"pyproject.toml": POETRY}, remotes={"origin": "https://github.com/acme/hello.git"}
    ),
    "pdm, from version control": Shape(
        files={"pyproject.toml": pyproject(version=None, backend="pdm", more='[tool.pdm.version]\nsource = "scm"\n')}
    ),
    "uv_build, tests from its extras": Shape(
        files={
            "pyproject.toml": pyproject(backend="uv", more='[project.optional-dependencies]\ntest = ["pytest"]\n'),
            "tests/test_hello.py": "",
        }
    ),
    "maturin": Shape(files={"pyproject.toml": pyproject(version=None, backend="maturin"), "Cargo.toml": ""}),
    "meson": Shape(files={"pyproject.toml": pyproject(version=None, backend="meson"), "meson.build": ""}),
    "scikit-build, submodules": Shape(files={"pyproject.toml": pyproject(backend="scikit-build"), ".gitmodules": ""}),
    "setup.cfg": Shape(files=LEGACY, tags=("hello-1.0",)),
    "no git": Shape(files={"pyproject.toml": pyproject()}, in_git=False),
    "no remote": Shape(files={"pyproject.toml": pyproject(name="He.llo_World")}, remotes={}),
    "two remotes": Shape(
        files={"pyproject.toml": pyproject()}, remotes={"origin": ORIGIN, "upstream": "https://github.com/other/hello"}
    ),
    "a remote elsewhere too": Shape(
        files={"pyproject.toml": pyproject()}, remotes={"origin": "git@gitlab.com:acme/hello.git", "mirror": ORIGIN}
    ),
    "in a folder with an odd name": Shape(
        files={"python bindings/it's #1/pyproject.toml": pyproject(), "Cargo.toml": ""},
    ),
    "a workspace of uv's": Shape(
        files={
            "pyproject.toml": pyproject(name="acme") + WORKSPACE,
            "packages/a/pyproject.toml": pyproject(name="acme-a"),
            "packages/B/pyproject.toml": pyproject(name="Acme_B", version=None, backend="hatch-vcs"),
            "packages/old/pyproject.toml": pyproject(name="acme-old"),
            "examples/x/pyproject.toml": pyproject(name="acme-example"),
        },
        extras=("diagnose",),
    ),
    "several packages, TestPyPI first": Shape(
        files={"a/pyproject.toml": pyproject(name="a-1"), "b/pyproject.toml": pyproject(name="b-1")},
        tags=("a-1/v0.1.0",),
        template="release-testpypi-first",
    ),
    "hardened": Shape(
        files={"pyproject.toml": pyproject(more=TESTED)}, template="release-hardened", extras=("diagnose",)
    ),
    "settings of its own": Shape(
        files={"pyproject.toml": pyproject(more='[tool.pypublish]\ntag-format = "release/{version}"\n')}
    ),
    "Renovate": Shape(files={"pyproject.toml": pyproject(), "renovate.json": "{}"}),
    "Dependabot for Python": Shape(
        files={
            "pyproject.toml": pyproject(),
            ".github/dependabot.yml": "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n"
            "    schedule: {interval: weekly}\n    cooldown: {default-days: 7}\n",
        }
    ),
    "maturin, wheels for each platform": Shape(
        files={"pyproject.toml": pyproject(backend="maturin"), "Cargo.toml": "", ".gitmodules": ""},
        template="release-wheels",
        extras=("diagnose",),
    ),
    "several packages, one with compiled modules": Shape(
        files={
            "plain/pyproject.toml": pyproject(name="plain"),
            "fast parts/pyproject.toml": pyproject(name="fast", backend="scikit-build"),
        },
        template="release-wheels",
    ),
}


def make(root: Path, shape: Shape) -> Path:
    """Make a repository of a shape."""
    projects.write(root, shape.files)
    if shape.in_git:
        for number, tag in enumerate(shape.tags):
            projects.commit(root, tag, message=str(number))
        projects.commit(root)
        for name, url in shape.remotes.items():
            projects.git(root, "remote", "add", name, url)
    return root


def planned(root: Path, world: World, shape: Shape, *, pin: Pin = PIN) -> Plan:
    """Plan what init writes."""
    found: Survey = survey(root, (), world)
    return plan(found, Wanted(template=shape.template, extras=shape.extras, pin=pin))


def texts(made: Plan) -> Texts:
    """Return what the command line hands in."""
    tables = {package.pyproject: settings_table(package) for package in made.survey.packages}
    return Texts(page=publishing_page(made), tables=tables)


def set_up(
    root: Path, world: World, shape: Shape, *, force: bool = False, pin: Pin = PIN
) -> Outcome[tuple[Change, ...]]:
    """Set a repository up."""
    made = planned(root, world, shape, pin=pin)
    return init(made, texts(made), world, force=force, dry_run=False, strict=False)


def files_of(root: Path) -> dict[str, bytes]:
    """Return what a tree holds, without git's own."""
    paths = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.relative_to(root).parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
