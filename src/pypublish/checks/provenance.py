"""Where the published files come from (PEP 740): whether that can be proven, and whether it is where they should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pypublish.checks.catalog import check
from pypublish.checks.words import some
from pypublish.findings import Location, Problem, Severity
from pypublish.listing import Attestation, FileProvenance
from pypublish.model import Index, Manifest, Publisher

GITHUB = "https://github.com/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """The subject: a sealed release, and the attestations that the index has of its files."""

    manifest: Manifest
    index: Index
    files: tuple[FileProvenance, ...]

    @property
    def each(self) -> Iterator[tuple[str, Attestation]]:
        """Every attestation, with the name of its file."""
        return ((file.filename, attestation) for file in self.files for attestation in file.attestations)


@check(Severity.WARNING)
def files_are_attested(subject: Attested) -> Iterator[Problem]:
    """The index has an attestation of every file: proof of which workflow published it (PEP 740).

    The publishing action makes them by itself, and without one nobody can tell from outside where a file came from.
    A file that was uploaded without an attestation can never get one.

    Fix: read the publishing job's log; for the next release, let the publishing action publish by Trusted Publishing,
    with neither `password` nor `attestations: false`.
    """
    absent = [file.filename for file in subject.files if not file.attestations]
    manifest, title = subject.manifest, subject.index.title
    due = (subject.index.is_pypi and manifest.attests) or len(absent) < len(subject.files)
    if not absent or not (due or subject.index.is_pypi):
        return
    hint = ""
    if not due and manifest.publisher is not None:
        hint = "It is as the workflow has it: its publishing job makes none."
    elif not due:
        hint = (
            "Only who publishes from a known workflow by Trusted Publishing makes them; then this tells who that was."
        )
    yield Problem(
        message=f"{title} has no attestation of it; what published it cannot be proven"
        if len(absent) == 1
        else f"{title} has no attestation of {len(absent)} files ({some(absent)});"
        " what published them cannot be proven",
        hint=hint,
        where=Location(file=absent[0]) if len(absent) == 1 else Location(),
        severity=None if due else Severity.NOTE,
    )


@check(Severity.ERROR)
def attestations_are_genuine(subject: Attested) -> Iterator[Problem]:
    """Every attestation is signed, logged and certified as it should, and about the bytes that were sealed.

    The index verifies them when a file is uploaded. One that does not hold was changed since, or on its way here.

    Fix: run verify again from another network. If it stays, do not announce the release: compare the files on the
    index with those of your build, and tell security@pypi.org.
    """
    yield from _grouped(
        (name, f"its attestation by {one.publisher} does not hold: {_why(one)}")
        for name, one in subject.each
        if one.verified is False
    )


@check(Severity.ERROR)
def attestations_name_the_publisher(subject: Attested) -> Iterator[Problem]:
    """Who published the files is who was to publish them: repository, workflow and environment.

    Another publisher of the project has uploaded them, one that somebody registered on the index: what was sealed here
    is on the index, but not by the job that was to put it there.

    Fix: open the project's page → Manage → Publishing. Where the repository or the workflow was renamed, that is it:
    register the new name and remove the old one. If the publisher is nobody of yours, remove it, change the owners'
    passwords and tokens, yank the release, and tell security@pypi.org.
    """
    wanted = subject.manifest.publisher
    if wanted is None:
        return
    if subject.index.name != subject.manifest.index.name:
        # TestPyPI, where the same files go first: its publishing job has an environment of its own.
        wanted = replace(wanted, environment="")
    yield from _grouped(
        (name, f"{subject.index.title} says that {one.publisher} published it: {unlike}")
        for name, one in subject.each
        if (unlike := _unlike(one, wanted))
    )


@check(Severity.NOTE)
def attestations_are_verified(subject: Attested) -> Iterator[Problem]:
    """What the attestations say is verified, not only read.

    Without that it is the index alone that says who published the files.

    Fix: install pypublish-action with the extra `attestations`.
    """
    unread = [name for name, one in subject.each if one.verified is None]
    if unread:
        yield Problem(
            message=f"the signatures of {_several(list(dict.fromkeys(unread)))} were not verified: pypi-attestations is"
            " not installed here"
        )


def _why(one: Attestation) -> str:
    """Say why an attestation does not hold; the library's words where its signer is whom the index names."""
    publisher, certificate = one.github, one.certificate
    if publisher is None or certificate is None:
        return one.failure
    path = f"{GITHUB}{publisher.owner}/{publisher.repository}/.github/workflows/{publisher.workflow}@"
    if certificate.workflow.startswith(path):
        return one.failure
    return f"its certificate is for {certificate.workflow or 'no workflow'}"


def _unlike(found: Attestation, wanted: Publisher) -> str:
    """Say in what a publisher is not the expected one; nothing where it is."""
    named, certificate = found.github, found.certificate
    if named is None:
        return f"expected {wanted.owner}/{wanted.repository} on GitHub"
    # One that is registered without an environment takes the jobs of all; the certificate tells which it was.
    environment = (certificate.environment if certificate is not None else None) or named.environment
    repository, expected = f"{named.owner}/{named.repository}", f"{wanted.owner}/{wanted.repository}"
    differences = []
    if repository.lower() != expected.lower():
        differences.append(f"repository {repository}, expected {expected}")
    if named.workflow != wanted.workflow:
        differences.append(f"workflow {named.workflow}, expected {wanted.workflow}")
    if environment and wanted.environment and environment.lower() != wanted.environment.lower():
        differences.append(f"environment {environment}, expected {wanted.environment}")
    return "; ".join(differences)


def _grouped(said: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Say once what is true of several files."""
    files: dict[str, list[str]] = {}
    for name, message in said:
        files.setdefault(message, []).append(name)
    for message, names in files.items():
        others = len(set(names)) - 1
        more = f" (and so of {others} more file{'s' if others > 1 else ''})" if others else ""
        yield Problem(message=f"{message}{more}", where=Location(file=names[0]))


def _several(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} files"
