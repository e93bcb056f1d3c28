"""A release as GitHub hosts it: what there is of it, the files to attach, and what there is to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pypublish.model import Artifact


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file of a release on GitHub."""

    id: int
    name: str
    """As GitHub calls it, which replaces some characters of a file's name."""
    label: str
    size: int
    """Bytes."""
    sha256: str
    """In hex; empty where GitHub does not say it."""
    whole: bool
    """Whether its upload was finished; an upload that broke off leaves an empty one behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedRelease:
    """One release on GitHub."""

    id: int
    tag: str
    title: str
    body: str
    draft: bool
    """Seen by those alone who may write to the repository."""
    prerelease: bool
    immutable: bool
    """Nothing about it can be changed any more."""
    url: str
    """Where people look at it."""
    upload_url: str
    assets: tuple[Asset, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file that a release on GitHub is to have."""

    name: str
    path: Path
    size: int
    sha256: str
    media_type: str

    @property
    def label(self) -> str:
        """What GitHub has to be told besides, so that the name is found again; empty where it keeps the name.

        It puts a dot in place of other characters, such as the `!` of an epoch.
        """
        return "" if all(char.isascii() and (char.isalnum() or char in "-._") for char in self.name) else self.name

    def is_called_like(self, asset: Asset) -> bool:
        """Whether an asset is there under this file's name."""
        return self.name in {asset.name, asset.label}

    def is_same_as(self, asset: Asset) -> bool:
        """Whether an asset is this file; where GitHub gives no digest, the size has to do."""
        return asset.whole and asset.size == self.size and asset.sha256 in {"", self.sha256}


FILES_MARKER = "<!-- pypublish: files -->"
"""Begins, in a release's text, what pypublish writes below the notes; GitHub does not show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What there is to say of a release: the notes as they were found, the files, and where things are."""

    text: str
    """Foreign, but the project's own: the changelog's section, or what GitHub wrote."""
    markup: Literal["markdown", "rest"] = "markdown"
    whole: str = ""
    """All of the changelog that the text is from: links are defined elsewhere in it."""
    file: str = ""
    """The changelog's path in the repository; empty where the text is from none."""
    commits: tuple[str, ...] = ()
    """The first lines of the commits since the last release, the newest first, where there is no text."""
    artifacts: tuple[Artifact, ...] = ()
    index_title: str = ""
    project_url: str = ""
    """The page of this release on the index."""
    repository_url: str = ""
    """Where people look at the repository."""
    tag: str = ""
