"""What the index remembers, as PyPI's rules want to know it."""

from __future__ import annotations

from pypublish.pypi.shelf import ShelvedFile, ShelvedProject, ShelvedRelease
from pypublish.rehearsal.records import FileRecord, ProjectRecord


def shelved(file: FileRecord) -> ShelvedFile:
    """Return what PyPI's rules want to know of a file."""
    return ShelvedFile(
        filename=file.filename,
        file_type=file.file_type,
        sha256=file.sha256,
        blake2b_256=file.blake2b_256,
        size=file.size,
    )


def shelved_project(project: ProjectRecord) -> ShelvedProject:
    """Return what PyPI's rules want to know of a project."""
    return ShelvedProject(
        name=project.name,
        status=project.status,
        releases={
            version: ShelvedRelease(created=release.created, files=tuple(map(shelved, release.files)))
            for version, release in project.releases.items()
        },
    )
