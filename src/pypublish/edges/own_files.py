"""Files of the user's that init reads and writes: their line ends stay, and none is ever half written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pypublish.errors import UsageError

LIMIT = 1 << 20
"""Bytes of a file that is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile:
    """A text file: its lines end in a newline here, whatever they end in on the disk."""

    text: str
    newline: str = "\n"
    mark: bool = False
    """Whether it begins with a byte order mark."""


def read(path: Path) -> OwnFile | None:
    """Return a file; None where there is none.

    Raises:
        UsageError: it is there, and is no text that can be read.

    """
    try:
        if not path.exists():
            return None
        if not path.is_file():
            raise UsageError(f"{path} is no file", hint="Move what is there out of the way.")
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > LIMIT:
        raise UsageError(f"{path} has more than {LIMIT} bytes, and so is not read")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}, line {line}, is not UTF-8", hint="Save the file as UTF-8.") from None
    mark = text.startswith("\ufeff")
    newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    return OwnFile(text=text.removeprefix("\ufeff").replace("\r\n", "\n"), newline=newline, mark=mark)


def refuse_links(top: Path, names: Iterable[str]) -> None:
    """See that none of these files lies outside of `top` by a symbolic link: before the first of them is written.

    Raises:
        UsageError: one does.

    """
    for path in (top / name for name in names):
        if not path.resolve().is_relative_to(top.resolve()):
            raise UsageError(
                f"{path} leads by a symbolic link to outside of {top}",
                hint="Nothing is written there; replace the link.",
            )


def write(top: Path, name: str, text: str, *, like: OwnFile | None = None) -> None:
    """Write a file below `top`, whole or not at all; its line ends are those of the file that it replaces.

    Raises:
        UsageError: it cannot be written, or lies elsewhere by a symbolic link.

    """
    path = top / name
    folder = path.parent
    refuse_links(top, [name])
    whole = ("\ufeff" if like is not None and like.mark else "") + text
    part = folder / f".{path.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)  # of a run that was killed, or a link that somebody has laid there
        with part.open("xb") as file:
            file.write(whole.replace("\n", like.newline if like is not None else "\n").encode("utf-8"))
        if path.exists():
            part.chmod(path.stat().st_mode & 0o777)
        # Through a link to the file that it names, so that it stays a link.
        os.replace(part, path.resolve() if path.is_symlink() else path)  # noqa: PTH105 - atomic, and clearer so
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}", hint="Nothing of this file was changed."
        ) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def names(top: Path) -> frozenset[str]:
    """Return the names of what lies at the root and, as `.github/NAME`, in `.github`."""
    found: set[str] = set()
    for folder, prefix in ((top, ""), (top / ".github", ".github/")):
        with contextlib.suppress(OSError):
            found |= {prefix + entry.name for entry in folder.iterdir()}
    return frozenset(found)
