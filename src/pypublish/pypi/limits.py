"""PyPI's limits: sizes in bytes (rows S1, S2), times in seconds (row U4)."""

from __future__ import annotations

from typing import Final

from pypublish.pypi.answers import DOCS, Answer, refuse

MEBIBYTE: Final = 1 << 20
GIBIBYTE: Final = 1 << 30
DAY: Final = 86_400

FILE_SIZE: Final = 100 * MEBIBYTE
"""What a file may have where the project's owner has not asked for more."""
FILE_SIZE_AT_MOST: Final = GIBIBYTE
"""What nobody gets more than."""
PROJECT_SIZE: Final = 10 * GIBIBYTE

RELEASE_OPEN: Final = 14 * DAY
"""How long after its first file a release takes further ones (since 2026-07-08)."""
TOKEN_LIFETIME: Final = 900
"""How long a token minted by Trusted Publishing is good for."""
PENDING_PUBLISHER_LIFETIME: Final = 30 * DAY
"""How long a pending publisher waits for its first use."""

_STORAGE_LIMITS: Final = f"{DOCS}project-management/storage-limits"


def file_is_small_enough(project: str, size: int, limit: int = FILE_SIZE) -> Answer | None:
    """S1: the file keeps to the project's limit."""
    if size <= limit:
        return None
    return refuse(
        "S1",
        f"File too large. Limit for project {project!r} is {limit // MEBIBYTE} MB."
        f" See {_STORAGE_LIMITS}#requesting-a-file-size-limit-increase for more information.",
    )


def project_is_small_enough(project: str, size: int, limit: int = PROJECT_SIZE) -> Answer | None:
    """S2: the project keeps to its limit with the new file in it; `size` is that of all its files."""
    if size <= limit:
        return None
    return refuse(
        "S2",
        f"Project size too large. Limit for project {project!r} total size is {limit // GIBIBYTE} GB."
        f" See {_STORAGE_LIMITS}#requesting-a-project-size-limit-increase",
    )


def release_is_open(created: float | None, now: float) -> Answer | None:
    """U4: the release is new, or not older than 14 days."""
    if created is None or now - created <= RELEASE_OPEN:
        return None
    return refuse("U4", "Uploading new files to releases older than 14 days is not allowed.")
