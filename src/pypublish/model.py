"""The nouns of a release: frozen, without behaviour beyond what follows from their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

MANIFEST_SCHEMA = 1

DEFAULT_BACKEND = "setuptools.build_meta:__legacy__"
DEFAULT_REQUIRES = ("setuptools >= 40.8.0",)
"""What a project without a [build-system] table means to every front end (PEP 517, PEP 518)."""


class ArtifactKind(StrEnum):
    """What a distribution file is."""

    SDIST = "sdist"
    WHEEL = "wheel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One distribution file: its name, its kind, its size in bytes and its digests in hex."""

    filename: str
    kind: ArtifactKind
    size: int
    sha256: str
    blake2b_256: str
    python_tag: str
    """As the upload form wants it: `source` for an sdist, `py3` or `cp313` … for a wheel."""
    platform_tag: str = ""
    """Empty for an sdist."""
    requires_python: str = ""
    build: int | None = 0
    """Which of the manifest's build records made it; None where it was built elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRecord:
    """What built the files and when, so that a build can be explained later."""

    backend: str
    requirements: Mapping[str, str]
    """Every package in the build environment with its version."""
    python: str
    frontend: str
    uv: str
    commit: str | None
    tag: str | None
    runner: str
    built_at: str
    """RFC 3339, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionIdentifier:
    """Where a version comes from: the tag it counts from, and what has happened since."""

    tag: str | None
    """The tag that describes the commit, or the newest one before it."""
    commits_since: int
    commit: str | None
    dirty: bool
    shallow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is to be released: name as the project spells it, PEP 440 version, and where it comes from."""

    name: str
    version: str | None
    """None until the build tells, where nothing before it can."""
    tag: str | None
    commit: str | None
    epoch: int
    """Seconds since 1970 of the commit: SOURCE_DATE_EPOCH of the build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A package index: where to upload to, where to read, and whom its OIDC tokens are for."""

    name: str
    upload_url: str
    simple_url: str
    oidc_audience: str
    file_hosts: tuple[str, ...] = ()
    """Hosts that may serve this index's files besides its own."""

    @property
    def is_pypi(self) -> bool:
        """Whether PyPI's own rules hold here, as they do on TestPyPI."""
        return self.name in {"pypi", "testpypi"}

    @property
    def title(self) -> str:
        """The name as people write it."""
        return {"pypi": "PyPI", "testpypi": "TestPyPI"}.get(self.name, self.name)


PYPI = Index(
    name="pypi",
    upload_url="https://upload.pypi.org/legacy/",
    simple_url="https://pypi.org/simple/",
    oidc_audience="pypi",
    file_hosts=("files.pythonhosted.org",),
)
TESTPYPI = Index(
    name="testpypi",
    upload_url="https://test.pypi.org/legacy/",
    simple_url="https://test.pypi.org/simple/",
    oidc_audience="testpypi",
    file_hosts=("test-files.pythonhosted.org",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """What PyPI must be told for Trusted Publishing from GitHub."""

    owner: str
    repository: str
    workflow: str
    """The file name alone: `release.yml`."""
    environment: str
    """Empty where the publishing job names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifySettings:
    """What the jobs after the build need to know of the settings, since they have no checkout. Times in seconds."""

    dependencies_index: str
    smoke_command: str = ""
    smoke_timeout: int = 300
    import_names: tuple[str, ...] = ()
    """The modules that must import; every top-level one where it is empty."""
    extras: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    patience: int = 1800
    lowest: bool = False
    """Whether it is tried with the lowest versions of what it depends on, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The contract between the jobs: what is released, which files, who built them."""

    schema: int
    release: Release
    artifacts: tuple[Artifact, ...]
    builds: tuple[BuildRecord, ...]
    verify: VerifySettings
    index: Index = PYPI
    """Where it is to be released: the jobs after the build have no settings to look an index of one's own up in."""
    publisher: Publisher | None = None
    """As whom it is to be published there; None where no workflow tells."""
    attests: bool = False
    """Whether that job makes attestations (PEP 740)."""
    findings: Mapping[str, int] = field(default_factory=dict)


class FileState(StrEnum):
    """How the index stands to one file of the manifest, or the manifest to one file of the index."""

    ABSENT = "absent"
    SAME = "same"
    DIFFERENT = "different"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What the user asked for: which index, which tag, which version."""

    index: Index
    """Where it is to be released, or, of a dry run, where it would be."""
    dry_run: bool
    tag: str | None = None
    """The tag that was named or pushed, or that the commit bears."""
    tag_given: bool = False
    """Whether somebody named or pushed the tag, or it was only found at the commit."""
    version: str | None = None
    """The version that was given by hand, to be compared."""

    @property
    def binding(self) -> bool:
        """Whether this is a release in earnest, so that what stands in its way is an error, not a note."""
        return not self.dry_run or self.tag_given


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """What of a source tree can be judged before a build: read, not yet understood."""

    root: Path
    pyproject: bytes | None
    files: frozenset[str]
    """The names of what lies beside pyproject.toml."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One source tree that a release is made of, as its pyproject.toml describes it."""

    root: Path
    """Where pyproject.toml lies."""
    name: str
    """As the project spells it; empty where the build backend alone knows it."""
    version: str | None
    """The static version; None where the build backend finds it."""
    backend: str
    build_requires: tuple[str, ...]
    metadata: Mapping[str, object]
    """The `[project]` table."""
    tool: Mapping[str, object]
    """The `[tool]` table."""
    lines: Mapping[str, int]
    """Key path (`project.version`) -> the line of pyproject.toml that sets it, as far as it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One module imported, or one entry point loaded, where the distribution is installed."""

    name: str
    """The module, or `group: name = value` of an entry point."""
    failure: str = ""
    """Why it did not work, with the place; empty where it did, or was not tried."""
    missing: str = ""
    """The module that was not found and is not the distribution's own, where that is why."""
    skipped: str = ""
    """Why it was not tried."""
    version: str = ""
    """What the module says of its version (`__version__`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What came of installing one distribution in a clean environment and using it."""

    artifact: str
    """File name of what was installed."""
    python: str
    """The version of the environment's Python."""
    installer: str
    """`uv` or `pip`."""
    installer_version: str = ""
    platform: str = ""
    """The system that it was done on."""
    lowest: bool = False
    """Whether with the lowest versions of what it depends on that it allows; else with the newest."""
    requirements: tuple[str, ...] = ()
    """What was named to the installer beside it."""
    distributions: Mapping[str, str] = field(default_factory=dict)
    """What is installed in the environment, itself included: name and version."""
    failure: str = ""
    """Why it could not be installed, in the installer's words; what follows is empty then."""
    version: str | None = None
    """The version that the installed metadata name."""
    extras: tuple[str, ...] = ()
    """The extras that were installed with it."""
    optional: tuple[str, ...] = ()
    """Names of the requirements that only extras bring."""
    imports: tuple[Use, ...] = ()
    entry_points: tuple[Use, ...] = ()
    command: str | None = None
    """What the smoke command said when it failed; None where it succeeded or there is none."""
    leftovers: tuple[str, ...] = ()
    """Files that stayed behind after uninstalling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a borrowed tool said of a file, in its own words."""

    tool: str
    """`twine`, `check-wheel-contents` or `check-manifest`."""
    code: str
    """Its own name for it, such as `W004`; for tools without codes, one of ours."""
    message: str
    members: tuple[str, ...] = ()
    """The files within the archive, or the tree, that it names."""
    configured: bool = False
    """Whether the project configures the tool: what it says then was asked for."""
