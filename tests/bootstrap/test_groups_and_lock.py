from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag
from packaging.utils import parse_wheel_filename

from locked_environment.lock import locked_uv, this_machine, wheel_for
from locked_environment.places import FITTING_PYTHON
from locked_environment.trouble import REMEDIES, Stop
from tests.bootstrap.machine import LOCK, ROOT, UV_SHA256

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROGRAMS = {"audit", "api"}
"""Groups that no command is installed from: gates that bring a program of their own."""
UV_LOCK = (ROOT / "uv.lock").read_text("utf-8")


def test_every_group_of_pyproject_is_for_some_command_and_the_other_way_round(bootstrap: Any) -> None:
    used = {*bootstrap.GROUPS.values(), bootstrap.CORE, bootstrap.REST, bootstrap.DEV}
    assert used | PROGRAMS == set(PYPROJECT["dependency-groups"])


@pytest.mark.parametrize(
    ("arguments", "group"),
    [
        (["prepare"], "prepare"),
        (["validate", "."], "prepare"),
        (["build"], "prepare"),
        (["check", "a.whl"], "prepare"),
        (["stage"], "prepare"),
        (["verify", "--index", "prepare"], "verify"),
        (["rehearse", "examples/hello"], "rehearse"),
        (["index", "serve"], "rehearse"),
        (["explain", "names"], "rehearse"),
        (["--version"], "core"),
        (["--format", "json", "check"], "rehearse"),
        (["--dev", "pytest"], "dev"),
        (["--dev"], "dev"),
    ],
)
def test_the_command_decides_what_is_installed(bootstrap: Any, arguments: list[str], group: str) -> None:
    assert bootstrap.command_line(arguments, {})[0] == group


def closure(name: str) -> set[str]:
    """Return the names of all that a group needs."""
    found: set[str] = set()
    for entry in PYPROJECT["dependency-groups"][name]:
        found |= closure(entry["include-group"]) if isinstance(entry, dict) else {Requirement(entry).name}
    return found


def test_the_package_needs_what_its_commands_need() -> None:
    assert {Requirement(one).name for one in PYPROJECT["project"]["dependencies"]} == closure("rehearse")


def test_the_extra_is_what_verify_has_beside_that() -> None:
    extra = PYPROJECT["project"]["optional-dependencies"]["attestations"]
    assert {Requirement(one).name for one in extra} == closure("verify") - closure("rehearse")


def test_rehearse_has_all_that_any_command_needs() -> None:
    assert (
        closure("core") | closure("prepare") | closure("install") | closure("release")
        <= closure("rehearse")
        <= closure("dev")
    )


def test_the_stage_of_the_action_is_the_command_where_none_is_given(bootstrap: Any) -> None:
    assert bootstrap.command_line([], {"PYPUBLISH_STAGE": "verify"}) == ("verify", ["verify"])
    assert bootstrap.command_line(["check", "x"], {"PYPUBLISH_STAGE": "verify"}) == ("prepare", ["check", "x"])


@pytest.mark.parametrize("environ", [{}, {"PYPUBLISH_STAGE": ""}, {"PYPUBLISH_STAGE": "--help"}])
def test_no_command_is_a_usage_error_and_no_green_run(bootstrap: Any, environ: dict[str, str]) -> None:
    with pytest.raises(Stop) as stopped:
        bootstrap.command_line([], environ)
    assert stopped.value.code == 2


def test_the_range_of_pythons_is_that_of_the_project() -> None:
    fitting = SpecifierSet(FITTING_PYTHON)
    promised = [c.rpartition(" ")[2] for c in PYPROJECT["project"]["classifiers"] if re.search(r":: 3\.\d+$", c)]
    assert promised == [f"3.{minor}" for minor in range(20) if f"3.{minor}" in fitting]
    assert all(minor in REMEDIES["interpreter|python-build-standalone"] for minor in promised)


# --- uv.lock ---------------------------------------------------------------------------------------------------------


def test_the_real_lock_is_read_as_tomllib_reads_it() -> None:
    (package,) = (package for package in tomllib.loads(UV_LOCK)["package"] if package["name"] == "uv")
    expected = {wheel["url"]: wheel["hash"].removeprefix("sha256:") for wheel in package["wheels"]}
    assert locked_uv(UV_LOCK) == (package["version"], expected)


