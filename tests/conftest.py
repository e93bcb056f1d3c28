"""What every test starts from: an environment of its own, and a world that touches nothing of the user's."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pypublish.edges.world import World

SCRUBBED = ("GITHUB_", "RUNNER_", "ACTIONS_", "PYPUBLISH_", "TWINE_", "UV_", "PIP_", "SETUPTOOLS_SCM_", "GIT_")
SCRUBBED_NAMES = (
    "CI",
    "NO_COLOR",
    "FORCE_COLOR",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "SOURCE_DATE_EPOCH",
)
KEPT = ("UV_CACHE_DIR", "UV_OFFLINE", "UV_PYTHON_INSTALL_DIR", "PIP_CERT")
"""Where packages are cached and whom to trust belong to the machine, not to a test."""

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"

# How long an example takes says more about the machine than about what is tried.
settings.register_profile("unhurried", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# A shell lets what it starts in the background ignore Ctrl-C, and children inherit that; tests interrupt theirs.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if (name.startswith(SCRUBBED) or name in SCRUBBED_NAMES) and name not in KEPT:
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def world(tmp_path: Path, scrubbed_environment: None) -> World:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return World(environ=dict(os.environ), scratch=scratch)


@pytest.fixture(scope="session")
def uv_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of uv's for packages that tests make."""
    return tmp_path_factory.mktemp("uv-cache")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def corpus() -> Callable[[str], Path]:
    """Independent test material, where it is at hand."""

    def find(name: str) -> Path:
        path = CORPUS / name
        if not path.exists():
            pytest.skip("the independent test material is not at hand")
        return path

    return find
