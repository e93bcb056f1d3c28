"""What the checks of finished files judge: one distribution, and all files of a release together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pypublish.archive.contents import Contents, Member, MemberKind, Search
from pypublish.checks.described import in_pyproject, readme_file
from pypublish.checks.mistakes import find_mistakes
from pypublish.findings import Location
from pypublish.model import Artifact, ArtifactKind, Project, Release
from pypublish.pypi import metadata as pypi_metadata
from pypublish.pypi.archives import ENCRYPTED_SOURCE
from pypublish.pypi.contents import dist_info
from pypublish.pypi.filenames import WheelName, parse_wheel
from pypublish.pypi.metadata import Metadata, Mistake
from pypublish.workflows import Workflows

SDIST_EXTENSION = ".tar.gz"
WHEEL_EXTENSION = ".whl"

STARTUP_HOOK_LIMIT = 1 << 16
"""Bytes of a .pth file that is read."""

ENTRY_POINTS = "entry_points.txt"
SETUP_CFG_LIMIT = 1 << 16
"""Bytes of a setup.cfg that is read."""

KEPT_OF_WHEEL = frozenset({"METADATA", "WHEEL", "RECORD", ENTRY_POINTS})

CUT_SHORT = frozenset({"archive-is-readable", "archive-is-no-bomb", "archive-is-bounded", "tar-is-complete"})
"""Flaws after which the reader of archives looks no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dist:
    """One distribution file as it was read: its name, its members, its metadata."""

    filename: str
    kind: ArtifactKind
    contents: Contents
    top: str
    """The folder that says what the file is: `hello-1.0` in an sdist, `hello-1.0.dist-info` in a wheel."""
    files: Mapping[str, Member]
    """The regular files in it, by their paths."""
    metadata: Metadata | None
    """What PKG-INFO or METADATA say, as written; None where the file has none."""
    mistakes: tuple[Mistake, ...] = ()
    """What PyPI's rules object to in the metadata."""
    project: Project | None = None
    """The project that it was built from, where that is known."""

    @property
    def metadata_path(self) -> str:
        """Where the metadata are in it."""
        return f"{self.top}/{'PKG-INFO' if self.kind is ArtifactKind.SDIST else 'METADATA'}"

    @property
    def metadata_version(self) -> str:
        """The version of the metadata's format; empty where there are none."""
        return self.metadata.texts.get("metadata-version", "") if self.metadata is not None else ""

    @property
    def accepted(self) -> bool:
        """Whether the archive is one that other tools may be given."""
        return not self.contents.refused

    @property
    def whole(self) -> bool:
        """Whether everything in it was read, so that what seems to be missing is."""
        return not any(flaw.rule in CUT_SHORT for flaw in self.contents.flaws)

    def text(self, path: str) -> bytes | None:
        """Return the content of a member that was kept; None where there is no such member."""
        return self.contents.texts.get(path)

    def at(self, member: str | None = None, line: int | None = None) -> Location:
        """Return the place of a member of this file."""
        return Location(file=self.filename, member=member, line=line)

    @property
    def entry_points(self) -> bytes | None:
        """What entry_points.txt says; None where there is none."""
        return self.text(f"{self.top}/{ENTRY_POINTS}")

    @property
    def readme(self) -> str:
        """The file that the description is, as the project names it; empty where that is not known."""
        return readme_file(self.project.metadata) if self.project is not None else ""

    def set_by(self, field: str, words: str = "") -> Location:
        """Return where pyproject.toml sets a field of the metadata, or else where the field is; see `Described`."""
        project = self.project
        if project is not None:
            dynamic = project.metadata.get("dynamic")
            found = in_pyproject(
                field, words, lines=project.lines, dynamic=dynamic if isinstance(dynamic, list) else ()
            )
            if found is not None:
                return found
        return self.at(f"{self.top}/{ENTRY_POINTS}" if field == "entry-points" else self.metadata_path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dists:
    """All files of one release, and what is known of the release and its project from elsewhere."""

    dists: tuple[Dist, ...]
    release: Release | None = None
    project: Project | None = None
    workflows: Workflows | None = None
    """What the repository tells GitHub to run; None where that is not known."""
    before: Mapping[str, int] = field(default_factory=dict)
    """The files of the release before, by name, and their sizes in bytes."""

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """The files as the manifest lists them, by name."""
        return tuple(sorted(map(artifact, self.dists), key=lambda one: one.filename))

    @property
    def name(self) -> str:
        """The project's name, as the sdist spells it, or else the first file that has metadata."""
        return next((dist.metadata.name for dist in self._sdist_first if dist.metadata is not None), "")

    @property
    def version(self) -> str:
        """The version, as the sdist says it, or else the first file that has metadata."""
        return next((dist.metadata.version for dist in self._sdist_first if dist.metadata is not None), "")

    @property
    def _sdist_first(self) -> tuple[Dist, ...]:
        """Where the sdist and a wheel differ, it is the wheel that is of another build."""
        return (*self.of_kind(ArtifactKind.SDIST), *self.of_kind(ArtifactKind.WHEEL))

    def of_kind(self, kind: ArtifactKind) -> tuple[Dist, ...]:
        """Return the sdists, or the wheels."""
        return tuple(dist for dist in self.dists if dist.kind is kind)


def kind_of(filename: str) -> ArtifactKind | None:
    """Say what a file is by its name; None where it is no distribution."""
    if filename.lower().endswith(WHEEL_EXTENSION):
        return ArtifactKind.WHEEL
    return ArtifactKind.SDIST if filename.lower().endswith((SDIST_EXTENSION, ".zip")) else None


def is_kept(kind: ArtifactKind, member: Member) -> bool:
    """Say whether a check needs the content of `member`."""
    folder, _, name = member.name.rpartition("/")
    if name == NPMRC and member.size <= CONFIGURATION_LIMIT:
        return True
    if kind is ArtifactKind.SDIST:
        wanted = name == "PKG-INFO" or (name == "setup.cfg" and member.size <= SETUP_CFG_LIMIT)
        return wanted and bool(folder) and "/" not in folder
    if name.endswith(".pth") and member.size <= STARTUP_HOOK_LIMIT:
        return True
    return folder.endswith(".dist-info") and "/" not in folder and name in KEPT_OF_WHEEL


FUNCTION, ANNOTATED = b"def ", b") -> "
"""What Python sources are searched for, to see whether their authors annotate."""

PYPI_TOKENS = frozenset(b"pypi-" + site for site in (b"AgEIcHlwaS5vcmc", b"AgENdGVzdC5weXBpLm9yZw"))
"""How the API tokens of PyPI and TestPyPI begin; put together here, so that this file does not look like one."""

CONFIGURATION = (".cfg", ".env", ".ini", ".json", ".sh", ".toml", ".yaml", ".yml")
CONFIGURATION_LIMIT = 1 << 16
"""Bytes of a file of settings that is searched."""

NPMRC = ".npmrc"


def search_of(filename: str, kind: ArtifactKind) -> Search:
    """Return what to look for in the members of a distribution."""
    annotations = (FUNCTION, ANNOTATED) if kind is ArtifactKind.WHEEL else ()
    name = parse_wheel(filename)
    return Search(
        needles=(*ENCRYPTED_SOURCE.needles, *sorted(PYPI_TOKENS), *annotations),
        wanted=_is_searched,
        unix_lines=isinstance(name, WheelName) and name.is_for_windows,
    )


def _is_searched(member: Member) -> bool:
    settings = member.name.endswith(CONFIGURATION) and member.size <= CONFIGURATION_LIMIT
    return settings or ENCRYPTED_SOURCE.wanted(member)


def read(filename: str, kind: ArtifactKind, contents: Contents, project: Project | None = None) -> Dist:
    """Make a subject of what the archive has."""
    files = {member.name: member for member in contents.members if member.kind is MemberKind.FILE}
    top = dist_info(filename) if kind is ArtifactKind.WHEEL else _top_folder(files)
    bare = Dist(filename=filename, kind=kind, contents=contents, top=top, files=files, metadata=None, project=project)
    text = bare.text(bare.metadata_path)
    if text is None:
        return bare
    metadata = pypi_metadata.from_file(text)
    return replace(bare, metadata=metadata, mistakes=find_mistakes(metadata))


def _top_folder(paths: Iterable[str]) -> str:
    return min((path.partition("/")[0] for path in paths if "/" in path), default="")


def wheel_name(dist: Dist) -> WheelName | None:
    """Return the parts of a wheel's file name; None where it cannot be split."""
    name = parse_wheel(dist.filename)
    return None if isinstance(name, str) else name


def artifact(dist: Dist) -> Artifact:
    """Return the file as the manifest lists it."""
    name = wheel_name(dist) if dist.kind is ArtifactKind.WHEEL else None
    return Artifact(
        filename=dist.filename,
        kind=dist.kind,
        size=dist.contents.size,
        sha256=dist.contents.sha256,
        blake2b_256=dist.contents.blake2b_256,
        python_tag="source" if name is None else ".".join(name.pythons),
        platform_tag="" if name is None else ".".join(name.platforms),
        requires_python=dist.metadata.texts.get("requires-python", "") if dist.metadata is not None else "",
    )
