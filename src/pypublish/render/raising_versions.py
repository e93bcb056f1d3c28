"""How a project's version is raised: by its own way of having one, in words for PUBLISHING.md."""

from __future__ import annotations

import shlex

from pypublish.checks.setup_plan import Package
from pypublish.checks.tags import tag_of_version
from pypublish.checks.version_source import Origin
from pypublish.render.markdown import code

_FILES_OF_BACKENDS = {"maturin": "Cargo.toml", "mesonpy": "meson.build"}
"""Build backends that read the version from a file of the other language's."""


def where_the_version_is(package: Package) -> str:
    """Return, as Markdown, what to change for a new version."""
    source = package.version_source
    match source.origin:
        case Origin.STATIC:
            return f"The version stands in {code(package.pyproject)}, as `version`. Change it there, and commit."
        case Origin.VCS:
            return (
                f"The version comes from the tag, by {code(source.tool)}: nothing in the files has to be changed."
                f" The tag {code(tag(package, '1.2.0'))} makes the version `1.2.0`."
            )
        case Origin.FILE:
            names = " or ".join(code(_seen_from_the_root(package, name)) for name in source.files)
            what = f"as {code(source.attribute)}" if source.attribute else "alone"
            return f"The version stands in {names}, {what}. Change it there, and commit."
        case Origin.BACKEND if source.tool in _FILES_OF_BACKENDS:
            name = code(_seen_from_the_root(package, _FILES_OF_BACKENDS[source.tool]))
            return f"The version stands in {name}, where {code(source.tool)} reads it. Change it there, and commit."
        case Origin.BACKEND:
            return (
                f"The build backend ({code(source.tool)}) makes the version when it builds:"
                f" `uvx pypublish-action rehearse{on_the_command_line(package)}` says what it is."
            )


def tag(package: Package, version: str) -> str:
    """Return the tag of a version."""
    return tag_of_version(version, package.tag_format, package.name)


def on_the_command_line(package: Package) -> str:
    """Return what a command of ours needs after it to be about this package, with a blank before it."""
    return "" if package.folder == "." else f" {shlex.quote(package.folder)}"


def follows_the_tag(package: Package) -> bool:
    """Whether the tag makes the version, so that nothing has to be committed for it."""
    return package.version_source.origin is Origin.VCS


def _seen_from_the_root(package: Package, name: str) -> str:
    return name if package.folder == "." else f"{package.folder}/{name}"
