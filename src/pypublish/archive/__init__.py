"""The strict reader of ZIP and tar over an open file: never extracts, is bounded, and digests as it reads.

What is wrong with an archive is data: nothing here raises because of what is in a file.
"""

from __future__ import annotations

from typing import BinaryIO

from pypublish.archive.contents import (
    DEFAULT,
    Contents,
    Flaw,
    Format,
    Limits,
    Member,
    MemberKind,
    Search,
)
from pypublish.archive.payload import Keep
from pypublish.archive.rules import RULES, Rule
from pypublish.archive.tars import read_tar
from pypublish.archive.zips import read_zip

__all__ = [
    "DEFAULT",
    "RULES",
    "Contents",
    "Flaw",
    "Format",
    "Keep",
    "Limits",
    "Member",
    "MemberKind",
    "Rule",
    "Search",
    "format_of",
    "read",
    "read_tar",
    "read_zip",
]


def read(
    file: BinaryIO,
    *,
    format: Format,  # noqa: A002 - it is the field's name
    keep: Keep,
    search: Search | None = None,
    limits: Limits = DEFAULT,
) -> Contents:
    """Read an open archive of the given format, and note everything that is wrong with it.

    `keep` is asked of each file whether its content is needed, `search` looks into contents as they pass by.

    Raises:
        OSError: the file cannot be read; never because of what is in it.

    """
    if format == "zip":
        return read_zip(file, keep=keep, search=search, limits=limits)
    return read_tar(file, format=format, keep=keep, search=search, limits=limits)


def format_of(filename: str) -> Format | None:
    """Say which archive a distribution's file name promises; None where it is no distribution's."""
    name = filename.lower()
    if name.endswith((".whl", ".zip")):
        return "zip"
    return "tar.gz" if name.endswith(".tar.gz") else None
