"""What a release on GitHub is made of: the files that are attached, and the text that it shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pypublish.checks import github_release
from pypublish.checks.tags import parse_version
from pypublish.edges import staging
from pypublish.edges.github_api import Account
from pypublish.edges.world import World
from pypublish.hosting import FILES_MARKER, Attachment, HostedRelease, Told
from pypublish.model import ArtifactKind, Index, Manifest
from pypublish.stages.release_words import Checkout, Words

SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be released on GitHub, as whom, and how."""

    manifest: Manifest
    seal: Path
    """The manifest's file; `dist/` lies beside it."""
    index: Index
    tag: str
    account: Account
    server_url: str
    """Where people look at GitHub."""
    project_url: str
    """The release's page on the index."""
    checkout: Checkout
    ignore: Mapping[str, str]
    """The project's waived findings, each with its reason."""
    tag_format: str
    """How the project makes tags of versions."""
    webhook: str = field(default="", repr=False)
    """Empty where nobody is told."""
    dry_run: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What is written of a release beside its files."""

    title: str
    body: str
    prerelease: bool
    latest: bool


def attachments(wanted: Wanted, world: World) -> Iterator[Attachment]:
    """Yield the sealed files, then the list of their digests, then the manifest."""
    for artifact in wanted.manifest.artifacts:
        yield Attachment(
            name=artifact.filename,
            path=wanted.seal.parent / staging.DIST / artifact.filename,
            size=artifact.size,
            sha256=artifact.sha256,
            media_type="application/gzip" if artifact.kind is ArtifactKind.SDIST else "application/zip",
        )
    sums = world.scratch / SUMS
    sums.write_text(staging.checksums(wanted.manifest.artifacts), "utf-8", newline="\n")
    for path, name, media_type in (
        (sums, SUMS, "text/plain"),
        (wanted.seal, staging.MANIFEST, "application/json"),
    ):
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        yield Attachment(name=name, path=path, size=len(content), sha256=digest, media_type=media_type)


def keeps_its_words(found: HostedRelease | None) -> bool:
    """Whether somebody has written something about the release, in a draft or when it was published: that stays."""
    if found is None or not found.body.strip():
        return False
    return not found.draft or FILES_MARKER not in found.body


def text_of(
    wanted: Wanted,
    chosen: HostedRelease | None,
    words: Words,
    *,
    everything: Sequence[HostedRelease],
    write: Callable[[Told], str],
) -> Text:
    """Return what the release is to say; what somebody wrote into a draft, or published, stays."""
    release, changelog = wanted.manifest.release, words.changelog
    version = parse_version(release.version or "")
    kept = chosen.body if chosen is not None and keeps_its_words(chosen) else ""
    told = Told(
        text=kept or words.text,
        markup=changelog.markup if changelog is not None else "markdown",
        whole=changelog.text if changelog is not None else "",
        file=_in_repository(wanted.checkout, changelog.file) if changelog is not None else "",
        commits=words.commits,
        artifacts=wanted.manifest.artifacts,
        index_title=wanted.index.title,
        project_url=wanted.project_url,
        repository_url=f"{wanted.server_url.rstrip('/')}/{wanted.account.repository}",
        tag=wanted.tag,
    )
    return Text(
        title=(chosen.title if chosen is not None else "") or f"{release.name} {release.version}",
        body=kept if chosen is not None and not chosen.draft and kept else write(told),
        prerelease=version is not None and version.is_prerelease,
        latest=version is not None
        and github_release.is_latest(
            version,
            [one for one in everything if one is not chosen],
            tag_format=wanted.tag_format,
            name=release.name,
        ),
    )


def _in_repository(checkout: Checkout, file: str) -> str:
    prefix = checkout.repository.prefix if checkout.repository is not None else ""
    return f"{prefix}/{file}" if prefix else file
