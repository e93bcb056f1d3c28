"""The release history that PyPI's page of a project shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pypublish.listing import IndexFile, version_of

if TYPE_CHECKING:
    from packaging.version import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRelease:
    """One entry of the release history."""

    version: str
    uploaded: str = ""
    is_prerelease: bool = False
    yanked: str | None = None
    """The reason, which may be empty; None where it is not yanked."""
    is_this: bool = False
    is_published: bool = True


@dataclass(slots=True)
class _Past:
    uploads: list[str] = field(default_factory=list)
    yanked: list[str | None] = field(default_factory=list)


def history_of(files: Iterable[IndexFile], this: str) -> tuple[PastRelease, ...]:
    """Return the release history with the release `this` in its place, newest first."""
    from packaging.version import InvalidVersion, Version

    past: dict[Version, _Past] = {}
    for file in files:
        version = version_of(file.filename)
        if version is not None:
            one = past.setdefault(version, _Past())
            one.uploads += [file.upload_time] if file.upload_time else []
            one.yanked.append(file.yanked)
    try:
        own = Version(this)
    except InvalidVersion:
        return ()
    past.setdefault(own, _Past())
    return tuple(
        PastRelease(
            version=this if version == own else str(version),
            uploaded=min(one.uploads, default=""),
            is_prerelease=version.is_prerelease,
            # A release is yanked when all of its files are.
            yanked=one.yanked[0] if one.yanked and None not in one.yanked else None,
            is_this=version == own,
            is_published=bool(one.yanked),
        )
        for version, one in sorted(past.items(), reverse=True)
    )
