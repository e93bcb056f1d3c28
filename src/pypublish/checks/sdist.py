"""An sdist: one top folder with the project in it (source distribution format, PEP 517, PEP 625)."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.checks.catalog import check
from pypublish.checks.licenses import license_files
from pypublish.checks.subjects import SDIST_EXTENSION, Dist
from pypublish.checks.words import expected, some
from pypublish.findings import Problem, Severity
from pypublish.pypi import archives, contents


@check(Severity.ERROR, pypi="V1:top")
def sdist_has_one_top_folder(dist: Dist) -> Iterator[Problem]:
    """All files of an sdist are in one folder.

    PyPI refuses anything else, and it litters the folder of whoever unpacks it.

    Fix: use a build backend to make the sdist; an archive of the sources alone is none.

    Example:
        - hello/__init__.py  pyproject.toml
        + hello-1.2.0/hello/__init__.py  hello-1.2.0/pyproject.toml

    """
    tops = sorted({path.partition("/")[0] for path in dist.files})
    if len(tops) > 1:
        answer = archives.archive_answer(dist.filename, dist.contents)
        message = f"there are several entries at the top: {some(tops)}"
        yield Problem(message=message, where=dist.at(tops[1]), answer=expected(answer))


@check(Severity.WARNING)
def sdist_folder_is_named_like_it(dist: Dist) -> Iterator[Problem]:
    """The folder in an sdist is named like the file: {name}-{version}.

    The specification asks for it, and tools look for files there.

    Fix: use a current build backend; do not rename the file.
    """
    expected = dist.filename.removesuffix(SDIST_EXTENSION)
    if dist.top and dist.top != expected and dist.filename.endswith(SDIST_EXTENSION):
        yield Problem(message=f"the folder in it is {dist.top}, not {expected}", where=dist.at(dist.top))


@check(Severity.WARNING)
def sdist_has_pyproject(dist: Dist) -> Iterator[Problem]:
    """An sdist has the project's pyproject.toml.

    It says how to build a wheel; without it every front end guesses.

    Fix: add a pyproject.toml with a [build-system], and build anew.
    """
    if dist.top and f"{dist.top}/pyproject.toml" not in dist.files:
        yield Problem(message=f"there is no {dist.top}/pyproject.toml", where=dist.at(f"{dist.top}/pyproject.toml"))


@check(Severity.ERROR, pypi="N4")
def sdist_has_license_files(dist: Dist) -> Iterator[Problem]:
    """Every licence file that the metadata name is in the sdist.

    PyPI refuses the sdist otherwise (PEP 639).

    Fix: make the build backend include it (`license-files` in pyproject.toml; in setuptools also MANIFEST.in).

    Example:
        $ cat MANIFEST.in
        include LICENSE

    """
    for path in license_files(dist):
        where = f"{dist.top}/{path}"
        if where not in dist.files:
            names = [member.name for member in dist.contents.members]
            yield Problem(
                message=f"PKG-INFO names the licence file {path}, but there is no {where}",
                where=dist.at(where),
                answer=expected(contents.sdist_has_licenses(dist.filename, [path], names)),
            )
