"""The names of distribution files: what the specifications ask, and so PyPI."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from pypublish.checks.catalog import check
from pypublish.checks.subjects import Dist, wheel_name
from pypublish.checks.words import expected, lower_first
from pypublish.findings import Problem, Severity
from pypublish.model import ArtifactKind
from pypublish.pypi import contents, filenames, platforms
from pypublish.pypi.answers import Answer
from pypublish.pypi.names import normalise

_NEWER_PLATFORM = re.compile(r"macosx_(2[7-9]|[3-9]\d)_0_\w+")
"""Releases of macOS later than the last one of the list that we have."""


@check(Severity.ERROR, pypi="F1")
def filename_is_printable(dist: Dist) -> Iterator[Problem]:
    r"""A file name has no control characters.

    PyPI refuses them, and they garble every log that shows the name.

    Fix: look for a stray character in the project's name or version; do not rename the file.

    Example:
        - name = "hello\t"
        + name = "hello"

    """
    if (answer := filenames.is_printable(dist.filename)) is not None:
        message = f"the file name {dist.filename!r} has control characters"
        yield Problem(message=message, where=dist.at(), answer=expected(answer))


@check(Severity.ERROR, pypi="F2")
def filename_has_no_path(dist: Dist) -> Iterator[Problem]:
    r"""A file name has no slash and no backslash.

    PyPI refuses it: the name is not to be taken for a path.

    Fix: look for a stray backslash in the project's name or version; do not rename the file.

    Example:
        - hello\1.2.0.tar.gz
        + hello-1.2.0.tar.gz

    """
    if (answer := filenames.has_no_path(dist.filename)) is not None:
        message = f"the file name {dist.filename!r} has a path in it"
        yield Problem(message=message, where=dist.at(), answer=expected(answer))


@check(Severity.ERROR, pypi="F3")
def file_extension_is_accepted(dist: Dist) -> Iterator[Problem]:
    """A file is an sdist (.tar.gz) or a wheel (.whl), in lower case.

    PyPI takes nothing else: eggs, Windows installers and RPMs are gone (PEP 527, PEP 715).

    Fix: build sdist and wheel with a current build backend; take other files out of dist.

    Example:
        - hello-1.2.0-py3.13.egg
        + hello-1.2.0-py3-none-any.whl

    """
    file_type = "sdist" if dist.kind is ArtifactKind.SDIST else "bdist_wheel"
    if (answer := filenames.has_its_extension(dist.filename, file_type)) is not None:
        extension = dist.filename[dist.filename.rfind(".") :]
        message = f"PyPI takes no files with the extension {extension!r}"
        yield Problem(message=message, where=dist.at(), answer=expected(answer))


@check(Severity.ERROR, pypi="N1")
def sdist_filename_has_name_and_version(dist: Dist) -> Iterator[Problem]:
    """An sdist's file name says project and version.

    PyPI and every installer read both from it (PEP 625).

    Fix: use a current build backend; do not rename the file.

    Example:
        - hello.tar.gz
        + hello-1.2.0.tar.gz

    """
    if dist.kind is ArtifactKind.SDIST and filenames.parse_sdist(dist.filename) is None:
        yield Problem(
            message=f"no project and version can be read from the file name {dist.filename!r}",
            hint="It has to be {name}-{version}.tar.gz. Use a current build backend; do not rename the file.",
            where=dist.at(),
            answer=expected(_fit(dist)),
        )


@check(Severity.ERROR, pypi="N2")
def sdist_filename_is_of_its_project(dist: Dist) -> Iterator[Problem]:
    """An sdist's file name starts with the project's name.

    The metadata inside say which project it is of; PyPI refuses a file that is named after another.

    Fix: build again after changing the name in pyproject.toml, and take old files out of dist.

    Example:
        $ rm -r dist
        $ python -m build

    """
    if (answer := _fit(dist)) is not None and answer.row == "N2" and dist.metadata is not None:
        message = f"the file is named after another project than {dist.metadata.name!r}, as PKG-INFO says"
        yield Problem(message=message, where=dist.at(dist.metadata_path), answer=expected(answer))


@check(Severity.ERROR, pypi="N3")
def sdist_filename_is_canonical(dist: Dist) -> Iterator[Problem]:
    """An sdist is named {name}-{version}.tar.gz, both normalised.

    PyPI refuses any other spelling (PEP 625): capitals, dots or hyphens in the name, 1.0 for version 1.0.0, .zip.

    Fix: use a current build backend (setuptools 69.3 or later, any flit, hatchling, pdm); do not rename the file.

    Example:
        - Hello.World-1.2.tar.gz
        + hello_world-1.2.0.tar.gz

    """
    if (answer := _fit(dist)) is not None and answer.row == "N3" and dist.metadata is not None:
        right = filenames.expected_sdist(dist.metadata.name, Version(dist.metadata.version))
        message = f"the file has to be named {right}"
        yield Problem(message=message, where=dist.at(), answer=expected(answer))


@check(Severity.ERROR, pypi="W1 V1:wheel-name")
def wheel_filename_has_all_parts(dist: Dist) -> Iterator[Problem]:
    """A wheel's file name says project, version, and what it runs on.

    Installers choose a wheel by its name alone: {name}-{version}(-{build})-{python}-{abi}-{platform}.whl (PEP 427).

    Fix: use a current build backend; do not rename the file.

    Example:
        - hello-1.2.0.whl
        + hello-1.2.0-py3-none-any.whl

    """
    if dist.kind is ArtifactKind.WHEEL and isinstance(trouble := filenames.parse_wheel(dist.filename), str):
        yield Problem(message=lower_first(trouble), where=dist.at(), answer=expected(_fit(dist)))


@check(Severity.ERROR, pypi="W2")
def wheel_platform_is_accepted(dist: Dist) -> Iterator[Problem]:
    """PyPI takes wheels for the platform that the wheel is tagged with.

    A wheel that is tagged linux_x86_64 runs only where it was built; PyPI wants the promise of manylinux or musllinux.

    Fix: build with cibuildwheel, which `pypublish init --template release-wheels` sets up; or run `auditwheel repair`
    (Linux) or `delocate-wheel` (macOS) on the wheel.

    Example:
        - hello-1.2.0-cp313-cp313-linux_x86_64.whl
        + hello-1.2.0-cp313-cp313-manylinux_2_28_x86_64.whl

    """
    name = wheel_name(dist) if dist.kind is ArtifactKind.WHEEL else None
    for tag in name.platforms if name is not None else ():
        if not platforms.is_accepted(tag):
            newer = _NEWER_PLATFORM.fullmatch(tag) is not None
            yield Problem(
                message=f"PyPI takes no wheels with the platform tag {tag!r}",
                hint="The tag is newer than our copy of PyPI's list: it may be accepted by now." if newer else "",
                where=dist.at(),
                severity=Severity.WARNING if newer else None,
                answer=expected(_fit(dist)),
            )


@check(Severity.ERROR, pypi="W3")
def wheel_filename_is_of_its_project(dist: Dist) -> Iterator[Problem]:
    """A wheel's file name starts with the project's name.

    The metadata inside say which project it is of; PyPI refuses a file that is named after another.

    Fix: build again after changing the name in pyproject.toml, and take old files out of dist.

    Example:
        $ rm -r dist
        $ python -m build

    """
    name = _wheel_and_metadata_name(dist)
    if name is not None and normalise(name[0]) != normalise(name[1]):
        yield Problem(
            message=f"the file is named after another project than {name[1]!r}, as METADATA says",
            where=dist.at(dist.metadata_path),
            answer=expected(_fit(dist)),
        )


@check(Severity.ERROR, pypi="W4")
def wheel_filename_is_normalised(dist: Dist) -> Iterator[Problem]:
    """The name in a wheel's file name is normalised: lower case, with underscores.

    PyPI refuses any other spelling (the binary distribution format: hello_world for Hello.World).

    Fix: use a current build backend (setuptools 75.3.1 or later, any flit, hatchling, pdm); do not rename the file.

    Example:
        - Hello.World-1.2.0-py3-none-any.whl
        + hello_world-1.2.0-py3-none-any.whl

    """
    name = _wheel_and_metadata_name(dist)
    if name is not None and normalise(name[0]) == normalise(name[1]):
        right = normalise(name[1]).replace("-", "_")
        if name[0] != right:
            message = f"the file name has to start with {right!r}, not {name[0]!r}"
            yield Problem(message=message, where=dist.at(), answer=expected(_fit(dist)))


@check(Severity.ERROR, pypi="W5")
def wheel_filename_has_its_version(dist: Dist) -> Iterator[Problem]:
    """The version in a wheel's file name is the version in its metadata.

    PyPI refuses a wheel that says two versions.

    Fix: build again, and take old files out of dist; do not rename the file.

    Example:
        $ rm -r dist
        $ python -m build

    """
    name = wheel_name(dist) if dist.kind is ArtifactKind.WHEEL else None
    version = _version(dist)
    if name is not None and version is not None and name.version != version:
        yield Problem(
            message=f"the file name says version {name.version}, METADATA says {version}",
            where=dist.at(dist.metadata_path),
            answer=expected(_fit(dist)),
        )


@check(Severity.ERROR, pypi="W11")
def wheel_filename_is_short_enough(dist: Dist) -> Iterator[Problem]:
    """A wheel's file name is at most 246 bytes long.

    PyPI stores its metadata beside it under the same name with `.metadata` appended, and a file name has 255 bytes.

    Fix: give the project a shorter name, or the wheel fewer tags.

    Example:
        - hello-1.2.0-cp39.cp310.cp311.cp312…-manylinux_2_17_x86_64.manylinux2014_x86_64….whl
        + hello-1.2.0-cp39-abi3-manylinux_2_17_x86_64.whl

    """
    answer = contents.name_fits_file_system(dist.filename) if dist.kind is ArtifactKind.WHEEL else None
    if answer is not None:
        message = f"the file name is {len(dist.filename.encode())} bytes long"
        yield Problem(message=message, where=dist.at(), answer=expected(answer))


def _fit(dist: Dist) -> Answer | None:
    """Ask what PyPI says of a file's name, where its metadata are sound enough to ask."""
    version = _version(dist)
    if dist.metadata is None or version is None or not dist.metadata.name:
        return None
    file_type = "sdist" if dist.kind is ArtifactKind.SDIST else "bdist_wheel"
    name = dist.metadata.name
    return filenames.fits(dist.filename, file_type=file_type, project=name, name=name, version=version)


def _wheel_and_metadata_name(dist: Dist) -> tuple[str, str] | None:
    name = wheel_name(dist) if dist.kind is ArtifactKind.WHEEL else None
    if name is None or dist.metadata is None or not dist.metadata.name:
        return None
    return name.name, dist.metadata.name


def _version(dist: Dist) -> Version | None:
    try:
        return Version(dist.metadata.version) if dist.metadata is not None else None
    except InvalidVersion:
        return None
