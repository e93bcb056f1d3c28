"""A first start on a bare machine: uv is fetched, then what is needed, then pypublish or a tool runs."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.bootstrap.machine import OFFLINE, OTHER_HELLO, UV_NAME, Checkout, index_page, make_checkout, mirror, said
from tests.faulty_server import Chunk, FaultyServer, Request, always, reply


@pytest.fixture
def served(tmp_path: Path, tls: ssl.SSLContext, ca_file: str) -> Callable[[FaultyServer], Checkout]:
    """Make a checkout whose uv.lock has its files from a server, on a machine that trusts it."""

    def make(server: FaultyServer) -> Checkout:
        checkout = make_checkout(tmp_path, server=server.url)
        checkout.environ["SSL_CERT_FILE"] = ca_file
        return checkout

    return make


def test_uv_is_fetched_then_what_is_needed_then_pypublish_runs(
    served: Callable[[FaultyServer], Checkout], tls: ssl.SSLContext
) -> None:
    with FaultyServer(behaviour=mirror(), tls=tls) as server:
        checkout = served(server)
        first = checkout.start("prepare", "--out", "a b", "--format=json")
        again = checkout.start("prepare", **OFFLINE)
    environment = Path(first.report["prefix"])
    assert first.report["argv"] == ["prepare", "--out", "a b", "--format=json"]
    assert environment.parent == checkout.home / ".cache" / "pypublish"
    assert first.report["path"][0] == str(checkout.root / "src")
    assert list(environment.glob("lib/*/site-packages/hello.py"))
    assert first.err.splitlines() == [
        "bootstrap.py: fetching uv 9.9.9",
        f"bootstrap.py: installing what `prepare` needs in {environment}",
    ]
    assert server.paths[0] == f"/files/{UV_NAME}"
    assert again.report["prefix"] == str(environment)
    assert again.err == ""


def test_the_uv_that_was_fetched_serves_every_group_and_an_offline_run(
    served: Callable[[FaultyServer], Checkout], tls: ssl.SSLContext, tmp_path: Path
) -> None:
    with FaultyServer(behaviour=mirror(), tls=tls) as server:
        checkout = served(server)
        checkout.start("prepare")
    assert checkout.start("rehearse", **OFFLINE).err.count("fetching") == 0
    on_runner = checkout.start("check", **OFFLINE, RUNNER_TEMP=str(tmp_path))
    assert Path(on_runner.report["prefix"]).parent == tmp_path
    assert Path(on_runner.report["prefix"]).name.startswith("pypublish-env-prepare-")


@pytest.mark.parametrize("style", ["json", "html"])
@pytest.mark.parametrize("cert", ["PIP_CERT", "SSL_CERT_FILE"])
def test_everything_comes_from_the_mirror(
    checkout: Checkout, tls: ssl.SSLContext, ca_file: str, style: str, cert: str
) -> None:
    with FaultyServer(behaviour=mirror(style=style, login="bob:geheim"), tls=tls) as server:
        url = f"{server.url}/simple".replace("//", "//bob:geheim@")
        started = checkout.start("prepare", PIP_INDEX_URL=url, **{cert: ca_file})
    assert started.report["argv"] == ["prepare"]
    assert {"/simple/uv/", f"/files/{UV_NAME}", "/simple/hello/", "/files/hello-1.0-py3-none-any.whl"} == set(
        server.paths
    )
    assert "geheim" not in started.err


def test_what_pypi_has_and_the_mirror_has_in_other_bytes_is_not_installed(
    checkout: Checkout, with_uv: dict[str, str]
) -> None:
    with FaultyServer(behaviour=mirror(hello=OTHER_HELLO)) as server:
        started = checkout.start("prepare", UV_DEFAULT_INDEX=f"{server.url}/simple", **with_uv)
    assert (started.code, started.out) == (3, "")
    assert "hello" in started.err
    assert "faithful mirror" in started.err
    assert not list((checkout.home / ".cache" / "pypublish").glob("*/pypublish-bootstrap.txt"))


def test_the_next_index_is_asked_where_the_first_lacks_the_version(checkout: Checkout, with_uv: dict[str, str]) -> None:
    older, kind = index_page("json", sha256="0" * 64, name="hello-0.9-py3-none-any.whl")
    with always(reply(older, content_type=kind)) as other, FaultyServer(behaviour=mirror()) as server:
        indexes = {"UV_INDEX": f"{other.url}/simple", "UV_DEFAULT_INDEX": f"{server.url}/simple"}
        started = checkout.start("prepare", **indexes, **with_uv)
    assert started.report["argv"] == ["prepare"]
    assert other.paths


def test_a_changed_lock_makes_another_environment(
    served: Callable[[FaultyServer], Checkout], tls: ssl.SSLContext
) -> None:
    with FaultyServer(behaviour=mirror(), tls=tls) as server:
        checkout = served(server)
        before = checkout.start("verify")
        lock = checkout.root / "uv.lock"
        lock.write_text(lock.read_text() + "\n")
        after = checkout.start("verify")
    assert before.report["prefix"] != after.report["prefix"]


def test_a_tool_runs_by_its_name_in_dot_venv(served: Callable[[FaultyServer], Checkout], tls: ssl.SSLContext) -> None:
    with FaultyServer(behaviour=mirror(), tls=tls) as server:
        checkout = served(server)
        made = checkout.start("--dev")
    assert said(made, checkout) == snapshot("""\
