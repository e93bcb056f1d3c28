"""Any distribution file: its size, and what must not be in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pypublish.checks.catalog import check
from pypublish.checks.subjects import NPMRC, PYPI_TOKENS, Dist
from pypublish.checks.words import expected, some
from pypublish.findings import Problem, Severity
from pypublish.model import ArtifactKind
from pypublish.pypi import archives, limits

SECRETS = re.compile(
    r"(^|/)(\.env|\.pypirc|\.netrc|_netrc|\.git-credentials|id_(rsa|dsa|ecdsa|ed25519)|[^/]+\.kdbx|\.aws/credentials)$"
)
"""Files that hold passwords or keys by their very purpose."""

OF_A_REGISTRY = re.compile(rb"""^[^#;\n]*(_authToken|_auth|_password)[ \t]*=[ \t]*["']?[^\s"'$]""", re.MULTILINE)
"""What a .npmrc says where it does not only say how npm is to work; what begins with $ is a variable's name."""

REPOSITORY = re.compile(r"(^|/)\.(git|hg|svn|bzr)/")

REMAINS = re.compile(
    r"(^|/)(__pycache__|\.(pytest|mypy|ruff)_cache|\.hypothesis|\.tox|\.nox|\.eggs|\.venv|node_modules)/"
    # Some tools keep what they rewrote beside it: pyproject.toml.orig, Cargo.toml.orig, JupyterLab's package.json.orig.
    r"|(^|/)(?!(?:pyproject\.toml|Cargo\.toml|package\.json)\.orig$)(\.DS_Store|Thumbs\.db|desktop\.ini|[^/]+~|\.[^/]+\.sw[op]|[^/]+\.(orig|rej))$"
)
"""What tools, editors and systems leave behind."""

ASIDE = re.compile(r"(^|/)(tests?|testing|examples?|docs?|fixtures?)/")


@check(Severity.ERROR, pypi="S1")
def file_is_small_enough(dist: Dist) -> Iterator[Problem]:
    """A file has at most 100 MiB.

    PyPI refuses larger ones, unless the project was given a higher limit; nobody gets more than 1 GiB.

    Fix: leave out what users can fetch later; or ask for a higher limit, which takes days
    (https://docs.pypi.org/project-management/storage-limits/).

    Example:
        - hello/model.bin in the wheel, 180 MB
        + hello/model.py, which fetches it when it is first used

    """
    size = dist.contents.size
    name = dist.metadata.name if dist.metadata is not None else ""
    if (answer := limits.file_is_small_enough(name, size)) is not None:
        megabytes = size / limits.MEBIBYTE
        may_be_raised = size <= limits.FILE_SIZE_AT_MOST
        yield Problem(
            message=f"the file has {megabytes:,.0f} MiB",
            hint="If the project was given a higher limit, PyPI takes it." if may_be_raised else "",
            where=dist.at(),
            severity=Severity.WARNING if may_be_raised else None,
            answer=expected(answer),
        )


@check(Severity.ERROR, pypi="V1:PyArmor V1:SourceDefender")
def source_is_not_encrypted(dist: Dist) -> Iterator[Problem]:
    """No Python source is encrypted by PyArmor or SourceDefender.

    PyPI refuses what nobody can read.

    Fix: publish the source, or compiled modules, or use an index of your own.

    Example:
        - hello/core.py, which begins with `from pyarmor_runtime import __pyarmor__`
        + hello/core.cpython-313-x86_64-linux-gnu.so, compiled by Cython

    """
    for member, tool in archives.encrypted(dist.contents):
        answer = archives.archive_answer(dist.filename, dist.contents)
        yield Problem(message=f"it is encrypted by {tool}", where=dist.at(member), answer=expected(answer))


@check(Severity.ERROR)
def no_secrets(dist: Dist) -> Iterator[Problem]:
    """There is no file of passwords or keys, and no token of PyPI's.

    What is published cannot be taken back; a leaked token is found within minutes.

    Fix: take it out, and revoke it: it has been in a file that was about to be published.

    Example:
        [tool.hatch.build]
        + exclude = [".env"]

    """
    for path, message in _secrets(dist):
        # What tests of an sdist have is mostly made up for them.
        made_up = dist.kind is ArtifactKind.SDIST and ASIDE.search(path) is not None
        yield Problem(message=message, where=dist.at(path), severity=Severity.WARNING if made_up else None)


def _secrets(dist: Dist) -> Iterator[tuple[str, str]]:
    for path in dist.files:
        if SECRETS.search(path):
            yield path, "files of this name hold passwords or keys"
        elif path.endswith(NPMRC) and OF_A_REGISTRY.search(dist.text(path) or b""):
            yield path, "it has a password or token of a registry in it"
    for path, needles in dist.contents.found.items():
        if not needles.isdisjoint(PYPI_TOKENS):
            yield path, "it has an API token of PyPI's in it"


@check(Severity.ERROR)
def no_repository(dist: Dist) -> Iterator[Problem]:
    """There is no repository in the file.

    It holds the whole history, with whatever was ever committed, and maybe credentials.

    Fix: exclude the folder in the build backend's configuration.

    Example:
        [tool.hatch.build]
        + exclude = ["vendor/*/.git"]

    """
    inside = [path for path in dist.files if REPOSITORY.search(path)]
    if inside:
        yield Problem(message=f"there is a repository in it: {some(inside)}", where=dist.at(inside[0]))


@check(Severity.WARNING)
def no_remains(dist: Dist) -> Iterator[Problem]:
    """There are no caches, no environments and nothing that editors and systems leave behind.

    Nobody needs them, and they say things of the machine that they come from.

    Fix: build from a clean tree, and exclude them in the build backend's configuration.
    """
    remains = [path for path in dist.files if REMAINS.search(path)]
    if remains:
        yield Problem(message=f"left behind: {some(remains)}", where=dist.at(remains[0]))
