"""The record of what `init` wrote, line by line, by which a later one tells the user's lines from its own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pypublish import __version__
from pypublish.checks import pinned_lines
from pypublish.checks.merging import split
from pypublish.checks.setup_plan import Planned

PATH = ".github/pypublish.json"
SCHEMA = 1
ABOUT = "What `pypublish init` wrote: by this, `init --update` tells your lines from its own. Keep it in git."

_DIGITS = 8
"""Hex digits of a line's digest: enough to tell the lines of one file apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One file as it was written."""

    template: str
    package: str
    """Empty where the file is about the whole repository."""
    version: str
    """Of pypublish."""
    lines: str
    """The digest of each line, separated by blanks; pins left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Every file that was written, by its path from the root."""

    about: str = ABOUT
    schema: int = SCHEMA
    files: Mapping[str, Written] = field(default_factory=dict)


def digest(line: str) -> str:
    """Return the digest of one line, whatever action is pinned to in it."""
    return hashlib.sha256(pinned_lines.key(line).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def digests(text: str) -> list[str]:
    """Return the digest of each line."""
    return [digest(line) for line in split(text)]


def as_written(planned: Planned) -> Written:
    """Return what the record says of a file that is written now."""
    return Written(
        template=planned.template,
        package=planned.package,
        version=__version__,
        lines=" ".join(digests(planned.text)),
    )


def base_of(record: Record, path: str) -> list[str] | None:
    """Return the digests of the lines that the user started from; None where nobody knows them."""
    written = record.files.get(path)
    return written.lines.split() if written is not None else None
