"""The embedded index's memory: in the process for reading, on disk for the next start; safe for many threads."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_version

from pypublish import codec
from pypublish.pypi.names import normalise
from pypublish.pypi.shelf import Shelf
from pypublish.rehearsal.disk import write_atomically
from pypublish.rehearsal.records import (
    EVERY_PROJECT,
    FileRecord,
    ProjectRecord,
    PublisherRecord,
    ReleaseRecord,
    SiteRecord,
)
from pypublish.rehearsal.shelving import shelved, shelved_project

METADATA_SUFFIX: Final = ".metadata"
_JTI_GRACE: Final = 35
"""Seconds for which a used identity token is remembered after it has expired."""


class Store:
    """One index's projects and publishers, under a folder of its own.

    What is read are values that never change; every change is one file replaced at once, so that a process
    that is killed leaves the index as it was before or after.
    """

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`, or begin it there.

        Raises:
            SettingsError: what lies there was not written by this index.

        """
        self._projects_folder = folder / "projects"
        self._site_file = folder / "site.json"
        self.files = folder / "files"
        self.incoming = folder / "incoming"
        self._lock = threading.RLock()
        self._watchers: list[Callable[[str], None]] = []
        shutil.rmtree(self.incoming, ignore_errors=True)
        for place in (self._projects_folder, self.files, self.incoming):
            place.mkdir(parents=True, exist_ok=True)
        self._projects = {
            path.stem: codec.loads(ProjectRecord, path.read_bytes(), what=str(path))
            for path in sorted(self._projects_folder.glob("*.json"))
        }
        self._site = (
            codec.loads(SiteRecord, self._site_file.read_bytes(), what=str(self._site_file))
            if self._site_file.exists()
            else SiteRecord()
        )

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Let nobody else change the index while something is decided and done."""
        with self._lock:
            yield

    def watch(self, watcher: Callable[[str], None]) -> None:
        """Call `watcher` with the name of each project that changes from now on."""
        self._watchers.append(watcher)

    @property
    def serial(self) -> int:
        """The number of the last change."""
        return max((project.serial for project in list(self._projects.values())), default=0)

    @property
    def publishers(self) -> tuple[PublisherRecord, ...]:
        """All publishers, pending ones among them."""
        return self._site.publishers

    @property
    def used_tokens(self) -> Mapping[str, float]:
        """The `jti` of the identity tokens that were exchanged."""
        return self._site.used_tokens

    def names(self) -> dict[str, str]:
        """Return every project's normalised name, with the one that is displayed."""
        return {name: project.name for name, project in list(self._projects.items())}

    def project(self, name: str) -> ProjectRecord | None:
        """Return the project of that name, in any spelling."""
        return self._projects.get(normalise(name))

    def find_file(self, path: str) -> FileRecord | None:
        """Return the file that is served at `path`."""
        return next((file for file in self._all_files() if file.path == path), None)

    def has_file(self, filename: str) -> bool:
        """Whether any project has a file of that name."""
        return any(file.filename == filename for file in self._all_files())

    def _all_files(self) -> Iterator[FileRecord]:
        for project in list(self._projects.values()):
            for release in project.releases.values():
                yield from release.files

    def shelf(self, name: str) -> Shelf:
        """Return what the index has, as PyPI's rules for a file of project `name` want to know it."""
        files = [shelved(file) for file in self._all_files()]
        project = self.project(name)
        return Shelf(
            project=shelved_project(project) if project else None,
            names=frozenset(self._projects),
            by_filename={file.filename: file for file in files},
            by_blake2b_256={file.blake2b_256: file for file in files},
            deleted=frozenset(name for project in self._projects.values() for name in project.deleted),
        )

    def create_project(self, name: str) -> ProjectRecord:
        """Make an empty project."""
        with self._lock:
            return self._keep(ProjectRecord(name=name, serial=self.serial + 1))

    def add_file(
        self, name: str, release: ReleaseRecord, file: FileRecord, *, content: Path, metadata: bytes | None
    ) -> ProjectRecord:
        """Take a file in: `content` is moved, `metadata` laid beside it; `release` is what it makes, if it is new."""
        version = canonicalize_version(release.version)
        with self._lock:
            project = self.project(name) or ProjectRecord(name=name, serial=self.serial)
            there = project.releases.get(version, release)
            new_things = 1 if version in project.releases else 2
            place = self.files / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            content.replace(place)
            if metadata is not None:
                place.with_name(place.name + METADATA_SUFFIX).write_bytes(metadata)
            releases = {**project.releases, version: replace(there, files=(*there.files, file))}
            changed = replace(project, name=name, releases=releases, serial=self.serial + new_things)
            return self._keep(changed)

    def change(self, project_name: str, alter: Callable[[ProjectRecord], ProjectRecord]) -> None:
        """Change a project in a way that no upload can; its files on disk stay."""
        with self._lock:
            changed = alter(self._projects[normalise(project_name)])
            self._keep(replace(changed, serial=self.serial + 1))

    def delete_file(self, project_name: str, filename: str) -> None:
        """Take a file away, as its owner does on PyPI's pages; its name is never free again."""

        def without(project: ProjectRecord) -> ProjectRecord:
            releases = {
                version: replace(release, files=tuple(file for file in release.files if file.filename != filename))
                for version, release in project.releases.items()
            }
            return replace(project, releases=releases, deleted=(*project.deleted, filename))

        self.change(project_name, without)

    def set_status(self, project_name: str, status: str) -> None:
        """Mark a project as active, archived or quarantined (PEP 792)."""
        self.change(project_name, lambda project: replace(project, status=status))

    def register(self, record: PublisherRecord) -> None:
        """Register a publisher; one that is not pending makes its project where there is none."""
        with self._lock:
            needs_none = record.pending or record.project == EVERY_PROJECT
            if not needs_none and self.project(record.project) is None:
                self.create_project(record.project)
            others = tuple(other for other in self._site.publishers if not _same(other, record))
            self._keep_site(replace(self._site, publishers=(*others, record)))

    def forget(self, unwanted: Callable[[PublisherRecord], bool]) -> None:
        """Take publishers away."""
        with self._lock:
            kept = tuple(record for record in self._site.publishers if not unwanted(record))
            self._keep_site(replace(self._site, publishers=kept))

    def use_token(self, jti: str, expires: float, now: float) -> None:
        """Remember that an identity token was exchanged, until some time after it has expired."""
        with self._lock:
            used = {other: until for other, until in self._site.used_tokens.items() if until > now}
            self._keep_site(replace(self._site, used_tokens={**used, jti: expires + _JTI_GRACE}))

    def _keep(self, project: ProjectRecord) -> ProjectRecord:
        name = normalise(project.name)
        write_atomically(self._projects_folder / f"{name}.json", codec.dumps(project).encode())
        self._projects = {**self._projects, name: project}
        for watcher in self._watchers:
            watcher(name)
        return project

    def _keep_site(self, site: SiteRecord) -> None:
        write_atomically(self._site_file, codec.dumps(site).encode())
        self._site = site


def _same(one: PublisherRecord, other: PublisherRecord) -> bool:
    return (one.publisher, normalise(one.project), one.pending) == (
        other.publisher,
        normalise(other.project),
        other.pending,
    )
