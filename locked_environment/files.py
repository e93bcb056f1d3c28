"""Files: those of the checkout, and those that several processes may want to make at once."""

import os
import sys

from locked_environment.trouble import Stop

TYPE_CHECKING = False  # to import it from typing would take as long as all else here
if TYPE_CHECKING:
    import io

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def read(name: str) -> bytes:
    """Return the content of a file beside bootstrap.py."""
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


def hold(path: str) -> "io.TextIOWrapper":
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
