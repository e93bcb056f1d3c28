"""A row in the table of PyPI's rules: what it refuses, who can know of it before the upload, and why nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Knows(StrEnum):
    """Who can tell before the upload that a rule will be broken."""

    CLIENT = "client"
    """Whoever has the file."""
    INDEX = "index"
    """Whoever has the file and reads what the index shows to everybody."""
    SERVER = "server"
    """The server alone: what decides is not public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One rule of PyPI's."""

    id: str
    """Its name: `N3`, or `M:classifier` for a part of a rule that has several."""
    rule: str
    """The rule, in one line."""
    status: int = 400
    """What PyPI answers where it is broken; 200 where it only writes a mail."""
    knows: Knows = Knows.CLIENT
    why: str = ""
    """What has to be asked, or why only the server can know."""
    left_to: str = ""
    """Who sees to it in our place, and how; empty where a check does, or nobody can."""


def by_server(id: str, rule: str, why: str, *, status: int = 403) -> Row:  # noqa: A002 - it is the field's name
    """Make a row of which the server alone can know."""
    return Row(id=id, rule=rule, status=status, knows=Knows.SERVER, why=why)


def by_uploader(id: str, rule: str, left_to: str, *, status: int = 400) -> Row:  # noqa: A002
    """Make a row that is about the request, which the uploading client makes of the file."""
    return Row(id=id, rule=rule, status=status, left_to=left_to)
