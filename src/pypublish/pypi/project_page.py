"""What PyPI's page of a project shows of one release, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import getaddresses

from pypublish.pypi.metadata import Metadata
from pypublish.pypi.project_links import Link, links_of
from pypublish.pypi.release_history import PastRelease


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author or maintainer, as the metadata name them; nobody has verified it."""

    role: str
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """One file for download."""

    filename: str
    is_sdist: bool
    size: int
    """Bytes."""
    sha256: str
    blake2b_256: str
    tags: tuple[str, ...] = ()
    """Python, ABI and platform that a wheel is for."""
    uploaded: str = ""
    """RFC 3339; empty before the upload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPage:
    """The page, as far as it follows from a release."""

    name: str
    version: str
    summary: str
    install: str
    """The command under the title."""
    is_prerelease: bool
    metadata: Metadata
    links: tuple[Link, ...]
    people: tuple[Person, ...]
    license: str
    requires_python: str
    keywords: tuple[str, ...]
    extras: tuple[str, ...]
    classifiers: Mapping[str, tuple[str, ...]]
    """The first part of a classifier -> what follows it, in their order."""
    files: tuple[ListedFile, ...] = ()
    history: tuple[PastRelease, ...] = ()
    """Newest first; empty where the index was not asked."""

    @property
    def is_published(self) -> bool:
        """Whether the index has this version already."""
        return any(release.is_this and release.is_published for release in self.history)

    @property
    def yanked(self) -> str | None:
        """Why this release was yanked; None where it was not."""
        return next((release.yanked for release in self.history if release.is_this), None)

    @property
    def newest(self) -> str:
        """The version that installers take; empty where it is this one, or none is known."""
        for release in self.history:
            if release.yanked is None and not release.is_prerelease:
                return "" if release.is_this else release.version
        return ""


def page_of(
    metadata: Metadata,
    *,
    repository: tuple[str, str] | None = None,
    files: Iterable[ListedFile] = (),
    history: Iterable[PastRelease] = (),
) -> ProjectPage:
    """Return the page of a release; `repository` is the owner and the name of the one that it is published from."""
    name, version = metadata.name, metadata.version
    prerelease = _is_prerelease(version)
    return ProjectPage(
        name=name,
        version=version,
        summary=_text(metadata, "summary"),
        # pip passes a pre-release over unless it is named.
        install=f"pip install {name}=={version}" if prerelease else f"pip install {name}",
        is_prerelease=prerelease,
        metadata=metadata,
        links=links_of(metadata, repository),
        people=tuple(_people(metadata)),
        license=_text(metadata, "license-expression") or _first_line(_text(metadata, "license")),
        requires_python=_text(metadata, "requires-python"),
        keywords=_keywords(_text(metadata, "keywords")),
        extras=tuple(metadata.lists.get("provides-extra", ())),
        classifiers=_groups(metadata.lists.get("classifier", ())),
        files=tuple(sorted(files, key=lambda file: (not file.is_sdist, file.filename))),
        history=tuple(history),
    )


def _text(metadata: Metadata, field: str) -> str:
    text = metadata.texts.get(field, "").strip()
    return "" if text == "UNKNOWN" else text


def _first_line(text: str) -> str:
    line, _, rest = text.partition("\n")
    return f"{line} …" if rest.strip() else line


def _is_prerelease(version: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version).is_prerelease
    except InvalidVersion:
        return False


def _people(metadata: Metadata) -> Iterator[Person]:
    for role in ("author", "maintainer"):
        addresses = _text(metadata, f"{role}-email")
        found = [
            Person(role=role, name=name, email=email)
            for name, email in (getaddresses([addresses]) if addresses else ())
            if name or email
        ]
        alone = _text(metadata, role)
        if alone and not any(person.name == alone for person in found):
            if len(found) == 1 and not found[0].name:
                found = [Person(role=role, name=alone, email=found[0].email)]
            else:
                found.insert(0, Person(role=role, name=alone, email=""))
        yield from found


def _keywords(text: str) -> tuple[str, ...]:
    parts = text.split(",") if "," in text else text.split()
    return tuple(part.strip() for part in parts if part.strip())


def _groups(classifiers: Iterable[str]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for classifier in sorted(classifiers):
        group, _, rest = classifier.partition(" :: ")
        groups.setdefault(group, []).append(rest or group)
    return {group: tuple(items) for group, items in groups.items()}
