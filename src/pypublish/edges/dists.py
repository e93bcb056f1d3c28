"""Opening distribution files: the one door between the disk and the reader of archives."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pypublish import archive
from pypublish.archive import Contents, Format, Keep, Search


class UnreadableFileError(Exception):
    """A file cannot be read; says why, to follow its name."""


def read(path: Path, *, format: Format, keep: Keep, search: Search | None) -> Contents:  # noqa: A002 - the reader's word
    """Read an archive in one pass: its members, its digests, and the texts that are to be kept.

    Raises:
        UnreadableFileError: it is not there, is no regular file, or may not be read.

    """
    with _opened(path) as file:
        return archive.read(file, format=format, keep=keep, search=search)


def make_sure(path: Path) -> None:
    """Make sure that this is a regular file that may be read.

    Raises:
        UnreadableFileError: it is not.

    """
    with _opened(path):
        pass


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        # Without waiting: opening a named pipe would not come back.
        with open(path, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UnreadableFileError("is no regular file")
            yield file
    except FileNotFoundError:
        raise UnreadableFileError("is not there") from None
    except IsADirectoryError:
        raise UnreadableFileError("is a folder; name the files in it") from None
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror or error}") from None


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
