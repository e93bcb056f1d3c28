"""What PyPI sees when it looks into a file that was uploaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pypublish import archive
from pypublish.pypi.archives import ENCRYPTED_SOURCE, archive_answer
from pypublish.pypi.contents import dist_info
from pypublish.pypi.uploads import Contents


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What is inside a file: what the rules ask for, and a wheel's METADATA."""

    contents: Contents
    metadata: bytes | None


def look(place: Path, filename: str) -> Inside:
    """Read an archive without unpacking it; `filename`, not where it lies, says what it is to be."""
    where = dist_info(filename) if filename.endswith(".whl") else None
    wanted = {f"{where}/{name}" for name in ("RECORD", "entry_points.txt", "METADATA")} if where else set()
    with place.open("rb") as file:
        found = archive.read(
            file,
            format=archive.format_of(filename) or "tar.gz",
            keep=lambda member: member.name in wanted,
            search=ENCRYPTED_SOURCE,
        )
    contents = Contents(
        refusal=archive_answer(filename, found),
        names=tuple(member.name for member in found.members),
        record=found.texts.get(f"{where}/RECORD"),
        entry_points=found.texts.get(f"{where}/entry_points.txt"),
    )
    return Inside(contents=contents, metadata=found.texts.get(f"{where}/METADATA"))
