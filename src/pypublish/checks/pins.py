"""What pins an action: a full commit, with the version that it stands for as a comment."""

from __future__ import annotations

import re

from pypublish.workflows import WorkflowFile

COMMITS = {
    "v1.11.0": "fb13cb306901256ace3dab689990e13a5550ffaa",
    "v1.12.4": "76f52bc884231f62b9a034ebfe128415bbaabdfc",
    "v1.13.0": "ed0c53931b1dc9bd32cbe73a98c7f6766f8a527e",
    "v1.14.0": "cef221092ed1bacb1cc03d23a2d87d1d172e277b",
    "v1.14.1": "ba38be9e461d3875417946c167d0b5f3d385a247",
    "v1.14.2": "dc37677b2e1c63e2034f94d8a5b11f265b73ba33",
}
"""Commits of the publishing action's versions (2026-08)."""

TAG_OBJECTS = {"6733eb7d741f0b11ec6a39b58540dab7590f9b7d": "v1.14.0"}
"""Annotated tags of the publishing action that people have pinned by mistake (2026-08)."""

KNOWN_METADATA = (((1, 14, 1), "2.5"), ((1, 12, 3), "2.4"), ((0, 0, 0), "2.3"))
"""The publishing action's versions from which on its twine reads a Metadata-Version (2026-08)."""

_VERSION = re.compile(r"v(\d+)\.(\d+)\.(\d+)")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_VERSION_COMMENT = re.compile(r"#\s*(v[0-9][\w.]*)")


def is_pinned(uses: str) -> bool:
    """Whether what a step uses can never become something else."""
    if uses.startswith("./"):
        return True  # it is the repository's own, and of the same commit
    if uses.startswith("docker://"):
        return "@sha256:" in uses
    return _COMMIT.fullmatch(uses.partition("@")[2]) is not None


def version_comment(file: WorkflowFile, line: int | None) -> str:
    """Return the version that a comment on the line names; empty where there is none."""
    lines = file.text.splitlines()
    found = _VERSION_COMMENT.search(lines[line - 1]) if line is not None and line <= len(lines) else None
    return found[1] if found else ""


def version_of(uses: str, comment: str) -> str:
    """Return the version of the publishing action that a step uses; empty where it is not known, or moves."""
    ref = uses.partition("@")[2]
    known = {commit: version for version, commit in COMMITS.items()} | TAG_OBJECTS
    version = known.get(ref, comment) if _COMMIT.fullmatch(ref) else ref
    return version if _VERSION.fullmatch(version) else ""


def known_metadata(version: str) -> str:
    """Return the highest Metadata-Version that a version of the publishing action can upload.

    Raises:
        ValueError: that is no version of it.

    """
    found = _VERSION.fullmatch(version)
    if found is None:
        raise ValueError(version)
    parts = tuple(int(part) for part in found.groups())
    return next(metadata for since, metadata in KNOWN_METADATA if parts >= since)
