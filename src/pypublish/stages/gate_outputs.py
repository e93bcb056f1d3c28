"""What later jobs learn of the gates: whether there are any, and on which Pythons they run."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from pypublish.checks.gate_pythons import Pythons
from pypublish.checks.project import Source
from pypublish.checks.pythons import declared_pythons
from pypublish.settings import Settings


def running_python() -> str:
    """Return the version of the Python that runs pypublish, as in `3.13`."""
    return ".".join(map(str, sys.version_info[:2]))


def pythons_of(source: Source, settings: Settings, *, asked: Sequence[str] = ()) -> Pythons:
    """Return the Pythons that the project declares and its gates name, beside those that are asked for."""
    return Pythons(
        declared=declared_pythons(source.table("project")),
        named=settings.gates.pythons,
        running=running_python(),
        asked=tuple(dict.fromkeys(asked)),
    )


def outputs(source: Source, settings: Settings) -> dict[str, str]:
    """Return `gates`, and with gates the Pythons of their matrix: never none, which GitHub takes for an error."""
    if not settings.gates.names:
        return {"gates": "false"}
    return {"gates": "true", "python-versions": json.dumps(pythons_of(source, settings).matrix)}
