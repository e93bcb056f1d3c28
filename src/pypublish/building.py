"""What happened in a build, as facts for the checks: what was built from, what was made, what failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pypublish.model import ArtifactKind


class SourceOrigin(StrEnum):
    """What the files are that a project is built from."""

    COMMIT = "commit"
    AS_IT_STANDS = "as-it-stands"
    """The tracked files, with changes that are not committed."""
    COPY = "copy"
    IN_TREE = "in-tree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A folder to build in."""

    root: Path
    """Where pyproject.toml lies."""
    origin: SourceOrigin
    changed: tuple[str, ...] = ()
    """Tracked files that are not as the commit has them."""
    untracked: tuple[str, ...] = ()
    """What lies in the tree beside the tracked files; a folder ends in `/`."""
    reason: str = ""
    """Why it is no clone, where one was to be expected."""


class BuildFault(StrEnum):
    """What kind of thing kept a project from being built."""

    BUILD_SYSTEM = "build-system"
    REQUIREMENTS = "requirements"
    HOOK = "hook"
    TIME_LIMIT = "time-limit"
    SDIST = "sdist"
    """The sdist was made, but no wheel can be built from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFailure:
    """Why a project could not be built."""

    fault: BuildFault
    reason: str
    """One sentence, without a full stop."""
    output: str = ""
    """The last lines of whoever failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a backend left in the folder that it was given for one distribution."""

    returned: str
    """The file name that the backend returned."""
    files: Mapping[str, int]
    """Every regular file in the folder, with its size in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How a build went."""

    files: tuple[Path, ...]
    """Those that are fit to be judged further, the sdist first."""
    backend: str
    made: Mapping[ArtifactKind, Made]
    failure: BuildFailure | None
    warnings: tuple[str, ...]
    """What the backend warned of, each once."""
    packages: Mapping[str, str]
    """Everything that was in the build environment: normalised name and version."""
    python: str
    uv: str
