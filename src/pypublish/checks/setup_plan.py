"""What `init` sets up: a repository, its packages, and the files that are written for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pypublish.checks.project import Source
from pypublish.checks.version_source import VersionSource
from pypublish.model import Index, Publisher
from pypublish.pypi.names import normalise
from pypublish.settings import Settings

PLACEHOLDER = ("OWNER", "REPOSITORY")
"""Stands where nobody knows yet where the repository will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One package that a repository releases."""

    name: str
    """As the project spells it."""
    folder: str
    """Seen from the repository's root, with slashes; `.` at the root."""
    source: Source
    settings: Settings
    has_settings: bool
    """Whether there is a `[tool.pypublish]` already."""
    tag_format: str
    tags: tuple[str, ...] = ()
    """Those of its tags that are among the newest of the repository, the newest first."""
    version: str | None
    """The static version; None where something else makes it."""
    version_source: VersionSource
    compiled_by: str = ""
    """What makes compiled modules of it; empty where it is pure Python."""

    @property
    def slug(self) -> str:
        """The name as it stands in file names."""
        return normalise(self.name)

    @property
    def pyproject(self) -> str:
        """Where its pyproject.toml lies, seen from the root."""
        return "pyproject.toml" if self.folder == "." else f"{self.folder}/pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """Where the repository is: on GitHub by owner and name, elsewhere, or nobody knows."""

    owner: str = PLACEHOLDER[0]
    repository: str = PLACEHOLDER[1]
    others: tuple[str, ...] = ()
    """`owner/name` of further repositories on GitHub that remotes name."""
    elsewhere: tuple[str, ...] = ()
    """Hosts of remotes that are not GitHub, where none is on GitHub."""

    @property
    def is_known(self) -> bool:
        """Whether owner and name are more than placeholders."""
        return (self.owner, self.repository) != PLACEHOLDER

    @property
    def url(self) -> str:
        """The repository's page."""
        return f"https://github.com/{self.owner}/{self.repository}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What there is to set up, as it was found."""

    top: Path
    """The repository's root; the project's folder where git keeps none."""
    in_git: bool
    hosting: Hosting
    default_branch: str
    has_no_history: bool = False
    """Whether it is a shallow clone without a tag, so that nobody knows how it tags."""
    packages: tuple[Package, ...]
    """Those to set up."""
    others: tuple[str, ...] = ()
    """Names of further projects in the repository, which are left alone."""
    neighbours: tuple[str, ...] = ()
    """Names of further packages that the repository releases, beside those to set up."""
    files: frozenset[str] = field(default_factory=frozenset)
    """Names of what lies at the root and, as `.github/NAME`, in `.github`."""

    @property
    def several(self) -> bool:
        """Whether the repository releases more than one package."""
        return len(self.packages) + len(self.neighbours) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What our own action is named by in a workflow."""

    ref: str
    """A commit; where none could be had, the version's tag."""
    version: str
    """As in `0.1.0`."""
    remark: str = ""
    """Of a commit that is not the version's own: what it is."""
    why_not: str = ""
    """Why there is no commit."""

    @property
    def is_commit(self) -> bool:
        """Whether it can never become something else."""
        return not self.why_not


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to write: the kind of release, what besides, and what our own action is pinned to."""

    template: str = "release"
    extras: tuple[str, ...] = ()
    """Further templates, by name, as in `diagnose`."""
    pin: Pin


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One file as this version of pypublish writes it."""

    path: str
    """Seen from the root, with slashes."""
    text: str
    template: str
    """The template that it is made of, as in `release.yml`."""
    package: str = ""
    """The package that it is about; empty for those of the whole repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What one index has to be told of one package."""

    index: Index
    package: str
    publisher: Publisher
    new: str
    """The page for a project that the index does not have yet."""
    existing: str
    """The page for one that it has, with the form filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that is to be written, before anything is."""

    survey: Survey
    wanted: Wanted
    workflows: tuple[Planned, ...]
    registrations: tuple[Registration, ...]

    def workflow_name(self, package: Package) -> str:
        """Return what GitHub calls the workflow that releases a package."""
        return f"Release {package.name}" if self.survey.several else "Release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one file."""

    path: str
    """Seen from the root, with slashes."""
    before: str | None
    """None where there is none yet."""
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What is written besides the workflows."""

    page: str
    """PUBLISHING.md."""
    tables: Mapping[str, str]
    """The settings, by the pyproject.toml that they are appended to."""
