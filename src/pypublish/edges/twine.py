"""What `twine check --strict` says of a file. Runs in the child process of `tools`."""

from __future__ import annotations

import io
import logging
import tarfile
import tempfile
import warnings
from pathlib import Path

INVALID = "invalid-distribution"
SYNTAX = "description-syntax"
WARNING = "description-warning"


def load() -> None:
    """Import what `remarks` needs, ahead of the first file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import twine.commands.check  # noqa: F401


def remarks_on_sdist(filename: str, member: str, pkg_info: str) -> list[dict[str, object]]:
    """Check an sdist by its PKG-INFO alone.

    All that twine wants of an sdist is one top folder, which `archive` has seen to, and the PKG-INFO in it; to find
    them it unpacks the whole file. So it gets a copy that has nothing else.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / filename
        with tarfile.open(copy, "w:gz", compresslevel=1) as archive:
            folder_header = tarfile.TarInfo(member.rpartition("/")[0])
            folder_header.type = tarfile.DIRTYPE
            archive.addfile(folder_header)
            content = pkg_info.encode("utf-8", "surrogateescape")
            header = tarfile.TarInfo(member)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
        return remarks(str(copy))


def remarks(file: str) -> list[dict[str, object]]:
    """Check a file that `archive` has accepted: twine itself reads without bounds."""
    from twine.commands.check import check
    from twine.exceptions import TwineException

    heard = _Listener()
    logger = logging.getLogger("twine")
    logger.addHandler(heard)
    try:
        check([file], strict=True)
    except TwineException as error:
        heard.said.append({"code": INVALID, "message": str(error)})
    finally:
        logger.removeHandler(heard)
    return heard.said


class _Listener(logging.Handler):
    """Keep what twine logs: that is the only place where it says what is wrong."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        code = SYNTAX if record.levelno >= logging.ERROR else WARNING
        self.said.append({"code": code, "message": record.getMessage()})
