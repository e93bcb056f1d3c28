"""A file beside its like in the release before: what has grown many times over may hold what does not belong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pypublish.checks.catalog import check
from pypublish.checks.subjects import Dists, kind_of
from pypublish.findings import Problem, Severity
from pypublish.model import ArtifactKind
from pypublish.pypi.filenames import parse_wheel
from pypublish.sizes import size as in_words

TIMES = 3
MORE = 1_000_000
"""Bytes by which a file has to be larger than its like, and not only so many times, to be suspicious."""

SYSTEM_VERSION = re.compile(r"^(manylinux|musllinux|macosx)[_0-9]*_")


@check(Severity.WARNING)
def no_file_has_multiplied(dists: Dists) -> Iterator[Problem]:
    """No file is more than three times as large as its like in the release before, and 1 MB larger.

    Mostly it is a folder of data, a virtual environment or a build with debug symbols that got in unseen.

    Fix: list what is in it, `tar --list --verbose --file` for an sdist and `unzip -l` for a wheel, and leave out what
    nobody needs; if it has to be so large, there is nothing to do.
    """
    for dist in dists.dists:
        alike = {name: size for name, size in dists.before.items() if is_like(name, dist.filename)}
        if not alike:
            continue
        largest = max(alike, key=lambda name: alike[name])
        size, was = dist.contents.size, alike[largest]
        if size > TIMES * was and size - was > MORE:
            yield Problem(message=f"it has {in_words(size)}; {largest} had {in_words(was)}", where=dist.at())


def is_like(name: str, other: str) -> bool:
    """Say whether two files are alike in different releases: both sdists, or wheels for the same platforms."""
    return kind_of(name) is kind_of(other) and _platforms(name) == _platforms(other)


def _platforms(filename: str) -> frozenset[str]:
    """Return what a wheel runs on, without the versions of systems."""
    name = parse_wheel(filename) if kind_of(filename) is ArtifactKind.WHEEL else None
    if name is None or isinstance(name, str):
        return frozenset()
    return frozenset(SYSTEM_VERSION.sub(r"\1_", platform) for platform in name.platforms)
