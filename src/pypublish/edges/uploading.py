"""Upload files by the real twine, in an environment made for it, and understand what it says of the end."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from html import unescape
from pathlib import Path

from pypublish.edges import process
from pypublish.edges.allowlist import MACHINE, NETWORK
from pypublish.edges.credentials import Credentials
from pypublish.edges.route import CA_VARIABLES
from pypublish.edges.world import World
from pypublish.errors import ToolTimeoutError
from pypublish.model import Index

TIME_LIMIT = 600.0
"""Seconds that an upload may take in any case …"""
SLOWEST = 50_000
"""… and bytes for which it may take one second more."""
WORDS = 600
"""Characters of what an index says that are repeated."""

_STATUS = re.compile(r"HTTPError: (\d{3}) .*?from (\S+)")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_ANSWER = re.compile(r"Response from \S+\s+\d{3} (.+)")
_SAID = re.compile(r"HTTPError: \d{3} [^\n]*from \S+[ \t]*\n[ \t]+(\S.*)")
_BEGUN = re.compile(r"^Uploading (\S+\.(?:whl|tar\.gz))\s*$", re.MULTILINE)
_REASONS = re.compile(r"^\s*\*\s+`?([\w-]+)`?: (.*)", re.MULTILINE)
_EXCEPTION = re.compile(r"^(?:ERROR\s+)?([\w.]+): ?(.*)", re.MULTILINE)
_FINAL = re.compile(r"Detected$|Configuration$|InvalidDistribution$|InvalidPyPIUploadURL$|NonInteractive$")
"""What twine itself does not go on with: the files, the address or its settings are not right."""
_MAYBE_LATER = frozenset({408, 425, 429})
"""Statuses of a client's mistake that are none."""


class End(Enum):
    """How an upload ended, as far as the uploader can tell."""

    TAKEN = "taken"
    """The index answered 200; what it has is another question."""
    REFUSED = "refused"
    """The index said no, and would say so again."""
    TROUBLE = "trouble"
    """There was no answer, or one of a server in trouble: the file may be there or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One run of the uploader."""

    end: End
    status: int | None
    """Of HTTP, where the uploader names one."""
    words: str
    """What the index, or else the uploader, said."""
    filename: str = ""
    """The file that was sent last; empty where none was."""


def send(files: Sequence[Path], index: Index, credentials: Credentials, world: World) -> Sent:
    """Upload `files` in this order; the first that is not taken ends it.

    Raises:
        ToolError: twine could not be started.

    """
    scratch = world.scratch / "upload"
    scratch.mkdir(exist_ok=True)
    for name in ("pypirc", "netrc"):
        (scratch / name).write_bytes(b"")
    command: list[str | Path] = [
        *(sys.executable, "-m", "twine", "--no-color", "upload"),
        *("--non-interactive", "--disable-progress-bar", "--verbose"),
        *("--config-file", scratch / "pypirc", "--repository-url", index.upload_url, "--"),
        *(file.absolute() for file in files),
    ]
    limit = TIME_LIMIT + sum(file.stat().st_size for file in files) / SLOWEST
    try:
        done = process.run(
            command,
            env=_variables(credentials, world, scratch),
            cwd=scratch,
            timeout=limit,
            sink=world.sink,
            running=world.running,
        )
    except ToolTimeoutError:
        return Sent(end=End.TROUBLE, status=None, words=f"no answer within {limit:.0f} s")
    if done.returncode == 0:
        return Sent(end=End.TAKEN, status=200, words="")
    return understand(done.stdout + done.stderr)


def understand(output: str) -> Sent:
    """Tell from what twine printed how its upload ended, where it was not success; best on a wide terminal."""
    begun = _BEGUN.findall(output)
    return replace(_end(output), filename=begun[-1] if begun else "")


def _end(output: str) -> Sent:
    named = _STATUS.findall(output)
    if named:
        status = int(named[-1][0])
        refused = 300 <= status < 500 and status not in _MAYBE_LATER  # noqa: PLR2004
        return Sent(end=End.REFUSED if refused else End.TROUBLE, status=status, words=_words(output, status))
    if reasons := _REASONS.findall(output):
        # Why no token was given for this machine's identity.
        return Sent(end=End.REFUSED, status=None, words=_short("; ".join(map(": ".join, reasons))))
    kind, words = (_EXCEPTION.findall(output) or [("", _last_line(output))])[-1]
    return Sent(
        end=End.REFUSED if _FINAL.search(kind) else End.TROUBLE,
        status=None,
        words=_short(f"{kind.rpartition('.')[2]}: {words}" if kind else words),
    )


def _words(output: str, status: int) -> str:
    """Return the index's own words: of its page, else of its status line."""
    for pattern in (_TITLE, _ANSWER, _SAID):
        if found := pattern.findall(output):
            words = _short(unescape(found[-1]))
            return words if words.startswith(str(status)) else f"{status} {words}"
    return f"HTTP {status}"


def _last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "twine said nothing"


def _short(words: str) -> str:
    return " ".join(words.split())[:WORDS]


def _variables(credentials: Credentials, world: World, scratch: Path) -> dict[str, str]:
    """Return all that the uploader sees: how the network is reached, and these credentials alone."""
    environ = world.environ
    names = {*MACHINE.split(), *NETWORK.split(), "TWINE_CERT", "TWINE_CLIENT_CERT"}
    env = {name: value for name, value in environ.items() if name in names and value}
    authority = next((environ[name] for name in CA_VARIABLES if environ.get(name)), None)
    if authority is not None:
        # requests reads fewer of these variables than we do.
        env.setdefault("REQUESTS_CA_BUNDLE", authority)
    transport = world.transport
    if transport.proxy is not None:
        env |= dict.fromkeys(("HTTPS_PROXY", "https_proxy"), transport.proxy)
        env |= dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost")
    if transport.ca_file is not None:
        env["REQUESTS_CA_BUNDLE"] = str(transport.ca_file)
    env |= {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "NETRC": str(scratch / "netrc"),
        "NO_COLOR": "1",
        "COLUMNS": "500",
        "PYTHONUTF8": "1",
    }
    if credentials.by_trusted_publishing:
        return env | dict(credentials.variables)
    return env | {"TWINE_USERNAME": credentials.username, "TWINE_PASSWORD": credentials.password}
