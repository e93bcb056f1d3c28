"""bootstrap.py as a module, without its pauses, and what the servers that it fetches from need."""

from __future__ import annotations

import importlib.util
import os
import ssl
import sys
from pathlib import Path
from typing import Any

import pytest
import trustme
import uv

from locked_environment import web
from tests.bootstrap.machine import ROOT, Checkout, make_checkout

if sys.platform == "win32":
    collect_ignore_glob = ["test_*.py"]  # the fake uv is a shell script


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """What a server on loopback needs to speak TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    """The file by which a client trusts such a server."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let attempts to fetch follow each other at once."""
    monkeypatch.setattr(web, "PAUSES", (0, 0))


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The file as a module, without what it changes for its own process."""
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout whose files can be had from no server."""
    return make_checkout(tmp_path)


@pytest.fixture
def with_uv() -> dict[str, str]:
    """The PATH of a machine that has uv."""
    return {"PATH": os.pathsep.join([str(Path(uv.find_uv_bin()).parent), "/usr/bin", "/bin"])}
