"""The files in a wheel's .dist-info folder that describe it: RECORD and WHEEL, parsed."""

from __future__ import annotations

import binascii
import csv
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from pypublish.checks.subjects import Dist
from pypublish.pypi.filenames import WheelName

UNLISTED = ("RECORD.jws", "RECORD.p7s")
"""Signatures of RECORD, which cannot list them (binary distribution format; deprecated by PEP 815)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of RECORD: a file, its digest, its size."""

    line: int
    path: str
    algorithm: str
    digest: str
    """In hex; empty where there is none, or it is no digest."""
    size: str
    """As written."""


def record(dist: Dist) -> tuple[Row, ...] | None:
    """Return the lines of RECORD; None where there is none that reads."""
    content = dist.text(f"{dist.top}/RECORD")
    return None if content is None else _rows(content)


@lru_cache(maxsize=2)  # each check of a wheel asks again
def _rows(content: bytes) -> tuple[Row, ...] | None:
    try:
        lines = csv.reader(content.decode().splitlines())
        return tuple(_row(number, line) for number, line in enumerate(lines, start=1) if line)
    except (UnicodeError, csv.Error):
        return None


def _row(number: int, line: Sequence[str]) -> Row:
    path, digest, size = (*line, "", "")[:3]
    algorithm, _, encoded = digest.partition("=")
    try:
        plain = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).hex()
    except (binascii.Error, ValueError):
        plain = ""
    return Row(line=number, path=path.replace("\\", "/"), algorithm=algorithm.lower(), digest=plain, size=size.strip())


def is_listed_without_digest(dist: Dist, path: str) -> bool:
    """Whether RECORD cannot say anything of this file but that it is there."""
    return path == f"{dist.top}/RECORD"


def is_unlisted(dist: Dist, path: str) -> bool:
    """Whether this file need not be in RECORD."""
    return path in {f"{dist.top}/{name}" for name in UNLISTED}


def headers(dist: Dist) -> Mapping[str, tuple[str, ...]] | None:
    """Return the headers of WHEEL by their names in lower case; None where there is no such file."""
    content = dist.text(f"{dist.top}/WHEEL")
    if content is None:
        return None
    found: dict[str, tuple[str, ...]] = {}
    for line in content.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            key = name.strip().lower()
            found[key] = (*found.get(key, ()), value.strip())
    return found


def expand(name: WheelName) -> Iterator[str]:
    """Yield every tag that a file name promises: `py2.py3-none-any` stands for two."""
    return ("-".join(parts) for parts in product(name.pythons, name.abis, name.platforms))
