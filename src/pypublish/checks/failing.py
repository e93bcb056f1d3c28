"""The environment in which a release failed, described so that somebody else can make it again."""

from __future__ import annotations

import shlex

from pypublish.checks.catalog import rule
from pypublish.findings import Finding, Location, Severity
from pypublish.model import Installation

FAILURES_ARE_DESCRIBED = rule(
    "failures-are-described",
    Severity.NOTE,
    """Where a release could not be installed or used, its environment is described.

    What fails on one machine alone is found by making the same one.

    Fix: make the environment again with the command that is named, and look there.
    """,
)
SHOWN = 40
"""How many distributions are named; the JSON report names all."""


def described(installation: Installation) -> Finding:
    """Describe the environment of an installation: Python, platform, installer, what is in it, how to make it again."""
    installer = " ".join(filter(None, (installation.installer, installation.installer_version)))
    there = [f"{name} {version}" for name, version in sorted(installation.distributions.items())]
    more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
    contents = f"installed there: {', '.join(there[:SHOWN])}{more}" if there else "nothing is installed there"
    return Finding(
        check=FAILURES_ARE_DESCRIBED.id,
        severity=FAILURES_ARE_DESCRIBED.severity,
        message=f"it was tried on Python {installation.python}, {installation.platform or 'an unknown platform'},"
        f" by {installer}; {contents}",
        hint=f"To make it again: {_command(installation)}",
        where=Location(file=installation.artifact),
    )


def _command(installation: Installation) -> str:
    """Write what a person types to install the file, fetched from the index or out of the artifact, in the same way."""
    extras = f"[{','.join(installation.extras)}]" if installation.extras else ""
    lowest = ["--resolution", "lowest-direct"] if installation.lowest else []
    file = f"./{installation.artifact}{extras}"
    others = sorted(installation.requirements)
    if installation.installer == "pip":
        return f"python{_minor(installation)} -m venv env; {_typed(['env/bin/pip', 'install', file])}"
    made = ["uv", "venv", "--python", installation.python, "env"]
    return f"{_typed(made)}; {_typed(['uv', 'pip', 'install', '--python', 'env', *lowest, file, *others])}"


def _minor(installation: Installation) -> str:
    return ".".join(installation.python.split(".")[:2])


def _typed(words: list[str]) -> str:
    return " ".join(map(shlex.quote, words))
