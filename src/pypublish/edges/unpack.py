"""Unpack an sdist, to build the wheel from it as installers do: the one archive that is ever extracted."""

from __future__ import annotations

import tarfile
import zlib
from pathlib import Path

from pypublish.errors import ToolError


class UnpackError(Exception):
    """The file is no sdist that can be unpacked safely into one folder; the message says why."""


def unpack(sdist: Path, target: Path) -> Path:
    """Unpack into `target` by tarfile's data filter (PEP 706) and return the folder with the project.

    Raises:
        UnpackError: it does not read, would write outside `target`, or has more than one folder at its top.
        ToolError: this Python has no data filter.

    """
    if not hasattr(tarfile, "data_filter"):
        raise ToolError(
            "this Python unpacks archives without a filter, which is not safe", hint="Use Python 3.11.4 or newer."
        )
    try:
        with tarfile.open(sdist, "r:gz") as archive:
            archive.extractall(target, filter="data")
    except (tarfile.TarError, zlib.error, OSError, EOFError, ValueError) as error:
        raise UnpackError(f"it does not unpack: {error}") from None
    folders = list(target.iterdir())
    if len(folders) != 1 or not folders[0].is_dir():
        raise UnpackError(f"it has {len(folders)} entries at its top, not one folder")
    return folders[0]
