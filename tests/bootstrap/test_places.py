from __future__ import annotations

import os
import sys
from itertools import islice
from pathlib import Path

import pytest

from locked_environment.files import writable
from locked_environment.places import places, ready, stores
from locked_environment.variables import uv_environ
from tests.bootstrap.machine import ROOT

DIGEST = "0123456789abcdef" + "0" * 48
MACHINE = f"3.{sys.version_info[1]}-{os.uname().machine}"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_on_a_laptop_it_is_the_cache_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert list(places({}, "prepare", DIGEST)) == [f"{home}/.cache/pypublish/env-prepare-0123456789abcdef-{MACHINE}"]
    xdg = list(places({"XDG_CACHE_HOME": f"{home}/x"}, "prepare", DIGEST))
    assert xdg == [f"{home}/x/pypublish/env-prepare-0123456789abcdef-{MACHINE}"]
    assert next(stores({"XDG_CACHE_HOME": "relative"})) == f"{home}/.cache/pypublish/"


def test_without_a_home_nothing_is_made_under_a_folder_named_tilde(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert list(stores({})) == [f"{tmp_path}/pypublish-{os.getuid()}/"]


def test_on_a_mac_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert next(stores({})) == f"{home}/Library/Caches/pypublish/"


def test_on_a_runner_it_is_private_to_the_job(home: Path, tmp_path: Path) -> None:
    environ = {"RUNNER_TEMP": str(tmp_path)}
    assert next(stores({"RUNNER_TEMP": ""})) == f"{home}/.cache/pypublish/"
    for group in ("verify", "dev"):
        place = next(places(environ, group, DIGEST))
        assert place == f"{tmp_path}/pypublish-env-{group}-0123456789abcdef-{MACHINE}"


def test_for_development_it_is_dot_venv_then_the_cache_folder(home: Path) -> None:
    assert list(islice(places({}, "dev", DIGEST), 2)) == [
        f"{ROOT}/.venv",
        f"{home}/.cache/pypublish/env-dev-0123456789abcdef-{MACHINE}",
    ]


def test_an_older_python_shares_its_environment_with_no_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 18))
    assert next(places({}, "core", DIGEST)).endswith(f"-other-{os.uname().machine}")


@pytest.fixture
def unwritable_home(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that is a file, and a folder for temporary files; returns what is to be used there."""
    home.touch()
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    return temporary / f"pypublish-{os.getuid()}"


def test_where_the_home_cannot_be_written_it_is_a_private_temporary_folder(unwritable_home: Path) -> None:
    for _ in range(2):
        assert [prefix for prefix in stores({}) if writable(prefix)] == [f"{unwritable_home}/"]
        assert unwritable_home.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("trap", ["open to others", "a link", "a file"])
def test_a_temporary_folder_that_another_user_may_have_made_is_not_used(
    unwritable_home: Path, tmp_path: Path, trap: str
) -> None:
    if trap == "open to others":
        unwritable_home.mkdir()
        unwritable_home.chmod(0o777)
    elif trap == "a link":
        unwritable_home.symlink_to(tmp_path / "tmp")
    else:
        unwritable_home.touch()
    assert [prefix for prefix in stores({}) if writable(prefix)] == []


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """What is left of an installation that went to the end."""
    environment = tmp_path / "env"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(sys.executable)
    (environment / "pypublish-bootstrap.txt").write_text("prepare abc\n")
    return environment


def test_an_environment_is_ready_where_its_stamp_fits_and_its_python_is_there(environment: Path) -> None:
    assert ready(str(environment), "prepare abc\n")
    assert not ready(str(environment), "prepare abd\n")
    assert not ready(str(environment), "dev abc\n")
    (environment / "bin" / "python").unlink()
    (environment / "bin" / "python").symlink_to("/nowhere/python3.13")
    assert not ready(str(environment), "prepare abc\n")


@pytest.mark.parametrize("stamp", [b"", b"prepare", b"\xff\xfe", None])
def test_an_environment_without_a_whole_stamp_is_not_ready(environment: Path, stamp: bytes | None) -> None:
    (environment / "pypublish-bootstrap.txt").unlink()
    if stamp is not None:
        (environment / "pypublish-bootstrap.txt").write_bytes(stamp)
    assert not ready(str(environment), "prepare abc\n")


# --- The variables that uv gets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "misleading",
    [
        "VIRTUAL_ENV",
        "CONDA_PREFIX",
        "PYTHONHOME",
        "PYTHONPATH",
        "UV_PROJECT",
        "UV_PYTHON",
        "UV_NO_VERIFY_HASHES",
        "UV_EXCLUDE_NEWER",
        "UV_CONSTRAINT",
        "UV_OVERRIDE",
        "UV_LOCKED",
        "UV_TARGET",
        "UV_SYSTEM_PYTHON",
        "UV_FIND_LINKS",
        "UV_VENV_SEED",
        "UV_NO_BINARY",
        "UV_ENV_FILE",
        "UV_WORKING_DIRECTORY",
    ],
)
def test_what_would_mislead_uv_is_left_out(misleading: str) -> None:
    assert misleading not in uv_environ({misleading: "x"}, "/env")


@pytest.mark.parametrize(
    "kept",
    [
        "PATH",
        "HOME",
        "HTTPS_PROXY",
        "no_proxy",
        "SSL_CERT_DIR",
        "UV_CACHE_DIR",
        "UV_OFFLINE",
        "UV_DEFAULT_INDEX",
        "UV_INDEX_CORPORATE_PASSWORD",
        "UV_KEYRING_PROVIDER",
        "UV_HTTP_TIMEOUT",
        "UV_SYSTEM_CERTS",
        "UV_PYTHON_INSTALL_MIRROR",
        "UV_PYTHON_DOWNLOADS",
    ],
)
def test_what_tells_uv_how_to_reach_the_world_is_kept(kept: str) -> None:
    assert uv_environ({kept: "x"}, "/env")[kept] == "x"


def test_uv_is_told_the_environment_and_pips_index() -> None:
    told = uv_environ({"UV_PROJECT_ENVIRONMENT": "/theirs", "PIP_INDEX_URL": "https://mirror"}, "/env")
    assert told["UV_PROJECT_ENVIRONMENT"] == "/env"
    assert told["UV_DEFAULT_INDEX"] == "https://mirror"


def test_uv_reads_one_file_of_authorities_which_has_them_all(tmp_path: Path) -> None:
    one, two = tmp_path / "one.pem", tmp_path / "two.pem"
    one.write_text("one")
    two.write_text("two")
    environment = str(tmp_path / "env")
    assert uv_environ({"PIP_CERT": str(one)}, environment)["SSL_CERT_FILE"] == str(one)
    both = uv_environ({"PIP_CERT": str(one), "SSL_CERT_FILE": str(two)}, environment)["SSL_CERT_FILE"]
    assert Path(both).read_text() == "one\ntwo"
