"""PyPI's decision about one upload: all its rules, in its order, until the first that refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from packaging.utils import canonicalize_version
from packaging.version import Version

from pypublish.pypi import (
    attestations,
    callers,
    contents,
    descriptions,
    filenames,
    form,
    limits,
    metadata,
    names,
    shelf,
)
from pypublish.pypi.answers import ACCEPTED, Answer, refuse
from pypublish.pypi.callers import Caller
from pypublish.pypi.form import Form
from pypublish.pypi.metadata import Metadata
from pypublish.pypi.shelf import Shelf, ShelvedProject


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is inside the archive, as far as PyPI looks."""

    refusal: Answer | None
    """V1: PyPI does not take it for a distribution; the rest does not count then."""
    names: Sequence[str] = ()
    record: bytes | None = None
    entry_points: bytes | None = None


LookInside = Callable[[], Contents]
"""Looks into a file; called when all cheaper rules are content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """The file of an upload: what the form says of it, and what its bytes are."""

    filename: str
    content_type: str
    size: int
    """In bytes."""
    md5: str
    sha256: str
    blake2b_256: str
    contents: LookInside


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One request to `/legacy/`."""

    form: Form
    """As it was sent."""
    file: SentFile | None
    sent_as_files: Sequence[str] = ("content",)
    """The names of all fields that were sent as files."""


def decide(
    upload: Upload,
    caller: Caller | None,
    shelf_for: Callable[[str], Shelf],
    now: float,
    *,
    local_versions: bool = False,
) -> Answer:
    """Return PyPI's answer to an upload; `shelf_for` says what the index has when a file comes for a project.

    With `local_versions` those are taken, which PyPI never does: for what is built without a tag, to be tried.

    Nothing is changed: to store the file is up to the index, when the answer is 200 and the file not there yet.
    """
    fields = form.sanitise(upload.form)
    return (
        form.files_are_files(upload.sent_as_files)
        or callers.is_known(caller)
        or form.protocol_is_known(fields)
        or form.fields_are_valid(fields)
        or metadata.judge_form(fields, local_versions=local_versions)
        or _decide_on_file(fields, upload.file, caller, shelf_for, now)
        or ACCEPTED
    )


def _decide_on_file(
    fields: Form, file: SentFile | None, caller: Caller | None, shelf_for: Callable[[str], Shelf], now: float
) -> Answer | None:
    """Apply the rules from D1 on: form and metadata are in order, the caller is known."""
    if file is None:
        return refuse("D1", "Upload payload does not have a file.")
    assert caller is not None  # noqa: S101 - A5 has answered
    meta = metadata.from_form(fields)
    place = shelf_for(meta.name)
    return (
        _project_takes_it(meta, caller, place, now)
        or _file_is_new(fields, meta, file, place, now)
        or _archive_is_right(fields, meta, file)
        or attestations.judge(form.first(fields, "attestations"), by_publisher=caller.user is None, sha256=file.sha256)
    )


def _project_takes_it(meta: Metadata, caller: Caller, place: Shelf, now: float) -> Answer | None:
    """P1-P6, R1: the project exists or may be made, the caller may upload to it, the description renders."""
    project = place.project
    if project is None:
        refusal = callers.may_create_projects(caller) or names.judge(meta.name, existing=place.names)
        if refusal:
            return refusal
        project = ShelvedProject(name=meta.name)
    return callers.may_upload_to(caller, project, now) or descriptions.renders(meta)


def _file_is_new(fields: Form, meta: Metadata, file: SentFile, place: Shelf, now: float) -> Answer | None:
    """F1-F4, S1-S2, H1, U1-U5: name, size and digests are right, and the index has no such file."""
    project = place.project or ShelvedProject(name=meta.name)
    release = project.releases.get(canonicalize_version(meta.version))
    file_type = fields["filetype"][0]
    return (
        filenames.is_printable(file.filename)
        or filenames.has_no_path(file.filename)
        or filenames.has_its_extension(file.filename, file_type)
        or _is_distribution(file.content_type)
        or limits.file_is_small_enough(meta.name, file.size, project.file_size_limit)
        or limits.project_is_small_enough(meta.name, project.size + file.size, project.size_limit)
        or _digests_match(fields, file)
        or shelf.is_no_other_file(place, filename=file.filename, sha256=file.sha256, blake2b_256=file.blake2b_256)
        or shelf.name_was_never_used(place, file.filename)
        or limits.release_is_open(release.created if release else None, now)
        or shelf.is_only_sdist(release, file_type)
    )


def _archive_is_right(fields: Form, meta: Metadata, file: SentFile) -> Answer | None:
    """V1, N1-N4 or W1-W11: the archive is a distribution, and is what its name and the metadata say."""
    inside = file.contents()
    licenses = meta.lists.get("license-file", ())
    filename, version = file.filename, Version(meta.version)
    if inside.refusal:
        return inside.refusal
    if fields["filetype"][0] == "sdist":
        return filenames.sdist_fits(
            filename, project=meta.name, name=meta.name, version=version
        ) or contents.sdist_has_licenses(filename, licenses, inside.names)
    return (
        filenames.wheel_fits(filename, project=meta.name, name=meta.name, version=version)
        or contents.wheel_has_licenses(filename, licenses, inside.names)
        or contents.record_is_readable(filename, inside.record)
        or contents.entry_points_are_valid(filename, inside.entry_points)
        or contents.metadata_is_there(filename, inside.names)
        or contents.name_fits_file_system(filename)
    )


def _is_distribution(content_type: str) -> Answer | None:
    """F4: the file is not sent as a picture, nor as nothing."""
    if content_type and not content_type.startswith("image/"):
        return None
    return refuse("F4", "Invalid distribution file.")


def _digests_match(fields: Form, file: SentFile) -> Answer | None:
    """H1: every digest that was sent is the file's."""
    actual = {"md5": file.md5, "sha256": file.sha256, "blake2_256": file.blake2b_256}
    sent = {algorithm: form.first(fields, f"{algorithm}_digest") for algorithm in actual}
    if all(digest.lower() == actual[algorithm] for algorithm, digest in sent.items() if digest):
        return None
    return refuse("H1", "The digest supplied does not match a digest calculated from the uploaded file.")
