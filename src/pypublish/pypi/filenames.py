"""What PyPI asks of a file's name (rows F1-F3, N1-N3, W1-W5)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from pypublish.pypi import platforms
from pypublish.pypi.answers import Answer, refuse
from pypublish.pypi.form import EXTENSIONS
from pypublish.pypi.names import normalise

_DISTRIBUTION = re.compile(r".+?(?P<extension>\.(tar\.gz|zip|whl))$", re.IGNORECASE)
_WHEEL_NAME = re.compile(r"[\w.]*\Z")
_BUILD_TAG = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelName:
    """A wheel's file name in its parts, name and version as written."""

    name: str
    version: Version
    build: str
    pythons: tuple[str, ...]
    abis: tuple[str, ...]
    platforms: tuple[str, ...]

    @property
    def is_for_any_platform(self) -> bool:
        """Whether it is for every platform, and for none in particular."""
        return self.platforms == ("any",)

    @property
    def is_for_windows(self) -> bool:
        """Whether it was built for, and so mostly on, Windows."""
        return any(tag.startswith("win") for tag in self.platforms)


def is_printable(filename: str) -> Answer | None:
    """F1: no control characters."""
    if not any(ord(character) < ord(" ") or character == "\x7f" for character in filename):
        return None
    return refuse(
        "F1",
        "Cannot upload a file with non-printable characters (ordinals 0-31) or the DEL character (ordinal 127)"
        " in the name.",
    )


def has_no_path(filename: str) -> Answer | None:
    """F2: no `/` and no backslash."""
    if "/" not in filename and "\\" not in filename:
        return None
    return refuse("F2", "Cannot upload a file with '/' or '\\' in the name.")


def has_its_extension(filename: str, file_type: str) -> Answer | None:
    """F3: the extension is one of the file type's, in lower case."""
    match = _DISTRIBUTION.match(filename)
    pep527 = "See https://www.python.org/dev/peps/pep-0527"
    if match is None:
        known = f"Invalid file extension: Use .tar.gz, .whl or .zip extension. {pep527}"
        return refuse("F3", f"{known} and https://peps.python.org/pep-0715/ for more information")
    extension = match["extension"]
    if extension in EXTENSIONS[file_type]:
        return None
    reason = f"Invalid file extension: Extension {extension} is invalid for filetype {file_type}."
    return refuse("F3", f"{reason} {pep527} for more information.")


def fits(filename: str, *, file_type: str, project: str, name: str, version: Version) -> Answer | None:
    """N1-N3 or W1-W5: the file is named as project, metadata name and version demand."""
    if file_type == "sdist":
        return sdist_fits(filename, project=project, name=name, version=version)
    return wheel_fits(filename, project=project, name=name, version=version)


def parse_sdist(filename: str) -> tuple[str, Version] | None:
    """Split an sdist's file name into name and version, as written; None where it cannot be split."""
    stem = filename.removesuffix(".tar.gz") if filename.endswith(".tar.gz") else filename.removesuffix(".zip")
    name, dash, version = stem.rpartition("-")
    if stem == filename or not dash:
        return None
    try:
        return name, Version(version)
    except InvalidVersion:
        return None


def expected_sdist(project: str, version: Version) -> str:
    """Return the one file name under which an sdist is taken (PEP 625)."""
    return f"{normalise(project).replace('-', '_')}-{version}.tar.gz"


def sdist_fits(filename: str, *, project: str, name: str, version: Version) -> Answer | None:
    """N1-N3: the sdist's name can be split, starts with the project's, and is spelled as PEP 625 demands."""
    parsed = parse_sdist(filename)
    if parsed is None:
        return refuse("N1", f"Invalid source distribution filename: {filename}")
    found = parsed[0]
    if version.is_postrelease and normalise(found) != normalise(name):
        # 1.0-1 is a version with a hyphen in it.
        found = filename.rpartition("-")[0].rpartition("-")[0] or found
    if normalise(found) != normalise(project):
        return refuse("N2", f"Start filename for {project!r} with {normalise(project).replace('-', '_')!r}.")
    if filename != (expected := expected_sdist(project, version)):
        return refuse("N3", f"Filename {filename!r} is invalid, should be {expected!r}.")
    return None


def parse_wheel(filename: str) -> WheelName | str:
    """Split a wheel's file name into its parts; what is wrong with it, in PyPI's words, where it cannot be split.

    As `packaging` 26.2 does, which PyPI runs: newer releases refuse empty tags.
    """
    stem = filename.removesuffix(".whl")
    parts = stem.split("-")
    if len(parts) not in {5, 6}:
        return f"Invalid wheel filename (wrong number of parts): {stem!r}"
    name, version_text, *build, pythons, abis, tags = parts
    if "__" in name or not _WHEEL_NAME.match(name):
        return f"Invalid project name: {stem!r}"
    try:
        version = Version(version_text)
    except InvalidVersion:
        return f"Invalid wheel filename (invalid version): {stem!r}"
    if build and not _BUILD_TAG.match(build[0]):
        return f"Invalid build number: {build[0]} in {stem!r}"
    return WheelName(
        name=name,
        version=version,
        build="".join(build),
        pythons=tuple(pythons.lower().split(".")),
        abis=tuple(abis.lower().split(".")),
        platforms=tuple(tags.lower().split(".")),
    )


def wheel_fits(filename: str, *, project: str, name: str, version: Version) -> Answer | None:
    """W1-W5: the wheel's name can be split, its platforms are taken, its name and version are the metadata's."""
    wheel = parse_wheel(filename)
    if isinstance(wheel, str):
        return refuse("W1", wheel)
    for tag in wheel.platforms:
        if not platforms.is_accepted(tag):
            return refuse("W2", f"Binary wheel '{filename}' has an unsupported platform tag '{tag}'.")
    if normalise(wheel.name) != normalise(name):
        return refuse("W3", f"Start filename for {project!r} with {normalise(name).replace('-', '_')!r}.")
    normalised = normalise(project).replace("-", "_")
    if wheel.name != normalised:
        return refuse(
            "W4",
            f"Filename {filename!r} should contain the normalized project name {normalised!r}, not {wheel.name!r}.",
        )
    if wheel.version != version:
        return refuse("W5", f"Version in filename should be {str(version)!r} not {str(wheel.version)!r}.")
    return None
