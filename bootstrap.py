"""Start pypublish, or a development tool, in an environment installed from uv.lock by digest.

The standard library only: neither pip nor the venv module is needed, and the Python that runs this file is not
changed. uv does the work: the one on PATH where its version fits, else the one that uv.lock pins, fetched by digest.
pypublish itself runs from `src` beside this file, so no build backend runs to start it.

Python 3.8 is enough to run this file (uv finds or brings the newer one that pypublish needs), and 3.6 to be told so:
annotations with brackets are quoted. A module that a ready environment can do without is imported where it is used.
"""

import hashlib
import io
import os
import sys

TYPE_CHECKING = False  # to import it from typing would take as long as all else here
if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen
    from types import FrameType

# An older Python than 3.6 cannot compile the next line, and so prints it.
NEEDS: str = "Python 3.8 or newer is needed. Install one, and start bootstrap.py with it."

USAGE = """\
usage: python3 bootstrap.py COMMAND...          run pypublish, for example: rehearse examples/hello
       python3 bootstrap.py --dev [PROGRAM...]  run a development tool, for example: pytest

Commands: rehearse prepare verify validate build check stage index. `COMMAND --help` explains one.

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
    "verify": "verify",
    "rehearse": "rehearse",
    "index": "rehearse",
}
CORE, REST, DEV = "core", "rehearse", "dev"

ROOT = os.path.dirname(os.path.realpath(__file__))
STAMP = "pypublish-bootstrap.txt"  # lies in an environment that is complete, and says what it was installed from
FITTING_PYTHON = ">=3.11,<3.15"  # the locked wheels are for these
USAGE_ERROR, TOOL_FAILED, INTERRUPTED = 2, 3, 130

TIMEOUT = 20  # seconds, for each step of a connection
DEADLINE = 300  # seconds, for one download with its repetitions
PAUSES = (0.5, 1.5)  # seconds, before each repetition
LARGEST_DOWNLOAD = 64 << 20  # bytes; the wheel of uv 0.13.8 has 17 MB

# uv's variables that say how the world is reached. The others could change what is installed, or where.
UV_VARIABLES = (
    "UV_(CACHE_DIR|NO_CACHE|OFFLINE|LINK_MODE|LOCK_TIMEOUT|CONCURRENT_.*|CONFIG_FILE|NO_CONFIG|CREDENTIALS_DIR"
    "|KEYRING_PROVIDER|INSECURE_HOST|NATIVE_TLS|SYSTEM_CERTS|HTTP.*|REQUEST_TIMEOUT|INDEX.*|DEFAULT_INDEX"
    "|EXTRA_INDEX_URL|PYTHON_.*|(NO_)?MANAGED_PYTHON)"
)
MISLEADING_VARIABLES = "VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV|PYTHONHOME|PYTHONPATH|__PYVENV_LAUNCHER__|UV_.*"

# A sign in what a failure says, and what mends it: the first that fits.
REMEDIES = {
    "interpreter|python-build-standalone": "Python 3.11, 3.12, 3.13 or 3.14 is needed: install one, or let uv fetch one"
    " from GitHub or from the mirror in UV_PYTHON_INSTALL_MIRROR.",
    "No space left": "Free some space, or name other folders by UV_CACHE_DIR and XDG_CACHE_HOME.",
    "ermission denied|Read-only": "Name folders that can be written, by UV_CACHE_DIR and XDG_CACHE_HOME.",
    "[Hh]ash mismatch": "The index has other files than uv.lock names, so they are not used. Is it a faithful mirror?",
    "connectivity is disabled": "Unset UV_OFFLINE for one run, so that uv can fill its cache.",
    "wheel": "Use a more common platform or Python: nothing is compiled here.",
    "etch|ownload|equest|onnect": "Is the network there? A mirror is named by PIP_INDEX_URL or UV_DEFAULT_INDEX,"
    " a proxy by HTTPS_PROXY, a file of certificate authorities by SSL_CERT_FILE or PIP_CERT.",
}


CHILDREN: "list[Popen[bytes]]" = []  # the uv that runs, for `leave`


class Stop(Exception):  # noqa: N818  not every end is an error
    """Ends the run, with cause and remedy for the user."""

    def __init__(self, message: str, code: int = TOOL_FAILED) -> None:
        super().__init__(message)
        self.code = code


def say(text: str) -> None:
    """Print to stderr, since stdout is the command's. Foreign text can neither show a login nor command a CI runner."""
    import re

    text = re.sub(r"(//)[^/\s]*@|\?\S*=\S*", r"\1", text).replace("##[", "# #[")
    for line in filter(str.strip, text.splitlines()):
        printable = "".join(char if char.isprintable() else "?" for char in line.rstrip())
        print(f"bootstrap.py: {printable}", file=sys.stderr, flush=True)


def remedy_for(trouble: str) -> str:
    """Return what mends a trouble, as a line of its own, or nothing."""
    import re

    return next((f"\n{remedy}" for sign, remedy in REMEDIES.items() if re.search(sign, trouble)), "")


# --- Files -----------------------------------------------------------------------------------------------------------


