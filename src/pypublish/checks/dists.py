"""All files of a release together: one project, one version, one story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from pypublish.checks.catalog import check
from pypublish.checks.requirement import spelled
from pypublish.checks.subjects import Dist, Dists
from pypublish.checks.words import expected, some
from pypublish.findings import Location, Problem, Severity
from pypublish.model import ArtifactKind
from pypublish.pypi import shelf
from pypublish.pypi.metadata import Metadata
from pypublish.pypi.names import normalise
from pypublish.pypi.shelf import Shelf, ShelvedFile, ShelvedRelease

WEIGHTY = frozenset({"name", "version", "requires-dist", "requires-python", "provides-extra"})
"""Fields by which installers decide: a difference there installs something else."""

INCOMPARABLE = frozenset({"metadata-version", "dynamic", "description", "license-file", "platform"})
"""Fields that a backend may write otherwise into a wheel than into the sdist it is built from."""

PROMISES_SINCE = Version("2.2")
"""The version of the metadata from which on an sdist's fields hold for its wheels (PEP 643)."""


@check(Severity.ERROR)
def release_has_files(dists: Dists) -> Iterator[Problem]:
    """There is something to release.

    An empty folder would be published as nothing, and everything after it would wait in vain.

    Fix: look at what the build made, and where it put it.
    """
    if not dists.dists:
        yield Problem(message="there is no distribution file")


@check(Severity.WARNING)
def release_has_an_sdist(dists: Dists) -> Iterator[Problem]:
    """A release has an sdist.

    Those whose platform has no wheel build from it, and so do Linux distributions; PyPI closes a release after 14 days.

    Fix: build it as well (`python -m build` does).
    """
    if dists.dists and not dists.of_kind(ArtifactKind.SDIST):
        yield Problem(message="there is no sdist")


@check(Severity.WARNING)
def release_has_a_wheel(dists: Dists) -> Iterator[Problem]:
    """A release has a wheel.

    Without one everybody who installs it has to build it first, with the build requirements of that day.

    Fix: build it as well (`python -m build` does).
    """
    if dists.dists and not dists.of_kind(ArtifactKind.WHEEL):
        yield Problem(message="there is no wheel")


@check(Severity.ERROR, pypi="U5")
def release_has_one_sdist(dists: Dists) -> Iterator[Problem]:
    """A release has one sdist.

    PyPI refuses the second.

    Fix: remove the one that is not of this release, and build into an empty folder.
    """
    for sdist in dists.of_kind(ArtifactKind.SDIST)[1:]:
        first = dists.of_kind(ArtifactKind.SDIST)[0].filename
        answer = shelf.is_only_sdist(ShelvedRelease(created=0, files=(_shelved(sdist),)), "sdist")
        message = f"{sdist.filename} is a second sdist beside {first}"
        yield Problem(message=message, where=sdist.at(), answer=expected(answer))


@check(Severity.ERROR, pypi="P1")
def files_are_of_one_project(dists: Dists) -> Iterator[Problem]:
    """All files are of one project, the one that is released.

    PyPI would put them into several, or refuse what the token is not for.

    Fix: remove the files of other projects, and build into an empty folder.
    """
    named = [(dist, dist.metadata.name) for dist in dists.dists if dist.metadata is not None and dist.metadata.name]
    # Where the backend alone knows the name, a release has none before the build.
    known = dists.release.name if dists.release is not None else ""
    expected = known or dists.name
    for dist, name in named:
        if normalise(name) != normalise(expected):
            yield Problem(message=f"it is of the project {name!r}, not {expected!r}", where=dist.at(dist.metadata_path))


@check(Severity.ERROR)
def files_are_of_one_version(dists: Dists) -> Iterator[Problem]:
    """All files are of one version, the one that is released.

    Files of another version would be published with it, and cannot be taken back.

    Fix: remove files of other builds. If the tag is right and the files are not, see where the version comes from.
    """
    stated = [(dist, dist.metadata.version) for dist in dists.dists if dist.metadata is not None]
    # Before the build the version of a release may not be known.
    known = dists.release.version if dists.release is not None else None
    expected = known or dists.version
    for dist, version in stated:
        if version and not _equal(version, expected):
            yield Problem(message=f"it is version {version}, not {expected}", where=dist.at(dist.metadata_path))


