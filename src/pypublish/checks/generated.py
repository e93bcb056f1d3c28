"""What builds are known to write into an sdist by themselves: the backend, and the tools that take part in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from configparser import ConfigParser, Error

from pypublish.archive.contents import Member
from pypublish.checks.version_source import Origin, version_source
from pypublish.checks.wheel_source import STATES_VERSION
from pypublish.model import Project

OF_EVERY_BACKEND = re.compile(r"^PKG-INFO$|(^|/)[^/]+\.egg-info/")

OF_BACKEND = {
    "setuptools": re.compile(r"^setup\.cfg$"),
    "poetry": re.compile(r"^setup\.py$"),
    "flit": re.compile(r"^setup\.py$"),
    "maturin": re.compile(r"^pyproject\.toml$|(^|/)Cargo\.(toml|lock|toml\.orig)$"),
    "pdm": re.compile(r"^pyproject\.toml$"),
    "pbr": re.compile(r"^(AUTHORS|ChangeLog)$"),
    # It writes the file anew, and keeps yours beside it.
    "uv_build": re.compile(r"^pyproject\.toml(\.orig)?$"),
}
"""By the beginning of the backend's name, or by the name of a build requirement."""

REWRITTEN_BY = {
    "maturin": OF_BACKEND["maturin"],
    "pdm": OF_BACKEND["pdm"],
    "uv_build": OF_BACKEND["uv_build"],
}
"""Of these, what they change that is tracked; what setuptools changes in setup.cfg is looked at more closely."""

FROM_SOURCES = {".c": (".pyx", ".py"), ".cpp": (".pyx", ".py"), ".cxx": (".pyx",), ".mo": (".po",)}
"""Endings of files that are made of a file beside them, and that file's ending."""

VERSION_FILES = (
    ("setuptools_scm", "write_to"),
    ("setuptools_scm", "version_file"),
    ("hatch", "build", "hooks", "vcs", "version-file"),
    ("hatch", "build", "hooks", "version", "path"),
    ("pdm", "version", "write_to"),
    ("pdm", "build", "write_to"),
    ("versioneer", "versionfile_source"),
    ("versioneer", "versionfile_build"),
    ("versioningit", "write", "file"),
    ("versioningit", "onbuild", "source-file"),
)
"""Keys below `[tool]` that say where a version is written to."""

VERSION_LIMIT = 1 << 14
"""Bytes of a module that states a version; what has more hides something else."""

EGG_INFO = "egg_info"
SET_BY_SETUPTOOLS = ("tag_build", "tag_date", "tag_svn_revision")


def is_rewritten(path: str, file: Member, project: Project | None) -> bool:
    """Whether the build is known to change this tracked file of the sdist."""
    if project is None:
        return False
    by_backend = any(pattern.search(path) for name, pattern in REWRITTEN_BY.items() if _builds_with(project, name))
    return by_backend or _is_version_file(path, file, project) or OF_EVERY_BACKEND.search(path) is not None


def is_made(path: str, file: Member, project: Project | None, beside: Collection[str]) -> bool:
    """Whether the build is known to make this file of the sdist; `beside` are the paths of all that are in it."""
    if OF_EVERY_BACKEND.search(path):
        return True
    if project is None:
        return False
    stem, dot, ending = path.rpartition(".")
    if any(f"{stem}{source}" in beside for source in FROM_SOURCES.get(f"{dot}{ending}", ())):
        return True
    by_backend = any(pattern.search(path) for name, pattern in OF_BACKEND.items() if _builds_with(project, name))
    return by_backend or _is_version_file(path, file, project)


def is_same_configuration(packed: bytes, tracked: bytes) -> bool:
    """Whether a setup.cfg says the same but for what setuptools notes in it of the version."""
    try:
        return _options(packed) == _options(tracked)
    except (Error, UnicodeError):
        return False


def _options(content: bytes) -> Mapping[str, Mapping[str, str]]:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # names are told apart by case
    parser.read_string(content.decode("utf-8-sig"))
    options = {name: dict(section) for name, section in parser.items()}
    for name in SET_BY_SETUPTOOLS:
        options.get(EGG_INFO, {}).pop(name, None)
    return {name: section for name, section in options.items() if section}


def _builds_with(project: Project, name: str) -> bool:
    return project.backend.startswith(name) or any(
        re.match(rf"{name}\b(?![.-])", requirement.strip(), re.IGNORECASE) for requirement in project.build_requires
    )


def _is_version_file(path: str, file: Member, project: Project) -> bool:
    if file.size > VERSION_LIMIT:
        return False
    if any(path == file or path.endswith(f"/{file}") for file in _version_files(project.tool)):
        return True
    return STATES_VERSION.search(path) is not None and _writes_version(project)


def _writes_version(project: Project) -> bool:
    """Whether one of the tools takes part that take the version from git, and mostly write it into a module."""
    return version_source(project).origin is Origin.VCS


def _version_files(tool: Mapping[str, object]) -> Iterator[str]:
    for keys in VERSION_FILES:
        value: object = tool
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        if isinstance(value, str) and value:
            yield value.removeprefix("./")
    scikit = tool.get("scikit-build")
    generated = scikit.get("generate") if isinstance(scikit, Mapping) else None
    for entry in generated if isinstance(generated, list) else ():
        path = entry.get("path") if isinstance(entry, Mapping) else None
        if isinstance(path, str) and path:
            yield path
