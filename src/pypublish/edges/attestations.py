"""Verify attestations (PEP 740) by the library pypi-attestations, where it is installed: in a child, without network.

A child, because the library is heavy, and keeps Sigstore's keys in the user's cache, whence it would take yesterday's.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec

from pypublish.edges import process, route
from pypublish.edges.provenance import Provenance
from pypublish.edges.world import World
from pypublish.errors import ToolError
from pypublish.listing import Attestation, Certificate

TIME_LIMIT = 300.0
"""Seconds for all files; an attestation takes some hundredths of one."""
ANSWER_LIMIT = 64 << 20
HANDED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH")
HOME = "sigstore"
"""The folder, in the scratch, where the library looks for keys, and puts those that came with it."""


def can_be_verified() -> bool:
    """Whether the library is there: it comes with the extra `attestations`."""
    return find_spec("pypi_attestations") is not None


def verify(
    found: Mapping[str, Provenance], digests: Mapping[str, str], world: World
) -> dict[str, tuple[Attestation, ...]]:
    """Return the attestations of each file with what came of verifying them; `digests` are the files' sha256.

    Raises:
        ToolError: the library could not run.

    """
    names = [name for name, provenance in found.items() if provenance.attestations]
    if not names:
        return dict.fromkeys(found, ())
    files = [
        {
            "filename": name,
            "sha256": digests[name],
            "provenance": found[name].document,
        }
        for name in names
    ]
    done = process.run(
        [sys.executable, "-P", "-m", "pypublish.edges.attestation_host"],
        env=_environment(world),
        cwd=world.scratch,
        timeout=TIME_LIMIT,
        stdin=json.dumps(files).encode(),
        kept=ANSWER_LIMIT,
        running=world.running,
    )
    if done.returncode != 0:
        raise ToolError(
            "pypi-attestations, which verifies attestations, broke",
            hint="Run verify again; without the extra `attestations` it only compares who the index says published.",
            output=done.tail,
        )
    verdicts = dict(zip(names, json.loads(done.out), strict=True))
    return {name: _judged(provenance.attestations, verdicts.get(name, [])) for name, provenance in found.items()}


def _judged(attestations: tuple[Attestation, ...], verdicts: list[Mapping[str, object]]) -> tuple[Attestation, ...]:
    """Put the verdicts beside what they are about; where the document does not read, one is about all."""
    if len(verdicts) != len(attestations):
        said = verdicts[0].get("failure") if verdicts else None
        verdicts = [{"failure": said or "the document holds other attestations than were verified"}] * len(attestations)
    return tuple(
        replace(
            attestation,
            verified="failure" not in verdict,
            failure=route.printable(str(verdict.get("failure", ""))),
            predicate=route.printable(str(verdict.get("predicate", ""))),
            certificate=_certificate(verdict.get("certificate")),
        )
        for attestation, verdict in zip(attestations, verdicts, strict=True)
    )


def _certificate(said: object) -> Certificate | None:
    if not isinstance(said, dict):
        return None
    words = {name: route.printable(str(value or "")) for name, value in said.items()}
    return Certificate(
        repository=words["repository"],
        workflow=words["workflow"],
        environment=words["environment"] if said["environment"] is not None else None,
        commit=words["commit"],
        run=words["run"],
    )


def _environment(world: World) -> dict[str, str]:
    home = str(world.scratch / HOME)
    homes = dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_DATA_HOME"), home)
    handed_on = {name: world.environ[name] for name in HANDED_ON if name in world.environ}
    return {**handed_on, **homes, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)), "PYTHONUTF8": "1"}
