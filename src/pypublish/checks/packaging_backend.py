"""The tables of a proposed pyproject.toml that are the build backend's: who builds, and where the package is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pypublish.layout import ImportPackage
from pypublish.pypi.names import normalise

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.container import Container
    from tomlkit.items import Table

SETUPTOOLS = ("setuptools.build_meta", "setuptools>=77.0.3")
HATCHLING = ("hatchling.build", "hatchling>=1.27")
"""Backend, and what it needs to be."""

EXPRESSIONS_FROM = {
    "setuptools": "77.0.3",
    "hatchling": "1.27",
    "flit-core": "3.12",
    "pdm-backend": "2.4",
    "poetry-core": "2.2",
    "uv-build": "0.8",
}
"""The first version of each backend that writes licence expressions (PEP 639; their changelogs, 2026-11-20)."""
ANY_LATER = "9999"

LONG = 80
"""Characters that a list may have in one line."""


def name_backend(document: TOMLDocument, *, old: bool, unnamed: bool = False) -> str:
    """Name a backend where none is named, and return the one there is; what is `old` is setuptools' already.

    With `unnamed`, only what it needs is named: front ends then call setuptools as they did without a pyproject.toml.
    """
    tool = document.get("tool")
    setuptools = old or (isinstance(tool, Mapping) and "setuptools" in tool)
    if "build-system" not in document:
        named, requirement = SETUPTOOLS if setuptools else HATCHLING
        table = nested(document, "build-system")
        table.add("requires", [requirement])
        if not (setuptools and unnamed):
            table.add("build-backend", named)
    backend = nested(document, "build-system").get("build-backend")
    return str(backend) if isinstance(backend, str) else SETUPTOOLS[0]


def takes_expressions(document: TOMLDocument) -> bool:
    """Whether the build requirements allow a backend that knows licence expressions (PEP 639)."""
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    for text in texts(nested(document, "build-system").get("requires")):
        try:
            needed = Requirement(text)
        except InvalidRequirement:
            continue
        first = EXPRESSIONS_FROM.get(canonicalize_name(needed.name))
        if first is not None:
            return needed.specifier.contains(first) or needed.specifier.contains(ANY_LATER)
    return True


def tell_backend(document: TOMLDocument, backend: str, packages: Sequence[ImportPackage]) -> None:
    """Say where packages and version are, where the backend would not find them itself."""
    project = nested(document, "project")
    package = packages[0]
    dynamic = "version" in texts(project.get("dynamic")) and package.version is not None
    if backend == SETUPTOOLS[0] and dynamic:
        where = nested(document, "tool", "setuptools", "dynamic")
        if "version" not in where:
            where.add("version", _inline({"attr": f"{package.name}.__version__"}))
    if backend == HATCHLING[0]:
        if len(packages) > 1 or not alike(str(project.get("name", "")), package.name):
            wheel = nested(document, "tool", "hatch", "build", "targets", "wheel")
            if not {"packages", "include", "only-include"} & wheel.keys():
                modules = any(one.is_module for one in packages)
                wheel.add("only-include" if modules else "packages", [one.path for one in packages])
        if dynamic:
            version = nested(document, "tool", "hatch", "version")
            if not version:
                version.add("path", package.path if package.is_module else f"{package.path}/__init__.py")


def leave_data_out(document: TOMLDocument) -> None:
    """Keep setuptools from taking data along by MANIFEST.in, as it does by itself where there is a [project] table."""
    setuptools = nested(document, "tool", "setuptools")
    if "include-package-data" not in setuptools:
        setuptools.add("include-package-data", value=False)


def nested(document: TOMLDocument, *path: str) -> Table:
    """Return a table of the document, made where there is none; an empty one to throw away where something else is."""
    import tomlkit
    from tomlkit.items import Table

    found: Container | Table | TOMLDocument = document
    for depth, key in enumerate(path, start=1):
        if key not in found:
            found.add(key, tomlkit.table(is_super_table=depth < len(path)))
        below = found[key]
        if not isinstance(below, Table):
            return tomlkit.table()
        found = below
    assert isinstance(found, Table)  # noqa: S101 - the path has a key
    return found


def laid_out(value: object) -> object:
    """Return a value as people write it: a long list with a line for each item, a person in one line."""
    import tomlkit

    if not isinstance(value, list):
        return value
    array = tomlkit.array()
    for one in value:
        array.append(_inline(one) if isinstance(one, Mapping) else one)
    return array.multiline(sum(len(str(one)) for one in value) > LONG)


def _inline(values: Mapping[str, str]) -> object:
    import tomlkit

    table = tomlkit.inline_table()
    table.update(values)
    return table


def alike(one: str, other: str) -> bool:
    """Whether two names are the same to PyPI."""
    return normalise(one) == normalise(other)


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list; none where it is no list."""
    return tuple(str(one) for one in value) if isinstance(value, list) else ()