def read(name: str) -> bytes:
    """Return the content of a file beside this one."""
    try:
        with open(os.path.join(ROOT, name), "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise Stop(f"{name} is not beside bootstrap.py in {ROOT}. Fetch the whole repository.") from None


def write(path: str, content: bytes, mode: int = 0o644) -> None:
    """Write a file so that nobody ever sees half of it. The caller holds the path, or what it lies in."""
    draft = path + ".part"
    try:
        with open(draft, "wb") as file:
            file.write(content)
        os.chmod(draft, mode)
        os.replace(draft, path)
    except OSError:
        if os.path.exists(draft):
            os.unlink(draft)  # the disk may be full
        raise


def writable(path: str) -> bool:
    """Whether something can be made at this path. Makes the folder that it lies in."""
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    except OSError:
        return False
    return os.access(os.path.dirname(path), os.W_OK)


def hold(path: str) -> io.TextIOWrapper:
    """Wait until no other process holds this path, and hold it until the result is closed."""
    file = open(path + ".lock", "a", encoding="ascii")  # noqa: SIM115  closing it lets go
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        pass  # a network file system without locks; uv has one of its own
    return file


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


# --- Environments ----------------------------------------------------------------------------------------------------


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
    import subprocess

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


def uv_environ(environ: "dict[str, str]", environment: str) -> "dict[str, str]":
    """Return the variables for uv: the user's, without what would mislead it, with what it is to know."""
    import re

    kept = {
        name: value
        for name, value in environ.items()
        if re.fullmatch(UV_VARIABLES, name) or not re.fullmatch(MISLEADING_VARIABLES, name)
    }
    bundles = [path for path in authorities(environ) if os.path.isfile(path)]
    if len(bundles) > 1:  # uv reads one file
        contents = []
        for bundle in bundles:
            with open(bundle, "rb") as file:
                contents.append(file.read())
        bundles = [environment + ".pem"]
        write(bundles[0], b"\n".join(contents))
    if bundles:
        kept["SSL_CERT_FILE"] = bundles[0]
    return {**kept, **mirrors(environ), "UV_PROJECT_ENVIRONMENT": environment}


# --- uv --------------------------------------------------------------------------------------------------------------


def find_uv(environ: "dict[str, str]", folder: str) -> str:
    """Return the path of a uv that fits: from PATH, or fetched before, or fetched now (to the folder, if need be)."""
    import re

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
    import re
    import shutil
    import subprocess

    found = shutil.which("uv", path=environ.get("PATH")) or ""
    try:
        output = subprocess.run([found, "--version"], capture_output=True, timeout=TIMEOUT, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.match(rb"uv (\d+(?:\.\d+)*)", output)
    version = [int(part) for part in match[1].split(b".")] if match else []
    return found if version >= [int(part) for part in oldest.split(".")] else ""


def locked_uv(lock: str) -> "tuple[str, dict[str, str]]":
    """Return the version of uv that uv.lock pins, and the URLs of its wheels with their sha256."""
    import re

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
    import re

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
    import platform

    system, machine = platform.system(), platform.machine().lower()
    if system == "Linux" and sys.maxsize < 1 << 32:  # a kernel of 64 bits may have programs of 32 only
        machine = {"x86_64": "i686", "aarch64": "armv7l"}.get(machine, machine)
    return system, machine, platform.libc_ver()[0]


def fetch_uv(environ: "dict[str, str]", url: str, sha256: str, other_ways: str) -> bytes:
    """Fetch uv's wheel from the user's mirrors or as uv.lock says, these very bytes only, and return the program."""
    import re
    import zipfile

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


# --- Mirrors and the web ---------------------------------------------------------------------------------------------


def mirrors(environ: "dict[str, str]") -> "dict[str, str]":
    """Return what to tell uv of indexes, in the order of asking: by its own variables, or else by what pip's say."""
    own = ("UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL")
    pips = {"UV_INDEX": "PIP_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX": "PIP_INDEX_URL"}
    told = {name: environ[name] for name in own if environ.get(name)}
    return told or {name: environ[pip] for name, pip in pips.items() if environ.get(pip)}


def indexes(environ: "dict[str, str]") -> "list[str]":
    """List the URLs of the indexes in the order of asking. The empty one is PyPI, where it is not replaced."""
    import re

    told = mirrors(environ)
    named = [re.sub(r"^[\w.-]+=", "", index) for value in told.values() for index in value.split()]
    return named + [""] * told.keys().isdisjoint({"UV_DEFAULT_INDEX", "UV_INDEX_URL"})


def offer(web: "Web", index: str, name: str, sha256: str) -> str:
    """Return the URL under which an index has a wheel of uv, by its digest or else by its name."""
    page = f"{index.rstrip('/')}/uv/" + ("index.html" if index.startswith("file:") else "")
    accept = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
    files = links(*web.fetch(page, accept))
    urls = [url for url, _, told in files if told == sha256] or [url for url, named, _ in files if named == name]
    if not urls:
        raise Stop(f"{page} does not have {name}.")
    return urls[0]


def links(page: bytes, kind: str, base: str) -> "list[tuple[str, str, str]]":
    """List what a page of an index (PEP 503, PEP 691) offers: URL, filename, and sha256 where it is told."""
    import json
    from html.parser import HTMLParser
    from urllib.parse import unquote, urldefrag, urljoin, urlsplit

    found, page_url = [], base

    class Page(HTMLParser):
        def handle_starttag(self, tag: str, attrs: "list[tuple[str, str | None]]") -> None:
            nonlocal base
            href = dict(attrs).get("href") or ""
            if tag == "base":
                base = urljoin(base, href)
            elif tag == "a":
                url, fragment = urldefrag(urljoin(base, href))
                found.append((url, unquote(urlsplit(url).path.rpartition("/")[2]), fragment.partition("sha256=")[2]))

    try:
        if kind.endswith("json"):
            files = json.loads(page)["files"]
            return [(urljoin(base, file["url"]), file["filename"], file["hashes"].get("sha256", "")) for file in files]
        Page().feed(page.decode("utf-8", "replace"))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Stop(f"{page_url} is no page of a package index.") from None
    return found


def authorities(environ: "dict[str, str]") -> "list[str]":
    """List the files and folders of certificate authorities that pip's, requests' and OpenSSL's variables name."""
    named = {name: environ[name] for name in ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE") if environ.get(name)}
    for name, path in named.items():
        if not os.path.exists(path):
            raise Stop(f"{name} names {path}, which is not there. Correct it, or unset it.")
    return sorted(set(named.values()))


def origin(url: str) -> "tuple[str, str | None, int | None]":
    """Return scheme, host and port of a URL: who may see the login that is for it."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


class Web:
    """Fetches pages and files: by the user's proxy and authorities, showing a login to no server but its own."""

    def __init__(self, environ: "dict[str, str]") -> None:
        import ssl
        from urllib.request import BaseHandler, HTTPSHandler, Request, build_opener

        logins: "dict[tuple[str, str | None, int | None], str]" = {}

        class Login(BaseHandler):  # is asked about redirected requests too
            def http_request(self, request: Request) -> Request:
                if origin(request.full_url) in logins:
                    request.add_unredirected_header("Authorization", logins[origin(request.full_url)])
                return request

            https_request = http_request

        context = ssl.create_default_context()
        # python.org's Python for macOS comes without authorities; the system's are here.
        for path in (*filter(os.path.exists, ["/etc/ssl/cert.pem"]), *authorities(environ)):
            try:
                context.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
            except ssl.SSLError:
                raise Stop(f"{path} is no file of certificate authorities in PEM form.{remedy_for('fetch')}") from None
        self._logins = logins
        self._opener = build_opener(HTTPSHandler(context=context), Login())

    def fetch(self, url: str, accept: str = "*/*") -> "tuple[bytes, str, str]":
        """Return the content, its type, and the URL that it came from in the end.

        What may pass (broken connections, 429 and 5xx) is tried again. Raises Stop when it cannot be had.
        """
        import ssl
        import time
        from http.client import HTTPException
        from urllib.error import HTTPError
        from urllib.request import Request

        trouble, end = "", time.monotonic() + DEADLINE
        for pause in (0, *PAUSES):
            time.sleep(pause)
            try:
                request = Request(self._without_login(url), headers={"Accept": accept})
                with self._opener.open(request, timeout=TIMEOUT) as response:
                    content = bytearray()
                    for chunk in iter(lambda: response.read1(1 << 16), b""):
                        content += chunk
                        if len(content) > LARGEST_DOWNLOAD or time.monotonic() > end:
                            raise Stop(f"{url} is too large or too slow: {len(content)} bytes came until now.")
                    announced = int(response.headers.get("Content-Length") or len(content))
                    if len(content) == announced:
                        return bytes(content), response.headers.get_content_type(), response.geturl()
                    trouble = f"the connection broke after {len(content)} of {announced} bytes"
            except HTTPError as error:
                trouble = f"the server answers {error.code} {error.reason}"
                if error.code in {401, 403}:
                    trouble += "; a login goes into the index's URL before the host, as user:password@"
                if error.code not in {429, 500, 502, 503, 504}:
                    break
            except (OSError, HTTPException, ValueError) as error:
                reason = getattr(error, "reason", error)
                # The text of the others may quote a part of the URL, the login perhaps.
                trouble = str(reason) if isinstance(reason, (OSError, str)) else type(reason).__name__
                if isinstance(reason, ssl.SSLCertVerificationError):
                    break
        raise Stop(f"{url} cannot be fetched: {trouble}.")

    def _without_login(self, url: str) -> str:
        """Take `user:password@` out of a URL, and keep it for the server that it is for."""
        import base64
        from urllib.parse import unquote, urlsplit

        parts = urlsplit(url)
        login, at, host = parts.netloc.rpartition("@")
        if at:
            user, _, password = login.partition(":")
            encoded = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
            self._logins[origin(url)] = f"Basic {encoded}"
        return parts._replace(netloc=host).geturl()


# --- Run -------------------------------------------------------------------------------------------------------------


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
