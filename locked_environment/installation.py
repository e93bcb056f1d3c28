"""The installation of an environment, which uv does."""

import os
import subprocess
import sys
from types import FrameType

from locked_environment.files import ROOT
from locked_environment.places import FITTING_PYTHON, program, python_fits
from locked_environment.trouble import Stop, remedy_for
from locked_environment.variables import indexes, mirrors

CHILDREN: "list[subprocess.Popen[bytes]]" = []  # the uv that runs, for `leave`


def install(uv: str, environ: "dict[str, str]", group: str, environment: str) -> None:
    """Install a group by the digests of uv.lock: from where it says, or else from the user's indexes."""
    locked = ("--frozen", "--no-default-groups", "--only-group", group)
    inside = program(environment, "python")
    mine = sys.executable if python_fits() else FITTING_PYTHON
    if not mirrors(environ):
        python = FITTING_PYTHON if os.path.exists(inside) else mine  # what is there stays where it fits
        call(uv, environ, "sync", *locked, "--no-install-project", "--no-build", "--python", python)
        return
    # `uv sync --frozen` knows only the URLs in uv.lock. What the indexes have is held to the same digests.
    call(uv, environ, "venv", "--clear", "--no-project", "--python", mine, environment)
    export = ("export", *locked, "--no-emit-project", "--no-header", "--no-annotate", "--python", inside)
    sync = ("pip", "sync", "--require-hashes", "--no-build", "--python", inside, "-", "--index-strategy")
    requirements = call(uv, environ, *export)
    try:
        call(uv, environ, *sync, "first-index", feed=requirements)
    except Stop:
        if len(indexes(environ)) == 1:
            raise
        # The first index may know the package, but not this version. Digests make it safe to ask them all.
        call(uv, environ, *sync, "unsafe-best-match", feed=requirements)


def leave(number: int, _: "FrameType | None") -> None:
    """End at a signal, uv too. There is nothing to tidy up, and no exception, which half-made objects would answer."""
    for child in CHILDREN:
        child.kill()
        try:  # noqa: SIM105  no import in here
            os.waitpid(child.pid, 0)  # not child.wait(): what is interrupted may hold its lock
        except OSError:
            pass  # it has ended already
    os._exit(128 + number)


def call(uv: str, environ: "dict[str, str]", *arguments: str, feed: str = "") -> str:
    """Run uv and return its output. Raises Stop with what it says and how to mend it."""
    command = [uv, *arguments, "--project", ROOT, "--quiet", "--color", "never"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environ, stdin=pipe, stdout=pipe, stderr=pipe) as child:
        CHILDREN.append(child)
        output, errors = child.communicate(feed.encode())
        CHILDREN.remove(child)
    says = errors.decode("utf-8", "replace").rstrip()
    second_chances = {
        "invalid peer certificate": ("UV_SYSTEM_CERTS", "1"),  # the authorities that uv brings know no company's proxy
        "Failed to initialize cache": ("UV_CACHE_DIR", environ["UV_PROJECT_ENVIRONMENT"] + "-cache"),
    }
    for sign, (name, value) in second_chances.items():
        if child.returncode and sign in says and name not in environ:
            return call(uv, {**environ, name: value}, *arguments, feed=feed)
    if child.returncode:
        raise Stop(f"uv could not install what is needed (exit code {child.returncode}):\n{says}{remedy_for(says)}")
    return output.decode()
