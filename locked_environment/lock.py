"""The uv that uv.lock pins: its version, and its wheel for this machine."""

import platform
import re
import sys

from locked_environment.trouble import Stop


def locked_uv(lock: str) -> "tuple[str, dict[str, str]]":
    """Return the version of uv that uv.lock pins, and the URLs of its wheels with their sha256."""
    entry = re.compile(r' +\{ url = "(https://\S+\.whl)", hash = "sha256:([0-9a-f]{64})"(?:, [\w-]+ = [^,{}]+)* \},')
    packages = [package for package in lock.split("[[package]]\n") if package.startswith('name = "uv"\n')]
    match = re.match(r'.*\nversion = "([\w.]+)"\n(?:.*\n)*?wheels = \[\n((?:.*\},\n)+)\]\n', "".join(packages))
    rows = [entry.fullmatch(line) for line in match[2].splitlines()] if match and len(packages) == 1 else [None]
    wheels = {row[1]: row[2] for row in rows if row}
    if not match or len(wheels) != len(rows):
        raise Stop("uv.lock does not pin uv in the form that bootstrap.py can read. Fetch the repository again.")
    return match[1], wheels


def wheel_for(wheels: "dict[str, str]", system: str, machine: str, libc: str) -> str:
    """Choose the URL of the wheel for a machine by the platform tags at its end, or nothing where there is none.

    uv's wheels for musl are linked statically, so they run beside every C library. Of several, the one for the oldest
    system is taken.
    """
    if system == "Windows":
        tags = [{"amd64": "win_amd64", "arm64": "win_arm64", "x86": "win32"}.get(machine, "none")]
    elif system == "Darwin":
        tags = [rf"macosx_\d+_\d+_{machine}"]
    else:
        machine = {"i386": "i686", "i586": "i686", "armv8l": "armv7l"}.get(machine, machine)
        tags = [rf"musllinux_\d+_\d+_{machine}", rf"linux_{machine}"]
        tags[:0] = [rf"manylinux_\d+_\d+_{machine}"] if libc == "glibc" else []
    for tag in tags if system in {"Windows", "Darwin", "Linux"} else ():
        fitting = [url for url in wheels if re.search(rf"[-.]{tag}(\.|$)", url[: -len(".whl")])]
        if fitting:
            return min(fitting, key=lambda url: url.rpartition("/")[2])
    return ""


def this_machine() -> "tuple[str, str, str]":
    """Return the system, the processor and the C library."""
    system, machine = platform.system(), platform.machine().lower()
    if system == "Linux" and sys.maxsize < 1 << 32:  # a kernel of 64 bits may have programs of 32 only
        machine = {"x86_64": "i686", "aarch64": "armv7l"}.get(machine, machine)
    return system, machine, platform.libc_ver()[0]
