"""Real clients, unmodified, at PyPI's default addresses, with no credential but an identity."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.edges.process import Completed
from pypublish.edges.world import World
from pypublish.model import TESTPYPI
from pypublish.rehearsal import client
from pypublish.rehearsal.environment import environment_for_clients
from pypublish.rehearsal.server import Rehearsal, serve
from tests.rehearsal.parts import JOB, PENDING, PUBLISHER, http_client

Make = Callable[..., Path]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world whose user has credentials wherever clients look for them."""
    home = tmp_path / "users-home"
    (home / ".config" / "uv").mkdir(parents=True)
    (home / ".pypirc").write_text("[pypi]\nusername = __token__\npassword = pypi-STRAY-pypirc\n")
    (home / ".netrc").write_text("machine upload.pypi.org login __token__ password pypi-STRAY-netrc\n")
    (home / ".config" / "uv" / "uv.toml").write_text('publish-url = "https://evil.example.org/"\n')
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "TWINE_USERNAME": "__token__",
        "TWINE_PASSWORD": "pypi-STRAY-twine",
        "TWINE_REPOSITORY_URL": "https://evil.example.org/",
        "UV_PUBLISH_TOKEN": "pypi-STRAY-uv",
        "UV_CACHE_DIR": str(home / ".cache" / "uv"),
        "PIP_INDEX_URL": "https://evil.example.org/simple/",
        "PIP_CACHE_DIR": str(home / ".cache" / "pip"),
        "https_proxy": "http://127.0.0.1:1",
        "ALL_PROXY": "http://127.0.0.1:1",
        "SSL_CERT_DIR": "/etc/ssl/certs",
    }
    return World(environ=environ, scratch=scratch)


@pytest.fixture
def real_index(tmp_path: Path) -> Iterator[Rehearsal]:
    """An index that lives in real time, as its clients do."""
    with serve(tmp_path / "index", job=JOB, registrations=(PENDING,)) as running:
        yield running


@pytest.fixture
def run(real_index: Rehearsal, world: World) -> Run:
    environment = environment_for_clients(real_index, world.environ, world.scratch)

    def start(*command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=environment, cwd=world.scratch, capture_output=True, text=True, check=False)

    return start


def published(index: Rehearsal, site: str = "pypi") -> set[str]:
    project = index.stores[site].project("hello-there")
    assert project is not None
    return {file.filename for release in project.releases.values() for file in release.files}


def words(completed: Completed) -> str:
    return " ".join((completed.stdout + completed.stderr).split())


def test_twine_publishes_as_it_will_to_pypi(
    real_index: Rehearsal, world: World, make_wheel: Make, make_sdist: Make
) -> None:
    files = [make_sdist(), make_wheel()]
    completed = client.upload(files, real_index, world)
    assert completed.returncode == 0, words(completed)
    assert "Uploading distributions to https://upload.pypi.org/legacy/" in completed.stdout
    assert "Minted upload token for trusted publishing" in words(completed)
    assert published(real_index) == {file.name for file in files}
    again = client.upload(files, real_index, world)
    assert again.returncode == 0, words(again)


def test_twine_publishes_to_testpypi(tmp_path: Path, world: World, make_wheel: Make) -> None:
    to_test = replace(PENDING, index="testpypi")
    with serve(tmp_path / "index", job=JOB, registrations=(to_test,)) as index:
        completed = client.upload([make_wheel()], index, world, index=TESTPYPI)
        assert completed.returncode == 0, words(completed)
        assert published(index, "testpypi") == {"hello_there-1.0-py3-none-any.whl"}
        assert index.stores["pypi"].names() == {}


@pytest.mark.parametrize("change", [{"workflow": "publish.yml"}, {"environment": "testpypi"}])
def test_a_wrong_workflow_fails_here_and_not_after_the_tag(
    tmp_path: Path, world: World, make_wheel: Make, change: dict[str, str]
) -> None:
    job = replace(JOB, publisher=replace(PUBLISHER, **change))
    with serve(tmp_path / "index", job=job, registrations=(PENDING,)) as index:
        completed = client.upload([make_wheel()], index, world)
    assert completed.returncode != 0
    assert "invalid-publisher" in words(completed)
    assert "Publisher with matching claims was not found" in words(completed)


def test_twine_is_told_why_a_file_is_refused(real_index: Rehearsal, world: World, make_wheel: Make) -> None:
    assert client.upload([make_wheel()], real_index, world).returncode == 0
    completed = client.upload([make_wheel(body=b"x = 2\n")], real_index, world)
    assert completed.returncode == 1
    assert "File already exists ('hello_there-1.0-py3-none-any.whl'" in words(completed)


