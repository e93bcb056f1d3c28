"""The end of a file that somebody else's program wrote."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from pypublish.errors import UsageError

_AT_ONCE: Final[int] = getattr(os, "O_NONBLOCK", 0)
"""Windows has no such flag, and no such pipes."""


def read_end(path: Path, *, limit: int) -> tuple[str, bool]:
    """Return the last `limit` bytes of a file as text, and whether that is all of it; what is no UTF-8 is replaced.

    Raises:
        UsageError: there is no such file, it is none, or it cannot be read.

    """
    try:
        # A pipe is not waited for.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _AT_ONCE)) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UsageError(f"{path} is no file", hint="Name the file in which the tool's output was stored.")
            file.seek(max(status.st_size - limit, 0))
            return file.read(limit).decode("utf-8", errors="replace"), status.st_size <= limit
    except OSError as error:
        raise UsageError(
            f"the file {path} cannot be read: {error.strerror}",
            hint="Name the file in which the tool's output was stored.",
        ) from None
