"""pyproject.toml by the reference schema: every mistake at once, in words, with its line."""

from __future__ import annotations

import tomllib

from inline_snapshot import snapshot

from pypublish.checks.toml_lines import key_lines
from pypublish.edges.schema import schema_problems


def words(text: str) -> list[str]:
    found = schema_problems(tomllib.loads(text), key_lines(text))
    return [f"{problem.where}: {problem.severity}: {problem.message} [{problem.hint}]" for problem in found]


def test_a_sound_project_has_no_mistakes() -> None:
    assert (
        words("""
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "a"
dynamic = ["version", "readme"]
license = "MIT"
classifiers = ["Programming Language :: Python :: 3"]
dependencies = ["b>=1", "c @ https://example.org/c.whl"]
urls = { Source = "https://example.org" }
scripts = { a = "a.b:c" }
[dependency-groups]
dev = ["pytest"]
[tool.anything]
x = 1
""")
        == []
    )


def test_every_mistake_is_found_at_once() -> None:
    assert words("""
[build-system]
requires = "x"
[project]
name = "x y"
licence = "MIT"
readme = 3
version = 1
dynamic = ["name"]
license = "GPL 3"
requires-python = ">>3"
classifiers = [
  "Foo :: Bar",
  "Programming Language :: Python :: 3",
  "Bar :: Foo",
]
dependencies = ["a", "b >>", 3]
[project.scripts]
"x" = "a.b:c"
z = "a b"
[tool.setuptools]
packages = 3
""") == snapshot(
        [
            "pyproject.toml:3: error: build-system.requires = 'x': must be a list [See https://packaging.python.org/specifications/pyproject-toml/#requires]",
            "pyproject.toml:9: error: project.dynamic = 'name': must be one of ['version', 'description', 'readme', 'requires-python', 'license', 'license-files', 'authors', 'maintainers', 'keywords', 'classifiers', 'urls', 'scripts', 'gui-scripts', 'entry-points', 'dependencies', 'optional-dependencies', 'import-names', 'import-namespaces'] [See https://packaging.python.org/specifications/pyproject-toml/#dynamic]",
            "pyproject.toml:5: error: project.name = 'x y': is no project name: letters, digits, '.', '_' and '-', a letter or digit first and last [See https://packaging.python.org/specifications/pyproject-toml/#name]",
            "pyproject.toml:4: error: project has no such key: 'licence' [See https://packaging.python.org/specifications/pyproject-toml/]",
            'pyproject.toml:7: error: project.readme = 3: is none of the forms that are allowed here [Name the file, as in readme = "README.md".]',
            "pyproject.toml:8: error: project.version = 1: must be string [See https://packaging.python.org/specifications/pyproject-toml/#version]",
            "pyproject.toml:10: error: project.license = 'GPL 3': is none of the forms that are allowed here [Write an SPDX expression, as in license = \"MIT\" (https://spdx.org/licenses/).]",
            "pyproject.toml:13: warning: project.classifiers = 'Foo :: Bar': is not in the list of classifiers that PyPI knows [PyPI refuses what is not at https://pypi.org/classifiers/, to the letter. If it stands there, it is newer than this list.]",
            "pyproject.toml:15: warning: project.classifiers = 'Bar :: Foo': is not in the list of classifiers that PyPI knows [PyPI refuses what is not at https://pypi.org/classifiers/, to the letter. If it stands there, it is newer than this list.]",
            "pyproject.toml:17: error: project.dependencies = 'b >>': is no dependency specifier such as 'name>=1.0' [See https://packaging.python.org/specifications/pyproject-toml/#dependencies]",
            "pyproject.toml:17: error: project.dependencies = 3: must be string [See https://packaging.python.org/specifications/pyproject-toml/#dependencies]",
            "pyproject.toml:20: error: project.scripts.z = 'a b': is no object reference such as 'package.module:function' [See https://packaging.python.org/specifications/pyproject-toml/#scripts]",
            "pyproject.toml:22: warning: tool.setuptools.packages = 3: is none of the forms that are allowed here [See the documentation of setuptools.]",
        ]
    )
