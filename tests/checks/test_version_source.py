"""Where a version comes from, for each way in which the build tools let a project say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypublish.checks.project import describe, parse
from pypublish.checks.version_source import Origin, VersionSource, read_version, version_source
from pypublish.model import Tree

DYNAMIC = '[project]\nname = "my-pkg"\ndynamic = ["version"]\n'


def source_of(pyproject: str) -> VersionSource:
    project = describe(parse(Tree(root=Path(), pyproject=pyproject.encode(), files=frozenset())))
    assert project is not None
    return version_source(project)


@pytest.mark.parametrize(
    ("pyproject", "origin", "tool"),
    [
        ('[project]\nname = "a"\nversion = "1"', Origin.STATIC, ""),
        ('[tool.poetry]\nname = "a"\nversion = "1"', Origin.STATIC, ""),
        ('[tool.poetry]\nname = "a"\nversion = "0.0.0"\n[build-system]\nrequires = ["poetry-dynamic-versioning"]',
         Origin.VCS, "poetry-dynamic-versioning"),
        (DYNAMIC + '[build-system]\nrequires = ["setuptools>=64", "setuptools_scm[toml]>=8"]', Origin.VCS, "setuptools-scm"),
        (DYNAMIC + '[build-system]\nrequires = ["hatchling", "hatch-vcs"]', Origin.VCS, "hatch-vcs"),
        (DYNAMIC + '[build-system]\nrequires = ["hatchling", "versioningit"]', Origin.VCS, "versioningit"),
        (DYNAMIC + '[tool.pdm.version]\nsource = "scm"', Origin.VCS, "pdm-backend"),
        (DYNAMIC + "[tool.versioneer]\nVCS = 'git'", Origin.VCS, "versioneer"),
        (DYNAMIC + '[tool.hatch.version]\npath = "a.py"', Origin.FILE, ""),
        (DYNAMIC + '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
         '[tool.hatch.version]\nsource = "code"\npath = "a.py"\nexpression = "f()"', Origin.BACKEND, "hatchling"),
        (DYNAMIC + '[tool.pdm.version]\nsource = "file"\npath = "a.py"', Origin.FILE, ""),
        (DYNAMIC + '[tool.setuptools.dynamic]\nversion = {attr = "a.b.c"}', Origin.FILE, ""),
        (DYNAMIC + '[tool.setuptools.dynamic]\nversion = {file = "VERSION"}', Origin.FILE, ""),
        (DYNAMIC + '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"', Origin.FILE, ""),
        (DYNAMIC + '[build-system]\nrequires = ["x"]\nbuild-backend = "maturin"', Origin.BACKEND, "maturin"),
    ],
)  # fmt: skip
def test_the_origin(pyproject: str, origin: Origin, tool: str) -> None:
    found = source_of(pyproject)
    assert (found.origin, found.tool) == (origin, tool)


@pytest.mark.parametrize(
    ("table", "text", "version"),
    [
        ('[tool.hatch.version]\npath = "a.py"', "__version__ = '1.2'", "1.2"),
        ('[tool.hatch.version]\npath = "a.py"', "__version__: str = '1.2'", "1.2"),
        ('[tool.hatch.version]\npath = "a.py"\npattern = "V (?P<version>.*)"', "V 1.3", "1.3"),
        ('[tool.setuptools.dynamic]\nversion = {attr = "a.b.VERSION"}', "x = VERSION = '1.2'", "1.2"),
        ('[tool.setuptools.dynamic]\nversion = {file = "VERSION"}', "1.2\n", "1.2"),
        ('[tool.hatch.version]\npath = "a.py"', "__version__ = '.'.join(parts)", None),
        ('[tool.hatch.version]\npath = "a.py"', "__version__ = ", None),
        ('[tool.hatch.version]\npath = "a.py"', "if True:\n  __version__ = '1'", None),
        ('[tool.setuptools.dynamic]\nversion = {file = "VERSION"}', "", None),
    ],
)
def test_the_version_in_a_file(table: str, text: str, version: str | None) -> None:
    assert read_version(source_of(DYNAMIC + table), text) == version


def test_a_module_is_looked_for_in_both_layouts() -> None:
    found = source_of(DYNAMIC + '[tool.setuptools.dynamic]\nversion = {attr = "a.b.VERSION"}')
    assert found.files == ("a/b/__init__.py", "a/b.py", "src/a/b/__init__.py", "src/a/b.py")
