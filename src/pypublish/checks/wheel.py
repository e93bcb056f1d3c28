"""A wheel: that it is what its name and its own files say (binary distribution format, PEP 427)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pypublish.checks.catalog import check
from pypublish.checks.licenses import license_files
from pypublish.checks.subjects import Dist, wheel_name
from pypublish.checks.wheel_files import expand, headers
from pypublish.checks.words import expected, some
from pypublish.findings import Problem, Severity
from pypublish.pypi import archives, contents

EXTENSION_MODULE = re.compile(r"\.(cpython-|pypy|cp\d|abi3)[^/]*\.(so|pyd)$")
"""A compiled module, which says for which Python and platform; other binaries may be cargo for several."""

DATA_PARTS = frozenset({"purelib", "platlib", "headers", "scripts", "data"})


@check(Severity.ERROR, pypi="V1:WHEEL")
def wheel_describes_itself(dist: Dist) -> Iterator[Problem]:
    """A wheel has a WHEEL file in the folder that its file name promises.

    PyPI refuses a wheel without it, and installers do not know how to unpack it.

    Fix: build the wheel with a build backend, and do not rename it.

    Example:
        $ python -m build --wheel
        $ unzip -l dist/hello-1.2.0-py3-none-any.whl | grep WHEEL
        hello-1.2.0.dist-info/WHEEL

    """
    if f"{dist.top}/WHEEL" not in dist.files:
        others = sorted({path for path in dist.files if path.endswith(".dist-info/WHEEL")})
        message = f"there is no {dist.top}/WHEEL"
        yield Problem(
            message=f"{message}, but {others[0]}" if others else message,
            where=dist.at(f"{dist.top}/WHEEL"),
            answer=expected(archives.archive_answer(dist.filename, dist.contents)),
        )


@check(Severity.ERROR)
def wheel_has_one_info_folder(dist: Dist) -> Iterator[Problem]:
    """A wheel has one .dist-info folder.

    Installers refuse a wheel with several: they cannot tell which describes it.

    Fix: find what copies another package's .dist-info into this one; build in a clean tree.

    Example:
        - hello-1.2.0.dist-info/  spam-0.9.dist-info/
        + hello-1.2.0.dist-info/

    """
    tops = {path.partition("/")[0] for path in dist.files if "/" in path}
    folders = sorted(top for top in tops if top.endswith(".dist-info"))
    if len(folders) > 1:
        yield Problem(message=f"there are several .dist-info folders: {', '.join(folders)}", where=dist.at())


@check(Severity.ERROR)
def wheel_format_is_known(dist: Dist) -> Iterator[Problem]:
    """WHEEL says version 1.0 of the format, or a later 1.x.

    Installers refuse a version 2, and warn of what is newer than they are.

    Fix: use a current build backend.

    Example:
        - Wheel-Version: 2.0
        + Wheel-Version: 1.0

    """
    described = headers(dist)
    if described is None:
        return
    version = described.get("wheel-version", ("",))[0]
    if version.partition(".")[0] != "1":
        said = f"says {version!r}" if version else "does not say which"
        yield Problem(message=f"WHEEL {said} as version of its format", where=dist.at(f"{dist.top}/WHEEL"))


@check(Severity.WARNING)
def wheel_tags_match_filename(dist: Dist) -> Iterator[Problem]:
    """The tags in WHEEL are those in the file name.

    An installer chooses by the name; other tools believe the file. PyPI does not compare them, the specification does.

    Fix: do not rename a wheel; `python -m wheel tags` changes both.
    """
    name, described = wheel_name(dist), headers(dist)
    if name is None or described is None:
        return
    stated, outside = {tag.lower() for tag in described.get("tag", ())}, set(expand(name))
    inside = {single for tag in stated for single in _one_by_one(tag)}
    where = dist.at(f"{dist.top}/WHEEL")
    if inside != outside:
        yield Problem(
            message=(
                f"the file name says {some(sorted(outside - inside)) or 'nothing else'},"
                f" WHEEL says {some(sorted(inside - outside)) or 'nothing else'}"
            ),
            where=where,
        )
    elif stated != inside:
        yield Problem(
            message=f"WHEEL has several tags in one line, where each wants its own: {some(sorted(stated - inside))}",
            hint="Installers go by the file name, so nobody is harmed; it is the build backend's to mend.",
            where=where,
            severity=Severity.NOTE,
        )


def _one_by_one(tag: str) -> frozenset[str]:
    """Return the tags that one stands for, be it written as file names write several (PEP 425)."""
    if "." not in tag:
        return frozenset({tag})
    from packaging.tags import parse_tag

    try:
        return frozenset(map(str, parse_tag(tag)))
    except ValueError:
        return frozenset({tag})


@check(Severity.WARNING)
def wheel_purity_matches_content(dist: Dist) -> Iterator[Problem]:
    """A wheel that is tagged for every platform has no compiled modules.

    It would be installed where they cannot run.

    Fix: build a wheel for each platform with cibuildwheel, which `pypublish init --template release-wheels` sets up; or
    leave the compiled modules out.
    """
    name = wheel_name(dist)
    if name is None or not name.is_for_any_platform:
        return
    binaries = [path for path in dist.files if EXTENSION_MODULE.search(path) is not None]
    if binaries:
        yield Problem(
            message=f"the wheel is tagged for any platform, but has compiled modules: {some(binaries)}",
            where=dist.at(binaries[0]),
        )


@check(Severity.ERROR)
def wheel_data_has_known_parts(dist: Dist) -> Iterator[Problem]:
    """The .data folder has nothing but purelib, platlib, headers, scripts and data.

    Installers refuse a wheel with anything else there.

    Fix: name the folder as the binary distribution format does, in the build backend's configuration.

    Example:
        - hello-1.2.0.data/share/hello.conf
        + hello-1.2.0.data/data/share/hello.conf

    """
    folder = f"{dist.top.removesuffix('.dist-info')}.data/"
    parts = {path[len(folder) :].partition("/")[0] for path in dist.files if path.startswith(folder)}
    if unknown := sorted(parts - DATA_PARTS):
        yield Problem(message=f"{folder} has {some(unknown)}", where=dist.at(folder + unknown[0]))


@check(Severity.ERROR, pypi="W6")
def wheel_has_license_files(dist: Dist) -> Iterator[Problem]:
    """Every licence file that the metadata name is in the wheel.

    PyPI refuses the wheel otherwise (PEP 639).

    Fix: add the file to `license-files` in pyproject.toml, and use a backend that knows it; build anew.

    Example:
        [project]
        + license-files = ["LICENSE"]

    """
    for path in license_files(dist):
        where = f"{dist.top}/licenses/{path}"
        if where not in dist.files:
            yield Problem(
                message=f"METADATA names the licence file {path}, but there is no {where}",
                where=dist.at(where),
                answer=expected(contents.wheel_has_licenses(dist.filename, [path], dist.contents.names)),
            )
