"""uv itself: the one on PATH, the one that was fetched before, or the one that is fetched now."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys

from locked_environment.files import hold, read, writable, write
from locked_environment.lock import locked_uv, this_machine, wheel_for
from locked_environment.places import stores
from locked_environment.trouble import Stop, remedy_for, say
from locked_environment.variables import indexes

ANSWER_TIMEOUT = 20  # seconds, for the uv on PATH to tell its version


def find_uv(environ: "dict[str, str]", folder: str) -> str:
    """Return the path of a uv that fits: from PATH, or fetched before, or fetched now (to the folder, if need be)."""
    match = re.search(r'^required-version = ">=([\d.]+)"\r?$', read("pyproject.toml").decode(), re.MULTILINE)
    if not match:
        raise Stop('pyproject.toml lacks the line required-version = ">=X.Y" of [tool.uv]. Fetch the repository again.')
    found = uv_on_path(environ, match[1])
    if found:
        return found
    version, wheels = locked_uv(read("uv.lock").decode().replace("\r\n", "\n"))
    other_ways = f"\nOr install uv {match[1]} or newer, so that it is on PATH: then none is fetched."
    url = wheel_for(wheels, *this_machine())
    if not url:
        raise Stop(f"There is no uv ready-made for this machine ({' '.join(this_machine()[:2])}).{other_ways}")
    name = f"uv-{version}-{wheels[url][:12]}" + ".exe" * (sys.platform == "win32")
    for prefix in stores(environ):
        if os.path.exists(prefix + name):
            return prefix + name
    if environ.get("UV_OFFLINE", "").lower() in {"1", "t", "true", "y", "yes", "on"}:
        raise Stop(f"uv is needed, and UV_OFFLINE forbids to fetch it. Unset it for one run.{other_ways}")
    path = next(prefix + name for prefix in (*stores(environ), folder) if writable(prefix))
    with hold(path):
        if not os.path.exists(path):  # no other process fetched it meanwhile
            say(f"fetching uv {version}")
            write(path, fetch_uv(environ, url, wheels[url], other_ways), 0o755)
    return path


def uv_on_path(environ: "dict[str, str]", oldest: str) -> str:
    """Return the path of the uv on PATH, or nothing where there is none, or one that does not start or is too old."""
    found = shutil.which("uv", path=environ.get("PATH")) or ""
    try:
        output = subprocess.run([found, "--version"], capture_output=True, timeout=ANSWER_TIMEOUT, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.match(rb"uv (\d+(?:\.\d+)*)", output)
    version = [int(part) for part in match[1].split(b".")] if match else []
    return found if version >= [int(part) for part in oldest.split(".")] else ""


def fetch_uv(environ: "dict[str, str]", url: str, sha256: str, other_ways: str) -> bytes:
    """Fetch uv's wheel from the user's mirrors or as uv.lock says, these very bytes only, and return the program."""
    import zipfile

    from locked_environment.index import offer
    from locked_environment.web import Web

    web, troubles = Web(environ), []
    for index in indexes(environ):
        try:
            source = offer(web, index, url.rpartition("/")[2], sha256) if index else url
            wheel = web.fetch(source)[0]
        except Stop as stop:
            troubles.append(str(stop))
            continue
        got = hashlib.sha256(wheel).hexdigest()
        if got != sha256:
            refused = f"{source} is not the file that uv.lock pins, so it is not used.\n"
            digests = f"expected sha256 {sha256}\n     got sha256 {got}\n"
            raise Stop(f"{refused}{digests}Whoever runs the mirror or proxy can tell why.{other_ways}")
        with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
            (name,) = (n for n in archive.namelist() if re.fullmatch(r"uv-[^/]+\.data/scripts/uv(\.exe)?", n))
            return archive.read(name)
    raise Stop("\n".join(troubles) + remedy_for("fetch") + other_ways)
