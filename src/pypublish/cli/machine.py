"""What the machine lacks: room, memory, the right to write. It is no bug of ours, and is said as what it is."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pypublish.errors import PypublishError, ToolError, UsageError

_AGAIN: Final = "Nothing more was published than before; run the same command again then."
_LACKS: Final = {
    errno.ENOSPC: ("there is no room left on the disk", f"Make room, or use a machine with more. {_AGAIN}"),
    errno.EDQUOT: ("the disk's quota is used up", f"Make room, or use a machine with more. {_AGAIN}"),
    errno.EFBIG: ("a file would become larger than this machine allows", f"Raise the limit (ulimit -f). {_AGAIN}"),
    errno.EMFILE: ("too many files are open", f"Raise the limit (ulimit -n). {_AGAIN}"),
    errno.ENFILE: ("too many files are open on this machine", f"End what holds them. {_AGAIN}"),
    errno.ENOMEM: ("there is not enough memory", f"Use a machine with more. {_AGAIN}"),
    errno.EAGAIN: ("no process or thread more can be started", f"Raise the limit (ulimit -u). {_AGAIN}"),
    errno.EIO: ("the disk cannot be read or written", f"Use another machine. {_AGAIN}"),
}
_ROOM: Final = 64 << 10
"""Bytes; with less than that free, a disk is full."""
_NO_THREAD: Final = "can't start new thread"
"""Python's word for a thread that the system refuses, mostly for lack of memory."""
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def lack(error: Exception) -> PypublishError | None:
    """Return what the machine lacks, where an error is of that kind; None where it is a bug."""
    if isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and _NO_THREAD in str(error)):
        what, remedy = _LACKS[errno.ENOMEM]
        return ToolError(what, hint=remedy)
    if not isinstance(error, OSError):
        return None
    place = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    if error.errno in _FORBIDDEN and place:
        return UsageError(
            f"{place}{error.strerror}", hint="Name another place, or let who runs this read and write there."
        )
    if error.errno not in _LACKS:
        return None
    what, remedy = _LACKS[error.errno]
    return ToolError(f"{place}{what}", hint=remedy)


@contextmanager
def room_is_missed(scratch: Path) -> Iterator[None]:
    """Where a tool fails on a full disk, say that, whatever else its failure is taken for; many tools do not."""
    try:
        yield
    except ToolError as error:
        if scratch.exists() and shutil.disk_usage(scratch).free < _ROOM:
            what, remedy = _LACKS[errno.ENOSPC]
            raise ToolError(f"{error}: {what}, in {scratch}", hint=remedy, output=error.output) from None
        raise


def let_go_of_output() -> None:
    """Give up what cannot be written any more, so that the interpreter does not stumble over it at its end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
