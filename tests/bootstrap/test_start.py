from __future__ import annotations

import hashlib
import json
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

from tests.bootstrap.machine import OTHER_HELLO, UV_NAME, Checkout, Started, index_page, make_checkout, mirror
from tests.faulty_server import Chunk, FaultyServer, Request, always, reply

OFFLINE = {"UV_OFFLINE": "1"}


def said(started: Started, checkout: Checkout) -> str:
    """What is printed, without what differs from run to run."""
    return started.err.replace(str(checkout.home), "HOME").replace(str(checkout.root), "ROOT")


# --- From nothing ----------------------------------------------------------------------------------------------------


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


# --- The command that runs -------------------------------------------------------------------------------------------


@pytest.fixture
def warm(checkout: Checkout, with_uv: dict[str, str]) -> Checkout:
    """A machine on which `verify`, which needs no package here, was run before; without uv now."""
    assert checkout.start("verify", **with_uv, **OFFLINE).code == 0
    return checkout


def test_a_warm_start_needs_no_uv_and_loads_next_to_nothing(warm: Checkout) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", *warm.command("verify")[1:]],
        env={**warm.environ, "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "hashlib" in loaded
    assert not loaded & {
        "re",
        "subprocess",
        "urllib",
        "ssl",
        "tempfile",
        "json",
        "typing",
        "signal",
        "shutil",
        "argparse",
    }
    assert {name for name in loaded if name.startswith("locked_environment.")} == {
        "locked_environment.files",
        "locked_environment.places",
        "locked_environment.trouble",
    }


def test_the_exit_code_is_the_commands(warm: Checkout) -> None:
    assert warm.start("verify", STAND_IN_EXIT="5").code == 5


def test_the_command_takes_the_place_of_the_process_so_that_signals_reach_it(warm: Checkout) -> None:
    with subprocess.Popen(warm.command("verify"), env=warm.environ, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert json.loads(process.stdout.read())["pid"] == process.pid


def test_nothing_in_the_folder_that_is_released_is_taken_for_a_module(warm: Checkout) -> None:
    for name in ("json.py", "pypublish.py"):
        (warm.home / name).write_text("raise SystemExit('taken')")
    assert warm.start("verify").report["argv"] == ["verify"]


def test_the_users_environment_is_handed_on_but_for_what_would_break_python(warm: Checkout, tmp_path: Path) -> None:
    report = warm.start(
        "verify", PYTHONPATH=str(tmp_path), PYTHONNOUSERSITE="1", UV_PYTHON="3.12", VIRTUAL_ENV="/v"
    ).report
    assert str(tmp_path) not in report["path"]
    expected = {"PYTHONPATH": str(warm.root / "src"), "UV_PYTHON": "3.12", "VIRTUAL_ENV": "/v"}
    assert expected.items() <= report["environ"].items()


def test_the_stage_of_the_action(warm: Checkout) -> None:
    assert warm.start(PYPUBLISH_STAGE="verify").report["argv"] == ["verify"]


def test_help_after_a_command_is_pypublishs(warm: Checkout) -> None:
    assert warm.start("verify", "--help").report["argv"] == ["verify", "--help"]


def test_it_can_be_started_from_anywhere_and_through_a_link(warm: Checkout) -> None:
    (warm.home / "link.py").symlink_to(warm.root / "bootstrap.py")
    done = subprocess.run(
        [sys.executable, "link.py", "verify"], cwd=warm.home, env=warm.environ, check=True, capture_output=True
    )
    assert json.loads(done.stdout)["path"][0] == str(warm.root / "src")


@pytest.mark.parametrize("options", [["-I"], ["-P"], ["-s", "-E"]], ids=" ".join)
def test_it_finds_its_modules_however_python_is_started(
    checkout: Checkout, with_uv: dict[str, str], options: list[str]
) -> None:
    (checkout.home / "locked_environment.py").write_text("raise SystemExit('taken')")
    for _ in ("cold", "warm"):
        done = subprocess.run(
            [sys.executable, *options, *checkout.command("verify")[1:]],
            env={**checkout.environ, **with_uv, **OFFLINE, "PYTHONPATH": str(checkout.home)},
            cwd=checkout.home,
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout)["argv"] == ["verify"]


def test_nothing_is_left_beside_it(checkout: Checkout, with_uv: dict[str, str]) -> None:
    ours = (checkout.root, checkout.root / "locked_environment")
    before = [sorted(folder.iterdir()) for folder in ours]
    for _ in ("cold", "warm"):
        assert checkout.start("verify", **with_uv, **OFFLINE).code == 0
    assert [sorted(folder.iterdir()) for folder in ours] == before


# --- Development -----------------------------------------------------------------------------------------------------


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


# --- Several at once, and ends in the middle -------------------------------------------------------------------------


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


# --- What is in the way ----------------------------------------------------------------------------------------------


def test_help_explains_and_no_command_is_an_error(checkout: Checkout) -> None:
    for options in (["-h"], ["--help"], ["--dev", "--help"]):
        explained = checkout.start(*options)
        assert (explained.code, explained.err) == (0, "")
        assert explained.out.startswith("usage: python3 bootstrap.py COMMAND...")
    missing = checkout.start()
    assert (missing.code, missing.out) == (2, "")
    assert missing.err.startswith("bootstrap.py: a command is missing.\nbootstrap.py: usage: ")


def test_no_network(checkout: Checkout) -> None:
    with always(reply()) as closed:
        pass
    started = checkout.start("prepare", PIP_INDEX_URL=closed.url)
    assert (started.code, started.out) == (3, "")
    assert started.err.replace(closed.url, "INDEX") == snapshot("""\
bootstrap.py: fetching uv 9.9.9
bootstrap.py: INDEX/uv/ cannot be fetched: [Errno 111] Connection refused.
bootstrap.py: Is the network there? A mirror is named by PIP_INDEX_URL or UV_DEFAULT_INDEX, a proxy by HTTPS_PROXY, a file of certificate authorities by SSL_CERT_FILE or PIP_CERT.
bootstrap.py: Or install uv 0.12 or newer, so that it is on PATH: then none is fetched.
""")


def test_offline_without_uv(checkout: Checkout) -> None:
    started = checkout.start("prepare", UV_OFFLINE="true")
    assert (started.code, started.err) == (
        3,
        snapshot("""\
bootstrap.py: uv is needed, and UV_OFFLINE forbids to fetch it. Unset it for one run.
bootstrap.py: Or install uv 0.12 or newer, so that it is on PATH: then none is fetched.
"""),
    )


def test_offline_with_a_cold_cache(checkout: Checkout, with_uv: dict[str, str]) -> None:
    started = checkout.start("prepare", **with_uv, **OFFLINE)
    assert started.code == 3
    assert "hello" in started.err
    assert started.err.endswith("bootstrap.py: Unset UV_OFFLINE for one run, so that uv can fill its cache.\n")


def test_other_bytes_than_uv_lock_names(tmp_path: Path, tls: ssl.SSLContext, ca_file: str) -> None:
    with always(reply(b"something else"), tls=tls) as server:
        checkout = make_checkout(tmp_path, server=server.url, uv_sha256="0" * 64)
        started = checkout.start("prepare", SSL_CERT_FILE=ca_file)
    assert (started.code, started.out) == (3, "")
    assert f"expected sha256 {'0' * 64}" in started.err
    assert f"     got sha256 {hashlib.sha256(b'something else').hexdigest()}" in started.err
    assert not list(checkout.home.rglob("uv-*[!k]"))


def test_a_machine_that_uv_is_not_made_for(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path, uv_name="uv-9.9.9-py3-none-plan9_vax.whl")
    started = checkout.start("prepare")
    assert started.code == 3
    assert "There is no uv ready-made for this machine" in started.err
    assert "Or install uv 0.12 or newer" in started.err


def test_no_python_that_fits_and_none_to_be_fetched(
    checkout: Checkout, with_uv: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").symlink_to(Path(with_uv["PATH"].split(os.pathsep)[0]) / "uv")
    code = (
        "import runpy, sys; sys.version_info = (3, 10, 0);"
        f"sys.argv = ['bootstrap.py', 'verify']; runpy.run_path({str(checkout.root / 'bootstrap.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**checkout.environ, "PATH": str(tmp_path / "bin"), "UV_PYTHON_INSTALL_DIR": str(tmp_path), **OFFLINE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines()[-1] == snapshot(
        "bootstrap.py: Python 3.11, 3.12, 3.13 or 3.14 is needed: install one, or let uv fetch one from GitHub or from the mirror in UV_PYTHON_INSTALL_MIRROR."
    )


@pytest.mark.parametrize("missing", ["uv.lock", "pyproject.toml", "locked_environment"])
def test_half_a_repository(checkout: Checkout, missing: str) -> None:
    (checkout.root / missing).rename(checkout.home / missing)
    started = checkout.start("prepare")
    assert started.code == 3
    assert (
        said(started, checkout)
        == f"bootstrap.py: {missing} is not beside bootstrap.py in ROOT. Fetch the whole repository.\n"
    )


def test_no_folder_to_write_to(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    nowhere = str(tmp_path / "file" / "x")
    # tempfile itself finds other folders than the one that is named; none of them is there when all are closed
    code = (
        f"import runpy, sys, tempfile; tempfile.tempdir = {nowhere!r};"
        f"sys.argv = ['bootstrap.py', 'verify']; runpy.run_path({str(checkout.root / 'bootstrap.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**checkout.environ, "HOME": nowhere},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        3,
        snapshot(
            "bootstrap.py: Neither the cache folder nor that for temporary files can be written. Name one by XDG_CACHE_HOME.\n"
        ),
    )
