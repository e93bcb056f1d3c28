"""Start pypublish, or a development tool, in an environment installed from uv.lock by digest.

The standard library only: neither pip nor the venv module is needed, and the Python that runs this file is not
changed. uv does the work: the one on PATH where its version fits, else the one that uv.lock pins, fetched by digest.
pypublish itself runs from `src` beside this file, so no build backend runs to start it.

Python 3.8 is enough to run this file (uv finds or brings the newer one that pypublish needs), and 3.6 to be told so:
annotations with brackets are quoted. The rest of the program is in `locked_environment`, beside this file. A module
that a ready environment can do without is imported where it is used.
"""

import hashlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))  # -P and -I keep Python from doing so itself
sys.dont_write_bytecode = True  # nothing is left in the checkout

try:
    from locked_environment.files import ROOT, hold, read, writable, write
    from locked_environment.places import DEV, STAMP, places, program, ready
    from locked_environment.trouble import TOOL_FAILED, Stop, remedy_for, say
except ImportError:
    missing = "bootstrap.py: locked_environment is not beside bootstrap.py in {}. Fetch the whole repository.\n"
    sys.stderr.write(missing.format(sys.path[0]))
    sys.exit(3)  # as TOOL_FAILED

# An older Python than 3.6 cannot compile the next line, and so prints it.
NEEDS: str = "Python 3.8 or newer is needed. Install one, and start bootstrap.py with it."

USAGE = """\
usage: python3 bootstrap.py COMMAND...          run pypublish, for example: rehearse examples/hello
       python3 bootstrap.py --dev [PROGRAM...]  run a development tool, for example: pytest

Commands: rehearse prepare verify release upload, init doctor diagnose, preview explain status, validate build check
gates stage plan index.
`COMMAND --help` explains one.

What is needed is installed first, by the digests in uv.lock, into an environment of its own (with --dev: .venv beside
this file). The Python you have stays as it is. These variables are heeded:

  PYPUBLISH_STAGE                              the command, where none is given
  PIP_INDEX_URL, UV_DEFAULT_INDEX, ...         a mirror to install from; a login may be part of the URL
  HTTPS_PROXY, PIP_CERT, SSL_CERT_FILE         how the network is reached
  UV_OFFLINE, UV_CACHE_DIR, XDG_CACHE_HOME     whether to fetch, and where it is kept
"""

# The group of pyproject.toml's [dependency-groups] that a command needs. No command needs CORE, any other word REST.
GROUPS = {
    "validate": "prepare",
    "build": "prepare",
    "check": "prepare",
    "stage": "prepare",
    "prepare": "prepare",
    "plan": "install",
    "verify": "verify",
    "init": "release",
    "gates": "release",
    "release": "release",
    "diagnose": "release",
    "rehearse": "rehearse",
    "index": "rehearse",
}
CORE, REST = "core", "rehearse"

USAGE_ERROR, INTERRUPTED = 2, 130


def environment_for(environ: "dict[str, str]", group: str) -> str:
    """Return the path of an environment with a dependency group, made now where there is none."""
    digest = hashlib.sha256(read("uv.lock")).hexdigest()
    stamp = f"{group} {digest}\n"
    for environment in places(environ, group, digest):
        if ready(environment, stamp):
            return environment
        if writable(environment):
            break
    else:
        raise Stop("Neither the cache folder nor that for temporary files can be written. Name one by XDG_CACHE_HOME.")
    import signal

    from locked_environment.installation import install, leave
    from locked_environment.uv import find_uv
    from locked_environment.variables import uv_environ

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, leave)
    with hold(environment):
        if not ready(environment, stamp):  # no other process made it meanwhile
            uv = find_uv(environ, os.path.join(os.path.dirname(environment), ""))
            say(f"installing what `{group}` needs in {environment}")
            if os.path.exists(os.path.join(environment, STAMP)):
                os.unlink(os.path.join(environment, STAMP))
            install(uv, uv_environ(environ, environment), group, environment)
            write(os.path.join(environment, STAMP), stamp.encode())
    return environment


def run(command: "list[str]", environ: "dict[str, str]") -> int:
    """Become the command, so that signals and the exit code are its own. On Windows we stay, and wait for it."""
    for name in ("PYTHONHOME", "__PYVENV_LAUNCHER__"):
        environ.pop(name, None)
    environ["PYTHONPATH"] = os.path.join(ROOT, "src")
    if sys.platform == "win32":
        import signal
        import subprocess

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the child too: it decides
        return subprocess.call(command, env=environ)
    return os.execve(command[0], command, environ)  # noqa: S606  there is no shell in it


def command_line(arguments: "list[str]", environ: "dict[str, str]") -> "tuple[str, list[str]]":
    """Return the dependency group, and the words to run with it. Raises Stop for a usage error."""
    if arguments[:1] == ["--dev"]:
        return DEV, arguments[1:]
    words = arguments or list(filter(None, [environ.get("PYPUBLISH_STAGE")]))
    if not words:
        raise Stop(f"a command is missing.\n{USAGE}", USAGE_ERROR)
    if words[0].startswith("-") and not arguments:
        raise Stop(f"PYPUBLISH_STAGE is {words[0]}, which is no command.", USAGE_ERROR)
    commands = [word for word in words if not word.startswith("-")]
    return GROUPS.get(commands[0], REST) if commands else CORE, words


def main(arguments: "list[str]", environ: "dict[str, str]") -> int:
    """Have the environment ready, and run the command in it. Returns where there is nothing to run."""
    if sys.version_info < (3, 8):
        raise Stop(f"{NEEDS} This is Python {sys.version.split()[0]}.")
    if set(arguments) - {"--dev"} in ({"-h"}, {"--help"}):
        print(USAGE, end="")
        return 0
    group, words = command_line(arguments, environ)
    environment = environment_for(environ, group)
    if group != DEV:
        # -P: nothing in the folder that is released may be taken for a module of ours.
        return run([program(environment, "python"), "-P", "-m", "pypublish", *words], environ)
    if not words:
        say(f"ready: {environment}")
        return 0
    tool = program(environment, words[0])
    if not os.path.isfile(tool):
        raise Stop(f"{words[0]} is not among the development tools in {os.path.dirname(tool)}.", USAGE_ERROR)
    path = os.path.dirname(tool) + os.pathsep + environ.get("PATH", os.defpath)
    return run([tool, *words[1:]], {**environ, "VIRTUAL_ENV": environment, "PATH": path})


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:], dict(os.environ)))  # noqa: TID251  the one place that reads it
    except Stop as stop:
        say(str(stop))
        sys.exit(stop.code)
    except OSError as error:
        said = f"{error.filename or 'It cannot go on'}: {error.strerror or error}."
        say(said + remedy_for(said))
        sys.exit(TOOL_FAILED)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
