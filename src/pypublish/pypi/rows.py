"""The table of PyPI's rules: every row by its name, in the order in which PyPI comes to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pypublish.pypi import rows_of_files, rows_of_metadata, rows_of_requests
from pypublish.pypi.row import Row

_TOPICS: Final = {
    "The request": "AB",
    "The metadata": "M",
    "The project": "DPR",
    "The file": "FSHU",
    "The archive": "VZ",
    "The sdist": "N",
    "The wheel": "W",
    "Attestations": "T",
}
"""What rows are about, by the letters that they begin with, in the order in which PyPI comes to them."""

_ALL: Final = (*rows_of_requests.ROWS, *rows_of_metadata.ROWS, *rows_of_files.ROWS)

TOPICS: Final[Mapping[str, tuple[Row, ...]]] = {
    title: tuple(row for row in _ALL if row.id[0] in letters) for title, letters in _TOPICS.items()
}

ROWS: Final[Mapping[str, Row]] = {row.id: row for rows in TOPICS.values() for row in rows}


def named(names: Iterable[str]) -> tuple[Row, ...]:
    """Return the rows of these names; the name of a rule that has several parts, such as `W2`, stands for them all.

    Raises:
        KeyError: there is no such row.

    """
    found: dict[str, Row] = {}
    for name in names:
        parts = {row.id: row for row in ROWS.values() if row.id == name or row.id.startswith(f"{name}:")}
        if not parts:
            raise KeyError(name)
        found |= parts
    return tuple(found.values())
