"""What the runs of the action have in common: the tag, the files, and how a release ends that went well."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from pypublish.rehearsal.records import ReleaseRecord, sdist_of
from tests.action.repository import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    from pypublish.rehearsal.server import Rehearsal

TAG = "refs/tags/v0.1.0"
MAIN = "refs/heads/main"
WHEEL, SDIST = "tinypkg-0.1.0-py3-none-any.whl", "tinypkg-0.1.0.tar.gz"
FILES = {WHEEL, SDIST}
GATED = (
    PROJECT["pyproject.toml"].replace(
        '["Programming Language :: Python :: 3.9", "Programming Language :: Python :: 3.13"]',
        f'["Programming Language :: Python :: 3.{sys.version_info.minor}"]',
    )
    + """
[tool.pypublish.gates]
tests = "python tests/try.py"
"""
)
"""The project's pyproject.toml with a gate, on the one Python that is sure to be here."""
PASSING = {"pyproject.toml": GATED, "tests/try.py": "import tinypkg\n\ntinypkg.main()\n"}
FAILING = PASSING | {"tests/try.py": "raise SystemExit('it does not work')\n"}
DONE = dict.fromkeys(("prepare", "publish", "verify", "release"), "success")
"""The jobs of a release without gates."""


def published(rehearsal: Rehearsal, name: str) -> set[str]:
    """Return the names of the files that an index has."""
    project = rehearsal.stores[name].project("tinypkg")
    releases = project.releases.values() if project else ()
    return {file.filename for release in releases for file in release.files}


def digests(rehearsal: Rehearsal, name: str) -> set[str]:
    """Return the digests of the files that an index has."""
    project = rehearsal.stores[name].project("tinypkg")
    releases = project.releases.values() if project else ()
    return {file.sha256 for release in releases for file in release.files}


def put_another_file(rehearsal: Rehearsal, name: str, scratch: Path) -> None:
    """Let an index have other bytes under the name of the release's sdist, as from somebody's earlier try."""
    content = b"something else"
    (scratch / SDIST).write_bytes(content)
    file = sdist_of(SDIST, content, uploaded=time.time())
    release = ReleaseRecord(version="0.1.0", created=file.uploaded)
    rehearsal.stores[name].add_file("tinypkg", release, file, content=scratch / SDIST, metadata=None)
