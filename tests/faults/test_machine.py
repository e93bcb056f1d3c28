"""Faults of the machine: no room, no memory, no right to write, no way to show; each said as what it is."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest

from pypublish.cli.machine import lack
from pypublish.errors import ExitCode
from tests import factories, projects
from tests.faults import commands
from tests.faults.scene import Begin

pytestmark = pytest.mark.slow

HOOK_THAT_IS_ENDED = """
import os, signal
def build_sdist(*_):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project that builds without a registry, tagged."""
    tree = tmp_path / "tree"
    projects.write(
        tree,
        {
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            '[project]\nname = "hello"\nversion = "1.0"\n',
            "backend.py": projects.BACKEND,
            "hello.py": "WHO = 'world'\n",
        },
    )
    projects.commit(tree)
    return tree


def in_small_room(folder: Path, size: str) -> list[str]:
    """Return what a command begins with to find a disk of that size at `folder`."""
    begin = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    script = 'mount -t tmpfs -o size="$0" none "$1" && shift && exec "$@"'
    tried = subprocess.run([*begin, script, size, folder, "true"], capture_output=True, check=False)
    if tried.returncode != 0:
        pytest.skip("this machine lets nobody mount")
    return [*begin, script, size, str(folder)]


def run(command: list[str], **environ: str) -> tuple[int, str]:
    done = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(commands.SRC)} | environ, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert "This is a bug" not in said  # a build backend's own traceback may well be quoted
    return done.returncode, " ".join(said.split())


def build(tree: Path, out: Path) -> list[str]:
    return commands.pypublish("build", tree, "--in-tree", "--index", "dry-run", "--out", out)


# F39


@pytest.mark.parametrize("meddle", ["extra", "missing", "changed"])
def test_f39_a_folder_that_is_not_what_was_sealed_is_not_uploaded(begin: Begin, tmp_path: Path, meddle: str) -> None:
    scene = begin()
    sealed = commands.seal(scene, tmp_path / "staging")
    file = tmp_path / "staging" / "dist" / ("hello-2.0.0.tar.gz" if meddle == "extra" else scene.wheel.name)
    if meddle == "missing":
        file.unlink()
    else:
        file.write_bytes(b"not ours")
    environ = commands.environment(scene, tmp_path / "clients") | {"TWINE_PASSWORD": "pypi-" + "x" * 20}
    code, said = commands.run(scene, commands.pypublish("upload", *sealed), environ)
    assert code == ExitCode.FINDINGS
    assert file.name in said
    assert scene.published() == {}


# F42


@pytest.mark.parametrize("size", ["4k", "40k", "90k"])
def test_f42_a_full_disk_is_said_and_leaves_nothing_half(tree: Path, tmp_path: Path, size: str) -> None:
    """The folder for temporary files is the full one: the larger it is, the later it is full."""
    room = tmp_path / "room"
    room.mkdir()
    code, said = run([*in_small_room(room, size), *build(tree, tmp_path / "dist")], TMPDIR=str(room))
    assert code in {ExitCode.TOOL, ExitCode.FINDINGS, ExitCode.OK}
    if code == ExitCode.OK:
        assert size != "4k"
    else:
        assert "no room left on the disk" in said
        assert "Make room, or use a machine with more" in said or "make some, or use a machine with more" in said
        assert {path.name for path in (tmp_path / "dist").glob("*")} <= {"hello-1.2.0.tar.gz"}
    assert run(build(tree, tmp_path / "dist"))[0] == ExitCode.OK
    assert len(list((tmp_path / "dist").iterdir())) == 2


@pytest.mark.parametrize("size", ["4k", "8k"])
def test_f42_a_staging_folder_is_whole_or_not_there(tmp_path: Path, size: str) -> None:
    room = tmp_path / "room"
    room.mkdir()
    random_bytes = os.urandom(20_000)  # they cannot be packed
    wheel = factories.wheel({"hello/__init__.py": "", "hello/data": random_bytes}, version="1.0.0").write(
        tmp_path / "made"
    )
    stage = commands.pypublish("stage", "--out", room / "staging", wheel)
    listing = 'code=0; "$@" || code=$?; find ' + f'"{room}" -type f; exit $code'
    code, said = run([*in_small_room(room, size), "sh", "-c", listing, "sh", *stage])
    assert code == ExitCode.USAGE
    assert f"the staging folder {room / 'staging'} cannot be written: No space left on device" in said
    assert "staging/manifest.json" not in said


@pytest.mark.parametrize("form", ["text", "github", "json"])
def test_f42_what_it_is_said_on_may_be_full(tree: Path, tmp_path: Path, form: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*build(tree, tmp_path / "dist"), "--format", form],
            env=os.environ | {"PYTHONPATH": str(commands.SRC)}, stdout=full, stderr=subprocess.PIPE, text=True,
            check=False, timeout=120,
        )  # fmt: skip
    assert done.returncode == ExitCode.TOOL
    assert "there is no room left on the disk" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_f42_the_runners_own_files_may_be_full(tree: Path, tmp_path: Path, name: str) -> None:
    code, said = run(build(tree, tmp_path / "dist"), GITHUB_ACTIONS="true", **{name: "/dev/full"})
    assert code == ExitCode.TOOL
    assert "/dev/full cannot be written: No space left on device" in said


# F43


def unwritable(tmp_path: Path) -> Path:
    """Return a folder that even root may not write to."""
    if os.geteuid() == 0:
        return Path("/sys/kernel")
    folder = tmp_path / "fixed"
    folder.mkdir(mode=0o555)
    return folder


def test_f43_a_folder_that_cannot_be_written_is_named(tree: Path, tmp_path: Path) -> None:
    out = unwritable(tmp_path) / "dist"
    code, said = run(build(tree, out))
    assert code == ExitCode.USAGE
    assert str(out) in said
    assert "Name another" in said
    wheel = factories.wheel({"hello/__init__.py": ""}, version="1.0.0").write(tmp_path / "made")
    code, said = run(commands.pypublish("stage", "--out", out, wheel))
    assert code == ExitCode.USAGE
    assert f"the staging folder {out} cannot be written" in said


def test_f43_what_is_only_read_may_be_read_only(begin: Begin, tmp_path: Path) -> None:
    scene = begin()
    staged = tmp_path / "staging"
    sealed = commands.seal(scene, staged)
    for path in (*staged.rglob("*"), staged):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert scene.upload().returncode == 0
        environ = commands.environment(scene, tmp_path / "clients")
        for command in ("plan", "verify"):
            assert commands.run(scene, commands.pypublish(command, *sealed), environ)[0] == ExitCode.OK
    finally:
        for path in (staged, *staged.rglob("*")):
            path.chmod(0o755)


# F46


def test_f46_too_little_memory_is_no_bug(begin: Begin, tmp_path: Path) -> None:
    scene = begin()
    sealed = commands.seal(scene, tmp_path / "staging")
    environ = commands.environment(scene, tmp_path / "clients")
    ends = set()
    for megabytes in (60, 150, 4000):
        allowed = megabytes << 20
        done = subprocess.run(
            commands.pypublish("plan", *sealed), env=environ, capture_output=True, text=True, check=False, timeout=60,
            preexec_fn=partial(resource.setrlimit, resource.RLIMIT_AS, (allowed, allowed)),
        )  # fmt: skip
        assert done.returncode != ExitCode.BUG, done.stderr
        ends.add(done.returncode)
    assert ExitCode.OK in ends


def test_f46_a_backend_that_the_system_ended_is_explained(tree: Path, tmp_path: Path) -> None:
    (tree / "backend.py").write_text(projects.BACKEND + HOOK_THAT_IS_ENDED)
    code, said = run(build(tree, tmp_path / "dist"))
    assert code == ExitCode.FINDINGS
    assert "build_sdist was ended by signal 9" in said
    assert "The system ends what takes too much memory" in said


# F48, F49


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_f48_a_console_of_few_characters_shows_all_messages(tree: Path, tmp_path: Path, encoding: str) -> None:
    (tree / "pyproject.toml").write_text(
        (tree / "pyproject.toml").read_text() + 'description = "naïve ✓ \u4e16"\nclassifiers = ["No :: Such ✗"]\n'
    )
    done = subprocess.run(
        commands.pypublish("validate", tree, "--index", "dry-run"),
        env=os.environ | {"PYTHONPATH": str(commands.SRC), "PYTHONIOENCODING": encoding},
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    said = done.stdout.decode(encoding)
    assert done.returncode == ExitCode.FINDINGS, done.stderr
    assert "No :: Such \\u2717" in said
    assert b"Traceback" not in done.stderr


def test_f49_names_that_differ_in_case_alone_are_refused(tmp_path: Path) -> None:
    wheel = factories.wheel({"hello/__init__.py": ""}, version="1.0.0").write(tmp_path / "made")
    other = tmp_path / "made" / wheel.name.replace("hello", "Hello")
    shutil.copyfile(wheel, other)
    code, said = run(commands.pypublish("check", "--no-smoke", wheel, other))
    assert code == ExitCode.FINDINGS
    assert "Hello-1.0.0-py3-none-any.whl" in said


# F51


@pytest.mark.parametrize("stage", ["prepare", "verify"])
def test_f51_an_enterprise_server_is_refused_at_once(tree: Path, tmp_path: Path, stage: str) -> None:
    here = {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://ghes.example.org", "PYPUBLISH_STAGE": stage}
    where = [tree] if stage == "prepare" else ["--manifest", tmp_path / "none"]
    if stage == "verify":
        (tmp_path / "none").write_text("{}")
    code, said = run(commands.pypublish(stage, *where), **here)
    assert code == ExitCode.USAGE
    assert "this is ghes.example.org: a GitHub Enterprise Server" in said
    assert "pypublish upload" in said


@pytest.mark.parametrize("server", ["https://github.com", "https://acme.ghe.com", ""])
def test_f51_githubs_own_servers_are_none(tree: Path, server: str) -> None:
    here = {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": server, "PYPUBLISH_STAGE": "validate"}
    assert "Enterprise" not in run(commands.pypublish("validate", tree, "--index", "dry-run"), **here)[1]


# What is no fault of the machine's


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x"), "/x: there is no room left on the disk"),
        (OSError(errno.ENOSPC, "No space left on device"), "there is no room left on the disk"),
        (OSError(errno.EMFILE, "Too many open files"), "too many files are open"),
        (PermissionError(errno.EACCES, "Permission denied", b"/root"), "/root: Permission denied"),
        (MemoryError(), "there is not enough memory"),
        (RuntimeError("can't start new thread"), "there is not enough memory"),
    ],
    ids=str,
)
def test_what_the_machine_lacks_is_told_with_a_next_step(error: Exception, says: str) -> None:
    told = lack(error)
    assert told is not None
    assert str(told) == says
    assert told.hint


@pytest.mark.parametrize(
    "error",
    [ValueError("x"), RuntimeError("x"), FileNotFoundError(errno.ENOENT, "No such file", "/x"), OSError("x"),
     PermissionError(errno.EPERM, "Operation not permitted")],
    ids=str,
)  # fmt: skip
def test_a_bug_stays_one(error: Exception) -> None:
    assert lack(error) is None
