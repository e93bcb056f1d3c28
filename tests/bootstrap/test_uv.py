"""uv on this machine: taken from PATH where it fits, written whole or not at all, and called again where that helps."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from locked_environment.files import write
from locked_environment.installation import call
from locked_environment.trouble import Stop, say
from locked_environment.uv import uv_on_path


@pytest.mark.parametrize(
    ("script", "taken"),
    [
        ("echo uv 0.12.0", True),
        ("echo 'uv 0.13.8 (x86_64-unknown-linux-gnu)'", True),
        ("echo uv 1.0", True),
        ("echo uv 0.11.9", False),
        ("echo uv 0.9", False),
        ("echo pyenv: uv: command not found >&2; exit 127", False),
        ("echo µV; exit 0", False),
        ("exit 1", False),
    ],
)
def test_the_uv_on_path_is_taken_where_its_version_fits(tmp_path: Path, script: str, taken: bool) -> None:
    program = tmp_path / "uv"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    assert uv_on_path({"PATH": f"{tmp_path}"}, "0.12") == (str(program) if taken else "")


def test_no_uv_on_path_and_one_that_is_no_program(tmp_path: Path) -> None:
    assert uv_on_path({"PATH": str(tmp_path)}, "0.12") == ""
    (tmp_path / "uv").write_bytes(b"\x7fELF")
    (tmp_path / "uv").chmod(0o755)
    assert uv_on_path({"PATH": str(tmp_path)}, "0.12") == ""


def test_only_the_program_is_written_and_nobody_sees_half_of_it(tmp_path: Path) -> None:
    path = tmp_path / "uv"
    write(str(path), b"#!/bin/sh\necho here\n", 0o755)
    assert subprocess.run([path], capture_output=True, check=True).stdout == b"here\n"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(OSError, match="irectory"):
        write(str(tmp_path), b"")  # a folder cannot be replaced
    assert not list(tmp_path.parent.glob("*.part"))


@pytest.mark.parametrize(
    ("trouble", "variable"),
    [("invalid peer certificate: UnknownIssuer", "UV_SYSTEM_CERTS"), ("Failed to initialize cache", "UV_CACHE_DIR")],
)
def test_uv_has_a_second_chance(tmp_path: Path, trouble: str, variable: str) -> None:
    program = tmp_path / "uv"
    program.write_text(
        f'#!/bin/sh\n[ -n "${variable}" ] && echo "it is ${variable}" && exit\necho "{trouble}" >&2\nexit 2\n'
    )
    program.chmod(0o755)
    assert call(str(program), {"UV_PROJECT_ENVIRONMENT": "/env"}, "sync").startswith("it is ")
    with pytest.raises(Stop, match=trouble):
        call(str(program), {"UV_PROJECT_ENVIRONMENT": "/env", variable: ""}, "sync")


def test_what_is_printed_can_neither_command_a_runner_nor_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("::set-output name=x::y\n\n  ::error::z\r\x1b[31mred ##[error]a https://a:b@c/d?sig=e&f=g h")
    assert capsys.readouterr().err.splitlines() == [
        "bootstrap.py: ::set-output name=x::y",
        "bootstrap.py:   ::error::z",
        "bootstrap.py: ?[31mred # #[error]a https://c/d h",
    ]
