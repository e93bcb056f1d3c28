"""What an index shows of a project, and how a manifest stands to it: the nouns of publishing and verifying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from pypublish.model import FileState, Installation, Publisher

if TYPE_CHECKING:
    from packaging.version import Version

SDIST_ENDINGS = (".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz")
DISTRIBUTION_ENDINGS = (".whl", ".egg", *SDIST_ENDINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFile:
    """One file as the index lists it (Simple API: PEP 503, 592, 691, 700, 714, 740)."""

    filename: str
    url: str
    """Absolute."""
    sha256: str | None
    """In hex; None where the index gives none."""
    size: int | None = None
    """In bytes; None where the index does not say, as in HTML."""
    requires_python: str = ""
    yanked: str | None = None
    """The reason, which may be empty, why installers pass it over; None where they do not."""
    upload_time: str | None = None
    """RFC 3339, UTC; None where the index does not say."""
    core_metadata: str | None = None
    """The sha256 of the file `url` + `.metadata`; empty where there is one of unknown digest, None for none."""
    provenance: str | None = None
    """The address of its attestations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """The page of one project as one node of the index served it."""

    name: str
    """Normalised."""
    exists: bool = True
    """Whether there is such a project; where there is not, everything below is empty."""
    files: tuple[IndexFile, ...] = ()
    status: str = "active"
    """PEP 792: active, archived, deprecated or quarantined."""
    status_reason: str = ""
    serial: int | None = None
    """Grows with every change of the project; PyPI alone says it."""
    etag: str | None = None
    served_by: str = ""
    """The nodes of the CDN that passed it on."""


def files_of_version(page: IndexPage, version: str) -> tuple[IndexFile, ...]:
    """Return the files of a page that belong to a version, by their names alone, in whatever spelling (PEP 440)."""
    return tuple(file for file in page.files if _is_of_version(file.filename, page.name, version))


def files_before(page: IndexPage, version: str) -> tuple[IndexFile, ...]:
    """Return the files of the newest version before another: of a final one, if that is final."""
    from packaging.version import Version

    this = Version(version)
    versions: dict[Version, list[IndexFile]] = {}
    for file in page.files:
        found = version_of(file.filename) if file.yanked is None else None
        if found is not None and found < this and (this.is_prerelease or not found.is_prerelease):
            versions.setdefault(found, []).append(file)
    return tuple(versions[max(versions)]) if versions else ()


def version_of(filename: str) -> Version | None:
    """Return the version that a file's name bears; None where it is no name of a distribution."""
    from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[1]
        return parse_sdist_filename(filename)[1]
    except (InvalidSdistFilename, InvalidWheelFilename):
        return None


def _is_of_version(filename: str, name: str, version: str) -> bool:
    from packaging.utils import canonicalize_name, canonicalize_version

    wanted = canonicalize_version(version)
    if filename.endswith(".whl"):
        parts = filename.split("-")
        return len(parts) > 1 and canonicalize_version(parts[1]) == wanted
    stem = next((filename.removesuffix(ending) for ending in SDIST_ENDINGS if filename.endswith(ending)), None)
    if stem is None:
        return False
    # Old sdists have hyphens in name and version alike: every one of them may be the border.
    borders = (place for place, char in enumerate(stem) if char == "-")
    return any(
        canonicalize_name(stem[:place]) == name and canonicalize_version(stem[place + 1 :]) == wanted
        for place in borders
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What an index knows of one version before it is built."""

    project_exists: bool
    files: tuple[str, ...] = ()
    """The names of the version's files."""
    first_upload: str | None = None
    """When the first of them came; RFC 3339."""
    status: str = "active"
    """The project's (PEP 792)."""
    size: int | None = None
    """Of all files of the project together, in bytes; None where the index does not say."""
    before: Mapping[str, int] = field(default_factory=dict)
    """The files of the newest version before this one, and their sizes in bytes, as far as the index says them."""
    last: tuple[IndexFile, ...] = ()
    """The same files as the index lists them."""


class PublishState(StrEnum):
    """Where a release stands on the index."""

    PENDING = "pending"
    """None of its files is there."""
    PUBLISHING = "publishing"
    """Some are, with the right bytes; the others are absent."""
    PUBLISHED = "published"
    """All are, and nothing else."""
    FAILED = "failed"
    """A file is there with other bytes, or one that the manifest does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """One file of the manifest or of the index, and how the two agree on it. Digests are sha256, in hex."""

    filename: str
    state: FileState
    sealed: str | None
    """The manifest's digest; None for a file that it does not know."""
    shown: str | None
    """The index's digest; None where the file is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPlan:
    """How the index stands to a release, read from the index and the manifest alone."""

    index: str
    name: str
    version: str
    state: PublishState
    files: tuple[PlannedFile, ...]
    publish: bool
    """Whether the publishing job has something to upload, and may."""

    def in_state(self, state: FileState) -> tuple[PlannedFile, ...]:
        """Return the files that are in this state."""
        return tuple(file for file in self.files if file.state is state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One look at the index while waiting: when, what was asked, and what was seen."""

    at: float
    """Seconds since the waiting began."""
    asked: str
    """The address."""
    seen: str
    """In words."""
    serial: int | None = None
    served_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Whom Sigstore certified as the signer of an attestation: a job, as its identity token described it."""

    repository: str
    """Its address: `https://github.com/acme/hello`."""
    workflow: str
    """Address of the workflow file, with `@` and the ref."""
    environment: str | None
    """None where the certificate does not say."""
    commit: str
    run: str
    """Address of the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """One attestation of a file (PEP 740): who published it by the index's word, and what came of verifying that."""

    publisher: str
    """In words."""
    github: Publisher | None
    """The same, where it is a workflow on GitHub."""
    verified: bool | None = None
    """Whether signature, certificate, log and digest are as they should; None where that was not tried."""
    failure: str = ""
    """Why they are not."""
    predicate: str = ""
    """What is attested: the type's address; empty where it was not verified."""
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProvenance:
    """The attestations that the index has of one file; none where it has none."""

    filename: str
    attestations: tuple[Attestation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The proof that users get the sealed bytes and can use them."""

    plan: PublishPlan
    sightings: tuple[Sighting, ...]
    visible_after: float
    """Seconds from the first look to the one that showed every file."""
    fetched: tuple[str, ...] = ()
    """The files that were fetched from the index, byte for byte those of the manifest."""
    installations: tuple[Installation, ...] = ()
    provenance: tuple[FileProvenance, ...] = ()
    """What the index knows of where each file came from; empty where it was not asked."""
