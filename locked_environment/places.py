"""Where environments are kept, and whether the one there is complete."""

import os
import sys

from locked_environment.files import ROOT, writable

TYPE_CHECKING = False  # to import it from typing would take as long as all else here
if TYPE_CHECKING:
    from collections.abc import Iterator

DEV = "dev"  # the group that has .venv as its place
STAMP = "pypublish-bootstrap.txt"  # lies in an environment that is complete, and says what it was installed from
FITTING_PYTHON = ">=3.11,<3.15"  # the locked wheels are for these


def stores(environ: "dict[str, str]") -> "Iterator[str]":
    """Yield where environments and uv may be kept, best first; each is what a path begins with."""
    runner = environ.get("RUNNER_TEMP", "")
    named = environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    usual = {"win32": "~/AppData/Local", "darwin": "~/Library/Caches"}.get(sys.platform, "~/.cache")
    caches = filter(os.path.isabs, (named, os.path.expanduser(usual)))  # no user, no home: the ~ stays
    prefixes = [os.path.join(runner, "pypublish-")] if os.path.isabs(runner) else []
    prefixes += [os.path.join(cache, "pypublish", "") for cache in caches][:1]
    yield from prefixes
    if not any(map(writable, prefixes)):
        import tempfile

        # Others may write beside it, so another user may have been the first to take the name.
        user = "" if sys.platform == "win32" else f"-{os.getuid()}"
        prefix = os.path.join(tempfile.gettempdir(), f"pypublish{user}", "")
        status = os.lstat(prefix[:-1]) if writable(prefix) else None
        if status and (sys.platform == "win32" or (status.st_uid == os.getuid() and not status.st_mode & 0o022)):
            yield prefix


def python_fits() -> bool:
    """Whether the Python that runs this can run pypublish: see FITTING_PYTHON; the wheels are for the usual CPython."""
    usual = sys.implementation.name == "cpython" and "free-threading" not in sys.version
    return bool(sys.executable) and usual and (3, 11) <= sys.version_info < (3, 15)


def places(environ: "dict[str, str]", group: str, digest: str) -> "Iterator[str]":
    """Yield where the environment for a group may be, best first."""
    python = "{}.{}".format(*sys.version_info) if python_fits() else "other"
    machine = "" if sys.platform == "win32" else "-" + os.uname().machine  # several may share a home
    if group == DEV and not os.path.isabs(environ.get("RUNNER_TEMP", "")):
        yield os.path.join(ROOT, ".venv")
    for prefix in stores(environ):
        yield f"{prefix}env-{group}-{digest[:16]}-{python}{machine}"


def program(environment: str, name: str) -> str:
    """Return the path that a program has in an environment."""
    windows = sys.platform == "win32"
    return os.path.join(environment, "Scripts" if windows else "bin", name + ".exe" * windows)


def ready(environment: str, stamp: str) -> bool:
    """Whether the environment was installed to the end from what the stamp says, and its Python is still there."""
    try:
        with open(os.path.join(environment, STAMP), encoding="ascii") as file:
            return file.read() == stamp and os.path.exists(program(environment, "python"))
    except (OSError, ValueError):
        return False
