"""Where a project's version comes from, and what it is as far as that can be known without a build."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pypublish.model import Project
from pypublish.pypi.names import normalise


class Origin(StrEnum):
    """The ways in which a project gets its version."""

    STATIC = "static"
    VCS = "version control"
    FILE = "a file"
    BACKEND = "the build backend"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSource:
    """Where the version comes from; for a file: the candidates, and what to look for in them."""

    origin: Origin
    tool: str = ""
    files: tuple[str, ...] = ()
    attribute: str = ""
    """The name that is assigned the version; empty where the file holds nothing but the version."""
    pattern: str = ""
    """A regular expression of the project's own instead."""


_VCS_REQUIREMENTS = (
    "setuptools-scm",
    "vcs-versioning",
    "hatch-vcs",
    "versioningit",
    "versioneer",
    "setuptools-git-versioning",
    "poetry-dynamic-versioning",
    "uv-dynamic-versioning",
    "flit-scm",
    "dunamai",
    "pbr",
)


def version_source(project: Project) -> VersionSource:
    """Say where the version comes from, by what the tools' documentation says of their tables."""
    if project.version is not None:
        return VersionSource(origin=Origin.STATIC)
    for find in (_of_pdm, _of_hatch, _of_setuptools, _of_version_control, _of_flit):
        if (source := find(project)) is not None:
            return source
    return VersionSource(origin=Origin.BACKEND, tool=project.backend.partition(".")[0])


def _of_pdm(project: Project) -> VersionSource | None:
    table = _table(project.tool, "pdm", "version")
    if table.get("source") == "scm":
        return VersionSource(origin=Origin.VCS, tool="pdm-backend")
    if table.get("source") == "file":
        return VersionSource(origin=Origin.FILE, files=(str(table.get("path")),), attribute="__version__")
    return None


def _of_hatch(project: Project) -> VersionSource | None:
    table = _table(project.tool, "hatch", "version")
    if "path" not in table or table.get("source", "regex") != "regex":
        return None  # `code` is run, `env` is looked up: nothing of the file is the version
    return VersionSource(
        origin=Origin.FILE,
        files=(str(table["path"]),),
        attribute="__version__",
        pattern=str(table.get("pattern", "")),
    )


def _of_setuptools(project: Project) -> VersionSource | None:
    table = _table(project.tool, "setuptools", "dynamic", "version")
    if "attr" in table:
        module, _, name = str(table["attr"]).rpartition(".")
        return VersionSource(origin=Origin.FILE, files=_module_files(module), attribute=name)
    if isinstance(table.get("file"), str):
        return VersionSource(origin=Origin.FILE, files=(str(table["file"]),))
    return None


def _of_flit(project: Project) -> VersionSource | None:
    if not project.backend.startswith("flit_core"):
        return None
    module = _table(project.tool, "flit", "module").get("name", project.name.replace("-", "_"))
    return VersionSource(origin=Origin.FILE, files=_module_files(str(module)), attribute="__version__")


def read_version(source: VersionSource, text: str) -> str | None:
    """Find the version in the text of one of the source's files, without running it; None where it is not literal."""
    if source.pattern:
        found = re.search(source.pattern, text, re.MULTILINE)
        return found.groupdict().get("version") if found else None
    if not source.attribute:
        return text.strip() or None
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    for statement in module.body:
        if isinstance(statement, ast.Assign):
            names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            names = [statement.target.id]
        else:
            continue
        value = statement.value
        if source.attribute in names and isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
    return None


def _of_version_control(project: Project) -> VersionSource | None:
    for requirement in project.build_requires:
        name = re.split(r"[^A-Za-z0-9._-]", requirement.strip(), maxsplit=1)[0]
        normalized = normalise(name)
        if normalized in _VCS_REQUIREMENTS:
            return VersionSource(origin=Origin.VCS, tool=normalized)
    return VersionSource(origin=Origin.VCS, tool="versioneer") if "versioneer" in project.tool else None


def _module_files(module: str) -> tuple[str, ...]:
    path = module.replace(".", "/")
    return tuple(f"{folder}{path}{ending}" for folder in ("", "src/") for ending in ("/__init__.py", ".py"))


def _table(root: Mapping[str, object], *path: str) -> Mapping[str, object]:
    found: object = root
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