@check(Severity.ERROR, pypi="U2")
def files_differ(dists: Dists) -> Iterator[Problem]:
    """No two files have the same content.

    PyPI refuses the second, under whatever name.

    Fix: remove the copy.
    """
    seen: dict[str, Dist] = {}
    for dist in dists.dists:
        first = seen.setdefault(dist.contents.blake2b_256, dist)
        if first is not dist:
            there = Shelf(by_blake2b_256={first.contents.blake2b_256: _shelved(first)})
            answer = shelf.is_no_other_file(
                there, filename=dist.filename, sha256=dist.contents.sha256, blake2b_256=dist.contents.blake2b_256
            )
            message = f"it is a copy of {first.filename}"
            yield Problem(message=message, where=dist.at(), answer=expected(answer))


def _shelved(dist: Dist) -> ShelvedFile:
    """Return the file as the index would have it, once it is uploaded."""
    return ShelvedFile(
        filename=dist.filename,
        file_type="sdist" if dist.kind is ArtifactKind.SDIST else "bdist_wheel",
        sha256=dist.contents.sha256,
        blake2b_256=dist.contents.blake2b_256,
        size=dist.contents.size,
    )


@check(Severity.ERROR)
def file_names_differ(dists: Dists) -> Iterator[Problem]:
    """No two files have the same name.

    Only one of them could be published; artifacts that are merged into one folder garble such files.

    Fix: give every job that builds an artifact of its own, and see to it that no two build the same wheel.
    """
    counted = Counter(dist.filename for dist in dists.dists)
    for filename, count in counted.items():
        if count > 1:
            yield Problem(message="there are two files of this name", where=Location(file=filename))


@check(Severity.ERROR)
def metadata_agree(dists: Dists) -> Iterator[Problem]:
    """What the sdist's PKG-INFO says, a wheel's METADATA says as well.

    PyPI shows what the first file says, and resolvers take one for all. PyPI does not compare them, the specification
    does (PEP 643): only fields that PKG-INFO calls Dynamic may differ.

    Fix: build the wheel from that sdist, in one run; a field that cannot be known before belongs under `dynamic`.
    """
    for sdist in dists.of_kind(ArtifactKind.SDIST)[:1]:
        for wheel in dists.of_kind(ArtifactKind.WHEEL):
            if sdist.metadata is not None and wheel.metadata is not None and _is_same(sdist.metadata, wheel.metadata):
                yield from _differences(sdist, sdist.metadata, wheel, wheel.metadata)


def _is_same(one: Metadata, other: Metadata) -> bool:
    """Whether they are of one release; if not, that is said elsewhere."""
    return normalise(one.name) == normalise(other.name) and _equal(one.version, other.version)


def _differences(sdist: Dist, there: Metadata, wheel: Dist, here: Metadata) -> Iterator[Problem]:
    promised = _promises(there)
    may_differ = INCOMPARABLE | {name.lower() for name in there.lists.get("dynamic", ())}
    for field in sorted((there.present | here.present) - may_differ):
        old, new = _values(there, field), _values(here, field)
        if old == new:
            continue
        yield Problem(
            message=f"{_title(field)} is {_shown(new - old)}, where {sdist.metadata_path} has {_shown(old - new)}",
            where=wheel.at(wheel.metadata_path),
            severity=None if field in WEIGHTY and promised else Severity.WARNING,
        )


def _promises(metadata: Metadata) -> bool:
    try:
        return Version(metadata.texts.get("metadata-version", "0")) >= PROMISES_SINCE
    except InvalidVersion:
        return False


def _values(metadata: Metadata, field: str) -> frozenset[str]:
    """Return what a field says, without the differences that mean nothing."""
    values = metadata.lists.get(field, ())
    text = metadata.texts.get(field)
    match field:
        case "project-url":
            return frozenset(f"{label}, {url}" for label, url in metadata.urls.items())
        case "requires-dist":
            return frozenset(map(spelled, values))
        case "provides-extra":
            return frozenset(map(normalise, values))
        case "requires-python":
            return frozenset(part.strip() for part in (text or "").split(",") if part.strip())
        case _:
            return frozenset(values) if text is None else frozenset({" ".join(text.split())})


def _shown(values: frozenset[str]) -> str:
    return some([repr(value) for value in sorted(values)], 2) or "nothing of the kind"


def _title(field: str) -> str:
    return field.title().replace("Url", "URL")


def _equal(one: str, other: str) -> bool:
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other
