"""What was built elsewhere, and how it goes together with what is built here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pypublish.checks.subjects import kind_of
from pypublish.checks.words import some
from pypublish.edges import packages_dir
from pypublish.errors import UsageError
from pypublish.model import ArtifactKind
from pypublish.pypi.filenames import parse_wheel
from pypublish.sizes import plural, size


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """The distributions in a folder: they are released with what is built here."""

    folder: Path
    sdist: Path | None
    wheels: tuple[Path, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """All of them, the sdist first."""
        return (*(() if self.sdist is None else (self.sdist,)), *self.wheels)

    def takes(self, built: Path) -> bool:
        """Whether a file that was built here is released with them: the sdist is, and a wheel that they lack.

        A wheel for this machine alone they do not lack: it only proves that the sdist can be built.
        """
        if kind_of(built.name) is ArtifactKind.SDIST:
            return self.sdist is None
        return _is_for_any_platform(built) and not any(map(_is_for_any_platform, self.wheels))

    def summary(self, built: Iterable[Path]) -> str:
        """Say in one line what is built here, which is nothing where there is an sdist, and what comes from there."""
        wheels = plural(len(self.wheels), "wheel")
        if self.sdist is not None:
            with_wheels = f" and {wheels}" if self.wheels else ""
            return f"nothing is built: {self.folder} has the sdist{with_wheels}"
        files = tuple(built)
        made = [f"{file.name} {size(file.stat().st_size)}" for file in files if self.takes(file)]
        tries = [file.name for file in files if not self.takes(file)]
        left_out = f"; built to try the sdist, and left out: {', '.join(tries)}" if tries else ""
        return f"{', '.join((*made, wheels))} from {self.folder}{left_out}"


def read_elsewhere(folder: Path) -> Elsewhere:
    """Read which distributions the folder has.

    Raises:
        UsageError: there is no such folder, it has none, it has two sdists, or it has something else.

    """
    found = packages_dir.entries(folder, hint=_BUILD_FIRST)
    strangers = [path for path in found if kind_of(path.name) is None or path.is_dir()]
    if strangers:
        names = [f"{path.name}/" if path.is_dir() else path.name for path in strangers]
        raise UsageError(
            f"the folder {folder} holds what is no distribution: {some(names)}",
            hint=_MERGE if any(path.is_dir() for path in strangers) else _TAKE_OUT,
        )
    if not found:
        raise UsageError(
            f"the folder {folder} holds no distribution",
            hint="Look where the wheels were built to. Without packages-dir, prepare builds the sdist and one wheel.",
        )
    sdists = tuple(path for path in found if kind_of(path.name) is ArtifactKind.SDIST)
    if len(sdists) > 1:
        raise UsageError(
            f"the folder {folder} holds more than one sdist: {some([path.name for path in sdists])}",
            hint="A release has one. Leave in the folder the one that is of this release, or none: then it is built.",
        )
    wheels = tuple(path for path in found if path not in sdists)
    return Elsewhere(folder=folder, sdist=sdists[0] if sdists else None, wheels=wheels)


_BUILD_FIRST = (
    "Build the wheels into it first; in a workflow, the job that builds them has to run, so start it without run-id."
    " Without packages-dir, prepare builds the sdist and one wheel by itself."
)
_TAKE_OUT = "All of packages-dir is released. Take out what does not belong to the release."
_MERGE = (
    "All of packages-dir is released, and no folder can be. If they are artifacts that actions/download-artifact"
    " fetched, tell it merge-multiple: true."
)


def _is_for_any_platform(wheel: Path) -> bool:
    name = parse_wheel(wheel.name)
    return not isinstance(name, str) and name.is_for_any_platform
