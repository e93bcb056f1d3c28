"""Learn from the index where the published files come from, and verify what it says (PEP 740)."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass

from pypublish.checks import catalog
from pypublish.checks import provenance as checks
from pypublish.checks.provenance import Attested
from pypublish.edges import attestations, provenance
from pypublish.edges.http import Session
from pypublish.edges.provenance import Provenance
from pypublish.edges.world import World
from pypublish.findings import Finding
from pypublish.listing import FileProvenance, IndexPage
from pypublish.model import Index, Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What the index has of each file of the manifest, and what is wrong with it."""

    files: tuple[FileProvenance, ...]
    findings: tuple[Finding, ...]


NOTHING = Learnt(files=(), findings=())


def learn_provenance(
    session: Session, manifest: Manifest, index: Index, page: IndexPage, world: World, *, readers: Executor
) -> Learnt:
    """Read the attestations of the files where the page says that there are some, verify them, judge them.

    The files' bytes are to be the sealed ones already: what is attested is compared with the manifest's digests.

    Raises:
        IndexUnavailableError: what the page promises could not be read.
        ToolError: the library that verifies could not run.

    """
    # Where the page names none the index is not asked: its CDN would remember the "no" for a minute.
    listed = {file.filename: file.provenance for file in page.files}
    addresses = {a.filename: address for a in manifest.artifacts if (address := listed.get(a.filename))}

    def read(address: str) -> Provenance:
        return provenance.read_provenance(session, index, address)

    found = dict(zip(addresses, readers.map(read, addresses.values()), strict=True))
    if found and attestations.can_be_verified():
        digests = {artifact.filename: artifact.sha256 for artifact in manifest.artifacts}
        with world.step("verify", "verifying the attestations"):
            judged = attestations.verify(found, digests, world)
    else:
        judged = {name: one.attestations for name, one in found.items()}
    files = tuple(
        FileProvenance(filename=artifact.filename, attestations=judged.get(artifact.filename, ()))
        for artifact in manifest.artifacts
    )
    subject = Attested(manifest=manifest, index=index, files=files)
    return Learnt(files=files, findings=catalog.run(catalog.collect(checks, Attested), subject, ignore={}))


def where_from(files: Iterable[FileProvenance]) -> tuple[str, ...]:
    """Say, of what was verified, from which commit and by which run it was published, for a person to follow."""
    certificates = [one.certificate for file in files for one in file.attestations if one.verified]
    runs = dict.fromkeys((one.commit, one.run) for one in certificates if one is not None and one.run)
    return tuple(f"Published from commit {commit[:12]} by {run}." for commit, run in runs)


def in_words(files: Iterable[FileProvenance]) -> str:
    """Say by whom the files are attested; nothing where not all are, or one of them is not what it should be."""
    found = [file.attestations for file in files]
    if not found or not all(found):
        return ""
    each = [attestation for attestations in found for attestation in attestations]
    if any(attestation.verified is False for attestation in each):
        return ""
    publishers = " and ".join(dict.fromkeys(attestation.publisher for attestation in each))
    verified = all(attestation.verified for attestation in each)
    return f"attested by {publishers}" if verified else f"by {publishers} (by the index's word)"
