"""The user's keyring, asked in a process of its own: somebody else's code answers there, and may take its time."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec

from pypublish.edges import process
from pypublish.edges.allowlist import MACHINE, NETWORK
from pypublish.edges.world import World
from pypublish.errors import ToolError, ToolTimeoutError

TIME_LIMIT = 30.0
"""Seconds; a keyring that asks its user to unlock it answers no sooner."""

SEEN = (
    *("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "TMPDIR", "TEMP", "TMP"),
    *("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CURRENT_DESKTOP", "KDE_FULL_SESSION"),
    "PYTHON_KEYRING_BACKEND",
)
"""How keyrings find the desktop that they belong to."""

ASK = """
import json, sys
import keyring
address, user = sys.argv[1:]
try:
    kept = keyring.get_credential(address, user) or keyring.get_credential(address, None)
    found = (kept.username, kept.password) if kept else None
except AttributeError:  # keyrings of before 2018
    password = keyring.get_password(address, user)
    found = (user, password) if password else None
backend = keyring.get_keyring()
print(json.dumps({"found": found, "backend": getattr(backend, "name", type(backend).__name__)}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the keyring has for an address."""

    username: str
    password: str = field(repr=False)
    backend: str


def look(address: str, user: str, world: World, unused: list[str]) -> Kept | None:
    """Ask for the password of `user` at `address`, as twine does; why there was no answer is noted in `unused`."""
    if find_spec("keyring") is None:
        return None
    names = {*MACHINE.split(), *NETWORK.split(), *SEEN}
    env = {name: value for name, value in world.environ.items() if name in names or name.startswith("KEYRING_")}
    try:
        # Neither its output nor what it says of a mistake goes anywhere: both may hold a password.
        done = process.run(
            [sys.executable, "-I", "-c", ASK, address, user],
            env=env,
            cwd=world.scratch,
            timeout=TIME_LIMIT,
            running=world.running,
        )
    except ToolTimeoutError:
        unused.append(f"the keyring did not answer within {TIME_LIMIT:.0f} s")
        return None
    except ToolError as error:
        unused.append(f"the keyring could not be asked: {error}")
        return None
    return _read(done.out) if done.returncode == 0 else None


def _read(output: bytes) -> Kept | None:
    try:
        answer = json.loads(output)
        username, password = answer["found"]
        backend = answer["backend"]
    except (ValueError, TypeError, KeyError):
        return None
    if not (isinstance(username, str) and isinstance(password, str) and password):
        return None
    return Kept(username=username, password=password, backend=str(backend))
