"""What somebody else has done to a release on the index before our file comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from packaging.utils import canonicalize_version
from packaging.version import Version

from pypublish.rehearsal.meeting import Sent
from pypublish.rehearsal.records import FileRecord, ProjectRecord, ReleaseRecord, sdist_of, sums
from pypublish.rehearsal.store import Store


def put_other_bytes(store: Store, sent: Sent) -> None:
    """Put other bytes in the place of a file that the index has."""

    def spoil(file: FileRecord) -> FileRecord:
        content = (store.files / file.path).read_bytes() + b"\0"
        return _lay(store, replace(file, **sums(content)), content)

    def alter(release: ReleaseRecord) -> ReleaseRecord:
        return replace(
            release, files=tuple(spoil(file) if file.filename == sent.filename else file for file in release.files)
        )

    _change_release(store, sent, alter, created=0)


def use_up_name(store: Store, sent: Sent) -> None:
    """Let there have been a file of this name, once."""
    _make_project(store, sent)
    store.change(sent.project, lambda project: replace(project, deleted=(*{*project.deleted, sent.filename},)))


def age_release(store: Store, sent: Sent, *, created: float) -> None:
    """Let the release be begun at a time (seconds since 1970), and its files with it."""

    def alter(release: ReleaseRecord) -> ReleaseRecord:
        return replace(release, created=created, files=tuple(replace(file, uploaded=created) for file in release.files))

    _change_release(store, sent, alter, created=created)


def put_other_sdist(store: Store, sent: Sent, *, now: float) -> None:
    """Let the release have an sdist already, under a name that PyPI took in former years."""
    name = f"{sent.project}-{sent.version}.zip"
    content = name.encode()
    other = _lay(store, sdist_of(name, content, uploaded=now), content)

    def alter(release: ReleaseRecord) -> ReleaseRecord:
        others = (file for file in release.files if file.filename != name)
        return replace(release, files=(*others, other))

    _change_release(store, sent, alter, created=now)


def _lay(store: Store, file: FileRecord, content: bytes) -> FileRecord:
    place = store.files / file.path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return file


def _make_project(store: Store, sent: Sent) -> None:
    if store.project(sent.project) is None:
        store.create_project(sent.project)


def _change_release(
    store: Store, sent: Sent, alter: Callable[[ReleaseRecord], ReleaseRecord], *, created: float
) -> None:
    """Change the release; where there is none yet, it is begun without files."""

    def change(project: ProjectRecord) -> ProjectRecord:
        version = canonicalize_version(sent.version)
        none = ReleaseRecord(version=str(Version(sent.version)), created=created)
        return replace(project, releases={**project.releases, version: alter(project.releases.get(version, none))})

    _make_project(store, sent)
    store.change(sent.project, change)
