"""Look at how a source tree is laid out; its code is parsed, never imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from packaging.version import InvalidVersion, Version

from pypublish.edges import git
from pypublish.edges.git_command import ask, text
from pypublish.edges.tree import read_text, read_tree
from pypublish.edges.world import World
from pypublish.layout import ImportPackage, Layout

NO_PACKAGES = frozenset(
    {
        "test",
        "tests",
        "doc",
        "docs",
        "example",
        "examples",
        "benchmark",
        "benchmarks",
        "scripts",
        "tools",
        "build",
        "dist",
    }
)
"""Folders beside a package that nobody installs."""

NO_MODULES = frozenset({"setup", "conftest", "noxfile", "tasks", "fabfile", "manage", "versioneer", "__init__"})

READMES = ("README.md", "README.rst", "README.txt", "README")
CHANGELOGS = (
    "CHANGELOG.md",
    "CHANGES.md",
    "HISTORY.md",
    "NEWS.md",
    "CHANGELOG.rst",
    "CHANGES.rst",
    "HISTORY.rst",
    "NEWS.rst",
)
LICENSE = re.compile(r"(?i)(licen[cs]e|copying|notice|authors)([-._].*)?")

MOST_MODULES = 500
"""How many files of a package are parsed to see whether it is annotated."""


def look(root: Path, world: World) -> Layout:
    """Return what is found below `root`.

    Raises:
        UsageError: there is no such folder, or pyproject.toml cannot be read.

    """
    tree = read_tree(root)
    files = sorted(name for name in tree.files if (root / name).is_file())
    readme = next((name for name in READMES if name in files), "")
    licenses = tuple(name for name in files if LICENSE.fullmatch(name) and not name.endswith(".py"))
    main = next((name for name in licenses if re.match(r"(?i)licen[cs]e|copying", name)), "")
    repository = git.find_repository(root, world)
    return Layout(
        folder=root.name,
        pyproject=tree.pyproject.decode("utf-8", errors="replace") if tree.pyproject is not None else None,
        setup_cfg=read_text(root, "setup.cfg"),
        setup_py=read_text(root, "setup.py"),
        packages=tuple(_packages(root)),
        beside=frozenset(_importable(root)),
        readme=readme,
        readme_text=read_text(root, readme) or "" if readme else "",
        license_files=licenses,
        license_text=read_text(root, main) or "" if main else "",
        changelog=next((name for name in CHANGELOGS if name in files), ""),
        repository=_address(repository, world) if repository is not None else "",
        author=_author(repository, world) if repository is not None else ("", ""),
        tag=_newest_tag(repository, world) if repository is not None else "",
        has_requirements="requirements.txt" in files,
        has_manifest_in="MANIFEST.in" in files,
    )


def _packages(root: Path) -> Iterator[ImportPackage]:
    """Yield the packages below src, or else beside pyproject.toml; modules where there is no package."""
    for folder in (root / "src", root):
        found = [path for path in _entries(folder) if (path / "__init__.py").is_file() and _is_package(path)]
        found = found or [path for path in _entries(folder) if path.suffix == ".py" and _is_module(path)]
        if found:
            yield from (_package(path, root) for path in found)
            return


def _importable(root: Path) -> Iterator[str]:
    for path in _entries(root):
        if path.suffix == ".py" or (path / "__init__.py").is_file():
            yield path.stem


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_package(path: Path) -> bool:
    return path.name.isidentifier() and path.name not in NO_PACKAGES


def _is_module(path: Path) -> bool:
    name = path.stem
    return (
        name.isidentifier() and name not in NO_MODULES and not name.startswith("test_") and not name.endswith("_test")
    )


def _package(path: Path, root: Path) -> ImportPackage:
    first, program = (path, path) if path.is_file() else (path / "__init__.py", path / "__main__.py")
    front = _parsed(first)
    main = front if program == first else _parsed(program)
    known = {first: front, program: main}
    modules = [path] if path.is_file() else sorted(path.rglob("*.py"))[:MOST_MODULES]
    return ImportPackage(
        name=path.stem,
        path=path.relative_to(root).as_posix(),
        annotated=any(_is_annotated(known.get(module) or _parsed(module)) for module in modules),
        typed=(path / "py.typed").is_file(),
        version=_version(front),
        summary=(ast.get_docstring(front) or "").strip().partition("\n")[0],
        has_main=any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in main.body),
    )


def _parsed(path: Path) -> ast.Module:
    source = read_text(path.parent, path.name) or ""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])


def _is_annotated(module: ast.Module) -> bool:
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns for node in ast.walk(module))


def _version(module: ast.Module) -> str | None:
    for node in module.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        named = any(isinstance(target, ast.Name) and target.id == "__version__" for target in targets)
        if named and isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    return None


def _address(repository: git.Repository, world: World) -> str:
    remote = git.origin_url(repository, world) or ""
    found = re.fullmatch(
        r"(?:https?://|ssh://git@|git@)(?P<host>[\w.-]+)(?::\d+)?[:/](?P<path>[\w./-]+?)(?:\.git)?/?", remote
    )
    return f"https://{found['host']}/{found['path']}" if found else ""


def _author(repository: git.Repository, world: World) -> tuple[str, str]:
    asked = (
        ask(repository.toplevel, "config", "--get", key, world=world, check=False)
        for key in ("user.name", "user.email")
    )
    name, email = (text(one.out).strip() for one in asked)
    return name, email


def _newest_tag(repository: git.Repository, world: World) -> str:
    """Return the highest version that a tag names; development versions and the like do not count."""
    asked = ask(repository.toplevel, "tag", "--list", world=world, check=False)
    versions = []
    for name in text(asked.out).split():
        try:
            version = Version(name.rpartition("/")[2].removeprefix("v"))
        except InvalidVersion:
            continue
        versions += [] if version.is_prerelease else [version]
    return str(max(versions)) if versions else ""
