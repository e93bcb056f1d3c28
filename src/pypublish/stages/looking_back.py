"""Look back at the release before, for what the summary says of the changes since. Whatever fails stops nothing."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from pypublish.checks.changes import Before
from pypublish.edges.last_release import fetch_one
from pypublish.edges.world import World
from pypublish.listing import Released, version_of
from pypublish.model import Index
from pypublish.pypi import metadata
from pypublish.stages.judging import open_file


def look_back(released: Released, index: Index, world: World) -> Before | None:
    """Fetch and read what says most about the release before; None where there is none."""
    version = next((found for file in released.last if (found := version_of(file.filename)) is not None), None)
    if version is None:
        return None
    before = Before(version=str(version), index=index.title, files=released.last)
    with world.step("check", "fetching the last release"):
        folder = Path(tempfile.mkdtemp(prefix="last-", dir=world.scratch))
        fetched = fetch_one(released.last, index, folder, world)
    dist = open_file(fetched.file, project=None).dist if fetched.file is not None else None
    if dist is not None:
        # Not every index says sizes.
        size, name = dist.contents.size, dist.filename
        files = tuple(replace(file, size=size) if file.filename == name else file for file in before.files)
        return replace(before, files=files, dist=dist, metadata=dist.metadata)
    return replace(
        before,
        metadata=metadata.from_file(fetched.metadata) if fetched.metadata is not None else None,
        unknown=fetched.why or "its file does not read",
    )