bootstrap.py: fetching uv 9.9.9
bootstrap.py: installing what `dev` needs in ROOT/.venv
bootstrap.py: ready: ROOT/.venv
""")
    code = "import hello, os, pypublish, sys; print(hello.GREETING, sys.prefix, os.environ['VIRTUAL_ENV'])"
    ran = checkout.start("--dev", "python", "-c", code, **OFFLINE)
    assert ran.out == f"hello {checkout.root}/.venv {checkout.root}/.venv\n"
    missing = checkout.start("--dev", "pytset", **OFFLINE)
    assert (missing.code, said(missing, checkout)) == (
        2,
        snapshot("bootstrap.py: pytset is not among the development tools in ROOT/.venv/bin.\n"),
    )


def test_dot_venv_keeps_its_python_where_that_fits(checkout: Checkout, with_uv: dict[str, str]) -> None:
    (checkout.root / "uv.lock").write_text(
        (checkout.root / "uv.lock").read_text().replace('dev = [{ name = "hello" }]', "dev = []")
    )
    environment = checkout.root / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (environment / "kept").touch()
    assert checkout.start("--dev", "python", "--version", **with_uv, **OFFLINE).code == 0
    assert (environment / "kept").exists()


def test_several_at_once_install_once(served: Callable[[FaultyServer], Checkout], tls: ssl.SSLContext) -> None:
    with FaultyServer(behaviour=mirror(), tls=tls) as server:
        checkout = served(server)
        with ThreadPoolExecutor(4) as pool:
            all_started = list(pool.map(lambda _: checkout.start("prepare"), range(4)))
    assert [started.report["argv"] for started in all_started] == [["prepare"]] * 4
    assert sorted(len(started.err.splitlines()) for started in all_started) == [0, 0, 0, 2]
    assert server.paths.count(f"/files/{UV_NAME}") == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("at", [f"/files/{UV_NAME}", "/files/hello-1.0-py3-none-any.whl"])
def test_it_can_be_stopped_while_it_fetches(
    served: Callable[[FaultyServer], Checkout], tls: ssl.SSLContext, number: signal.Signals, code: int, at: str
) -> None:
    reached = threading.Event()
    answer = mirror()

    def behave(request: Request) -> list[Chunk]:
        if request.path != at:
            return list(answer(request))
        reached.set()
        return [60.0]

    with FaultyServer(behaviour=behave, tls=tls) as server:
        checkout = served(server)
        process = subprocess.Popen(
            checkout.command("prepare"), env=checkout.environ, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        assert reached.wait(60)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert process.returncode == code
        assert [line for line in err.splitlines() if "fetching" not in line and "installing" not in line] == []
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)  # nothing is left of it
    with FaultyServer(behaviour=mirror(), tls=tls) as server:
        assert checkout.start("prepare", UV_DEFAULT_INDEX=f"{server.url}/simple").report["argv"] == ["prepare"]
