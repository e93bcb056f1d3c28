"""A folder of distributions that were built elsewhere, as it lies on the disk."""

from __future__ import annotations

from pathlib import Path

from pypublish.errors import UsageError


def entries(folder: Path, *, hint: str) -> tuple[Path, ...]:
    """Return what lies in the folder, by name; what is hidden, as the .gitignore of uv, is nobody's distribution.

    `hint` says what to do where there is no such folder.

    Raises:
        UsageError: there is no such folder, or it cannot be read.

    """
    try:
        found = sorted(folder.iterdir())
    except FileNotFoundError:
        raise UsageError(f"there is no folder {folder}, which packages-dir names", hint=hint) from None
    except OSError as error:
        raise UsageError(
            f"the folder {folder}, which packages-dir names, cannot be read: {error.strerror or error}"
        ) from None
    return tuple(path for path in found if not path.name.startswith("."))
