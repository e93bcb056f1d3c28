"""Whether a process that a test knows by its number has ended, or soon will have."""

from __future__ import annotations

import os
import select


def has_ended(pid: int, *, patience: float = 10.0) -> bool:
    """Wait for the end of a process, at most `patience` seconds, and say whether it came."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], patience)[0])
    finally:
        os.close(handle)
