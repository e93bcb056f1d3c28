"""Writing files so that a process that is killed leaves the old one or the new one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, content: bytes, *, secret: bool = False) -> None:
    """Write a file so that there is the old one or the new one, whatever happens meanwhile."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary = Path(name)
        temporary.chmod(0o600 if secret else 0o644)
        temporary.replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