SMALL_LOCK = LOCK.format(
    hello_url="https://x/h.whl", hello_sha256="0" * 64, uv_url="https://x/u.whl", uv_sha256=UV_SHA256
)


def test_other_keys_of_a_wheel_are_passed_over() -> None:
    more = SMALL_LOCK.replace(f'{UV_SHA256}" }}', f'{UV_SHA256}", size = 17, upload-time = "2026-11-12T16:48:42Z" }}')
    assert more != SMALL_LOCK
    assert locked_uv(more) == ("9.9.9", {"https://x/u.whl": UV_SHA256})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "uv"', 'name = "uvx"'),
        ('version = "9.9.9"', "version = 9"),
        ("https://x/u.whl", "http://x/u.whl"),
        ("https://x/u.whl", "https://x/u.tar.gz"),
        ("https://x/u.whl", 'https://x/u.whl", url = "https://y/u.whl'),
        ("sha256:" + UV_SHA256, "md5:" + UV_SHA256[:32]),
        (UV_SHA256, UV_SHA256[:-1]),
        (UV_SHA256, UV_SHA256.upper()),
        (f'{{ url = "https://x/u.whl", hash = "sha256:{UV_SHA256}" }},', ""),
        ('name = "hello"', 'name = "uv"'),
    ],
)
def test_a_lock_in_any_other_form_is_refused(old: str, new: str) -> None:
    changed = SMALL_LOCK.replace(old, new)
    assert changed != SMALL_LOCK
    with pytest.raises(Stop, match=r"uv\.lock does not pin uv"):
        locked_uv(changed)


# --- The wheel for a machine ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "machine", "libc", "tag"),
    [
        ("Linux", "x86_64", "glibc", "manylinux_2_17_x86_64"),
        ("Linux", "x86_64", "", "musllinux_1_1_x86_64"),
        ("Linux", "aarch64", "glibc", "manylinux_2_17_aarch64"),
        ("Linux", "aarch64", "", "musllinux_1_1_aarch64"),
        ("Linux", "armv7l", "glibc", "manylinux_2_17_armv7l"),
        ("Linux", "armv8l", "glibc", "manylinux_2_17_armv7l"),
        ("Linux", "armv7l", "", "musllinux_1_1_armv7l"),
        ("Linux", "armv6l", "glibc", "linux_armv6l"),
        ("Linux", "i686", "glibc", "manylinux_2_17_i686"),
        ("Linux", "i386", "", "musllinux_1_1_i686"),
        ("Linux", "ppc64le", "glibc", "manylinux_2_17_ppc64le"),
        ("Linux", "s390x", "glibc", "manylinux_2_17_s390x"),
        ("Linux", "riscv64", "glibc", "manylinux_2_31_riscv64"),
        ("Linux", "riscv64", "", "musllinux_1_1_riscv64"),
        ("Darwin", "arm64", "", "macosx_11_0_arm64"),
        ("Darwin", "x86_64", "", "macosx_10_12_x86_64"),
        ("Windows", "amd64", "", "win_amd64"),
        ("Windows", "arm64", "", "win_arm64"),
        ("Windows", "x86", "", "win32"),
    ],
)
def test_the_wheel_that_runs_on_a_machine(system: str, machine: str, libc: str, tag: str) -> None:
    url = wheel_for(locked_uv(UV_LOCK)[1], system, machine, libc)
    assert Tag("py3", "none", tag) in parse_wheel_filename(url.rpartition("/")[2])[3]


@pytest.mark.parametrize(
    ("system", "machine", "libc"),
    [
        ("Linux", "s390x", ""),
        ("Linux", "mips64", "glibc"),
        ("Linux", "ppc64", "glibc"),
        ("FreeBSD", "amd64", ""),
        ("Windows", "ia64", ""),
        ("Darwin", "ppc", ""),
        ("", "", ""),
    ],
)
def test_no_wheel_for_other_machines(system: str, machine: str, libc: str) -> None:
    assert wheel_for(locked_uv(UV_LOCK)[1], system, machine, libc) == ""


def test_this_machine_has_a_wheel() -> None:
    assert wheel_for(locked_uv(UV_LOCK)[1], *this_machine())
