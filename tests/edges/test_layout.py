"""How a tree is laid out, told from its files."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

from pypublish.edges.layout import look
from pypublish.edges.world import World
from tests import projects


@pytest.mark.parametrize(
    "files",
    [
        {"hello.py": "'Greets.'\n__version__ = '1.2.0'\ndef main(): pass\n"},
        {
            "hello/__init__.py": "'Greets.'\n__version__ = '1.2.0'\n",
            "hello/__main__.py": "def main(): pass\n",
            "hello/other.py": "",
        },
    ],
    ids=["module", "package"],
)
def test_a_file_is_parsed_once(
    files: Mapping[str, str], tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    parse = ast.parse

    def counted(source: str) -> ast.Module:
        parsed.append(source)
        return parse(source)

    monkeypatch.setattr(ast, "parse", counted)
    (package,) = look(projects.write(tmp_path / "hello", files), world).packages
    assert (package.summary, package.version, package.has_main) == ("Greets.", "1.2.0", True)
    assert sorted(parsed) == sorted(files.values())