def test_no_stray_credential_reaches_anything(real_index: Rehearsal, world: World, make_wheel: Make, run: Run) -> None:
    completed = client.upload([make_wheel()], real_index, world)
    environment = environment_for_clients(real_index, world.environ, world.scratch)
    assert not any("STRAY" in value or "evil" in value for value in environment.values())
    assert "STRAY" not in completed.stdout + completed.stderr
    # Nothing of a user's home was touched.
    assert not (Path(world.environ["HOME"]) / ".cache").exists()


@pytest.mark.slow
def test_uv_publishes(real_index: Rehearsal, run: Run, make_wheel: Make, make_sdist: Make, world: World) -> None:
    files = [make_sdist(), make_wheel()]
    completed = run(uv(), "publish", "--trusted-publishing", "always", *files)
    assert completed.returncode == 0, completed.stderr
    assert "https://upload.pypi.org/legacy/" in completed.stderr
    assert published(real_index) == {file.name for file in files}
    again = run(uv(), "publish", "--trusted-publishing", "always", "--check-url", "https://pypi.org/simple/", *files)
    assert again.returncode == 0, again.stderr
    assert not (Path(world.environ["HOME"]) / ".cache").exists()


@pytest.mark.slow
def test_uv_is_told_why_no_token_is_minted(tmp_path: Path, world: World, make_wheel: Make) -> None:
    with serve(tmp_path / "index", job=JOB) as index:
        environment = environment_for_clients(index, world.environ, world.scratch)
        completed = subprocess.run(
            [uv(), "publish", "--trusted-publishing", "always", make_wheel()],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert completed.returncode != 0
    assert "Publisher with matching claims was not found" in " ".join(completed.stderr.split())


@pytest.mark.slow
def test_pip_downloads_and_installs(
    real_index: Rehearsal, world: World, run: Run, make_wheel: Make, tmp_path: Path
) -> None:
    wheel = make_wheel()
    assert client.upload([wheel], real_index, world).returncode == 0
    pip = (sys.executable, "-m", "pip")
    target = tmp_path / "downloaded"
    completed = run(*pip, "download", "--no-deps", "--dest", target, "hello-there==1.0")
    assert completed.returncode == 0, completed.stderr
    assert (target / wheel.name).read_bytes() == wheel.read_bytes()
    completed = run(*pip, "install", "--no-deps", "--target", tmp_path / "installed", "hello-there")
    assert completed.returncode == 0, completed.stderr
    assert (tmp_path / "installed" / "hello_there" / "__init__.py").read_bytes() == b"x = 1\n"
    assert not (Path(world.environ["HOME"]) / ".cache").exists()


@pytest.mark.slow
def test_uv_installs_and_leaves_the_users_cache_alone(
    real_index: Rehearsal, world: World, run: Run, make_wheel: Make, tmp_path: Path
) -> None:
    assert client.upload([make_wheel()], real_index, world).returncode == 0
    completed = run(
        uv(), "pip", "install", "--python", sys.executable, "--target", tmp_path / "installed", "hello-there"
    )
    assert completed.returncode == 0, completed.stderr
    assert (tmp_path / "installed" / "hello_there" / "__init__.py").exists()
    assert not (Path(world.environ["HOME"]) / ".cache").exists()


@pytest.mark.slow
@pytest.mark.parametrize("program", ["pip", "uv"])
def test_no_client_gets_to_another_host(real_index: Rehearsal, world: World, program: str, tmp_path: Path) -> None:
    start = [sys.executable, "-m", "pip"] if program == "pip" else [uv(), "pip"]
    url = "https://example.org/hello-1.0-py3-none-any.whl"
    command = [*start, "install", "--no-deps", "--target", str(tmp_path), url]
    environment = environment_for_clients(real_index, world.environ, world.scratch)
    once = {"PIP_RETRIES": "0", "UV_HTTP_RETRIES": "0", "UV_PYTHON": sys.executable}
    completed = subprocess.run(command, env=environment | once, capture_output=True, text=True, check=False)
    assert completed.returncode != 0
    assert "tunnel" in (completed.stdout + completed.stderr).lower()


@pytest.mark.slow
def test_a_browserless_client_by_address(real_index: Rehearsal, world: World, make_wheel: Make) -> None:
    """A client that cannot use a proxy asks by address, and is sent to no other host."""
    assert client.upload([make_wheel()], real_index, world).returncode == 0
    with http_client(real_index) as http:
        page = http.get("https://pypi.org/simple/hello-there/").text
    assert "files.pythonhosted.org" in page
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("there is no curl")
    command = [curl, "--silent", "--fail", "--cacert", str(real_index.ca_file), f"{real_index.url}/simple/hello-there/"]
    direct = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"{real_index.url}/packages/" in direct


def uv() -> str:
    """Find the uv beside this Python, else the one on PATH."""
    found = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert found is not None
    return found
