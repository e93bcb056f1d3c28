"""What came of installing a distribution in a clean environment and using it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from pypublish.checks.catalog import check
from pypublish.findings import Location, Problem, Severity
from pypublish.model import Installation, Use
from pypublish.pypi.names import normalise

SCRIPTS = ("console_scripts: ", "gui_scripts: ")

DECLARE_EXTRA = (
    "Without an extra it fails: let it say so to the user, or name the extra in pyproject.toml:"
    ' "module:function [extra]". With `smoke-extras` the smoke install has it.'
)
RAISE_BOUNDS = (
    'Give every dependency the lowest version that works as its bound, as in "rich>=12": without one the very first'
    " release counts. For the next release: this one is published."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The subject: an installation, and what it was to prove."""

    installation: Installation
    name: str
    version: str
    """That of the release, as its files have it."""

    def at(self, member: str | None = None) -> Location:
        """Return the place of what was installed."""
        return Location(file=self.installation.artifact, member=member)

    @property
    def where(self) -> str:
        """Say in what it was installed."""
        lowest = ", with the lowest versions that it allows of what it depends on" if self.installation.lowest else ""
        return f"on Python {self.installation.python}{lowest}"


@check(Severity.ERROR)
def distribution_installs(proof: Proof) -> Iterator[Problem]:
    """The distribution can be installed in a clean environment, with what it depends on.

    What does not install here does not install at your users'.

    Fix: read what the installer says; mostly a dependency does not exist, or not for this Python.
    """
    if proof.installation.failure:
        installer = proof.installation.installer
        yield Problem(
            message=f"{installer} cannot install it {proof.where}:\n{proof.installation.failure}",
            hint=RAISE_BOUNDS if proof.installation.lowest else "",
            where=proof.at(),
        )


@check(Severity.ERROR)
def installed_version_is_the_releases(proof: Proof) -> Iterator[Problem]:
    """What is installed says the version of the release.

    Otherwise another file was installed than the one that was checked.

    Fix: build anew from a clean tree; look for stale .egg-info or .dist-info folders.
    """
    version = proof.installation.version
    if version is not None and not _equal(version, proof.version):
        yield Problem(message=f"version {version} is installed, not {proof.version}", where=proof.at())


@check(Severity.ERROR)
def modules_import(proof: Proof) -> Iterator[Problem]:
    """Every module at the top of the distribution can be imported where nothing but its dependencies is installed.

    A missing dependency, a file that was left out, or a syntax that this Python does not have shows here first.

    Fix: add the dependency or the file; or name the modules that must import in `smoke-imports`.
    """
    for use in proof.installation.imports:
        if use.failure:
            yield Problem(
                message=f"{use.name} does not import {proof.where}: {use.failure}",
                hint=_about_missing(use),
                where=proof.at(),
                severity=Severity.WARNING if _is_beside(use, proof) else None,
            )


def _is_beside(use: Use, proof: Proof) -> bool:
    """Whether this is beside the package itself, and of use only with something that is no dependency.

    Such are plug-ins of other projects (pytest's, say), and programs that need an extra.
    """
    private = use.name.rpartition(".")[2].startswith("_")
    if not use.missing or len(proof.installation.imports) == 1:
        return False
    main = normalise(use.name) == normalise(proof.name)
    return private or (not main and _is_optional(use.missing, proof.installation))


def _about_missing(use: Use) -> str:
    return (
        f"If {use.name} needs {use.missing}, add what brings it to `dependencies` in pyproject.toml."
        if use.missing
        else ""
    )


@check(Severity.ERROR)
def entry_points_load(proof: Proof) -> Iterator[Problem]:
    """Every entry point, so every command, refers to something that is there.

    A misspelled one is noticed by the first user who starts the command.

    Fix: correct the reference under `[project.scripts]` or `[project.entry-points]` in pyproject.toml.
    """
    of_hosts: dict[str, list[str]] = {}
    for use in proof.installation.entry_points:
        if use.skipped:
            yield Problem(
                message=f"{use.name} was not tried: it {use.skipped}",
                hint="Name the extra in `smoke-extras` to have it tried.",
                where=proof.at(),
                severity=Severity.NOTE,
            )
        elif use.missing and not use.name.startswith(SCRIPTS):
            of_hosts.setdefault(use.missing, []).append(use.name)
        elif use.failure:
            excused = _is_excused(use, proof.installation)
            yield Problem(
                message=f"{use.name} does not load {proof.where}: {use.failure}",
                hint=DECLARE_EXTRA if excused else "",
                where=proof.at(),
                severity=Severity.WARNING if excused else None,
            )
    for host, points in of_hosts.items():
        more = f" and {len(points) - 1} more" if len(points) > 1 else ""
        yield Problem(
            message=f"{points[0]}{more} could not be tried: {host} is not installed",
            hint=f"If {host} is what it is a plug-in of, that is as it should be; else it is a missing dependency.",
            where=proof.at(),
            severity=Severity.NOTE,
        )


def _is_excused(use: Use, installation: Installation) -> bool:
    """Whether a command may need an extra that its entry point does not name."""
    exits = use.failure.startswith("SystemExit") and bool(installation.optional)
    return exits or (bool(use.missing) and _is_optional(use.missing, installation))


def _is_optional(module: str, installation: Installation) -> bool:
    return any(_alike(module, requirement) for requirement in installation.optional)


def _alike(module: str, requirement: str) -> bool:
    """Whether the module may be the requirement's: `yaml` is pyyaml's, `dateutil` is python-dateutil's."""
    top = normalise(module.partition(".")[0])
    return top in requirement or requirement in top


@check(Severity.WARNING)
def something_can_be_imported(proof: Proof) -> Iterator[Problem]:
    """There is a module to import.

    A distribution without one installs nothing but its dependencies: mostly the packages were not found.

    Fix: tell the build backend where the packages are; for a distribution of dependencies alone, ignore this check.
    """
    installation = proof.installation
    if not installation.failure and not installation.imports:
        yield Problem(message="no module was installed that could be imported", where=proof.at())


@check(Severity.WARNING)
def module_says_its_version(proof: Proof) -> Iterator[Problem]:
    """Where the package has a `__version__`, it is that of the release.

    A version that is written in two places is forgotten in one.

    Fix: let `__version__` read the metadata (`importlib.metadata.version`), or let the backend read `__version__`.
    """
    own = normalise(proof.name)
    for use in proof.installation.imports:
        if normalise(use.name) == own and use.version and not _equal(use.version, proof.version):
            yield Problem(
                message=f"{use.name}.__version__ is {use.version!r}, the release is {proof.version}", where=proof.at()
            )


@check(Severity.ERROR)
def smoke_command_succeeds(proof: Proof) -> Iterator[Problem]:
    """The smoke command succeeds where the distribution is installed.

    It is what you said must work before a release goes out.

    Fix: run the command in a clean environment; change `smoke-command` if it asks for more than users have.
    """
    if proof.installation.command is not None:
        yield Problem(message=f"the smoke command failed {proof.where}: {proof.installation.command}", where=proof.at())


@check(Severity.WARNING)
def uninstalling_leaves_nothing(proof: Proof) -> Iterator[Problem]:
    """Uninstalling removes all that was installed.

    What stays behind is imported by the next version.

    Fix: write no files beside the package when it is imported or run; use the user's cache or data folder.
    """
    left = proof.installation.leftovers
    if left:
        more = f" and {len(left) - 1} more files stay" if len(left) > 1 else " stays"
        yield Problem(message=f"{left[0]}{more} behind after uninstalling", where=proof.at())


def _equal(one: str, other: str) -> bool:
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other
