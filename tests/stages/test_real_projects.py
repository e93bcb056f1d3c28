"""No false alarms: what well-known projects have published is sound, whatever built it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pypublish.edges.world import World
from pypublish.findings import Severity
from pypublish.settings import Settings
from pypublish.stages.check import check

pytestmark = pytest.mark.slow

WITH_SDIST = {
    "attrs": "hatch-vcs",
    "requests": "setuptools",
    "packaging": "flit",
    "rich": "poetry",
    "unearth": "pdm",
    "markupsafe": "an extension in C",
}
WHEELS = {
    **WITH_SDIST,
    "httpx": "hatchling",
    "pluggy": "setuptools-scm",
    "django": "thousands of files",
    "hypothesis": "a plug-in of pytest's beside the package",
    "python-dotenv": "a command that needs an extra",
    "black": "compiled by mypyc, a second program that needs an extra",
    "ruamel.yaml": "a namespace of old",
    "jaraco.functools": "a namespace",
    "opentelemetry-sdk": "a namespace without a package at its top",
    "types-requests": "stubs alone",
    "six": "one module",
    "pyyaml": "a module and its extension",
    "build": "a name that others have for a folder",
    "ruff": "a program",
}


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fetch them by pip, without what they depend on."""
    folder = tmp_path_factory.mktemp("fetched")
    for kind, names in (("--only-binary", WHEELS), ("--no-binary", WITH_SDIST)):
        for name in names:
            target = folder / name
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(target)]
            done = subprocess.run([*command, kind, name, name], capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"{name} could not be fetched: {done.stderr[-200:]}")
    return folder


@pytest.mark.parametrize("name", WHEELS, ids=lambda name: f"{name}: {WHEELS[name]}")
def test_a_published_release_has_no_errors(fetched: Path, world: World, name: str) -> None:
    outcome = check(sorted((fetched / name).iterdir()), Settings(), world)
    assert [str(found) for found in outcome.findings if found.severity is Severity.ERROR] == []
    assert outcome.value is not None
    assert outcome.value.installation is not None
    assert (outcome.value.installation.failure, outcome.value.installation.leftovers) == ("", ())
