"""The ZIP in which GitHub keeps an artifact: read strictly, and its files written out one by one, none unlooked-at."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from pypublish import archive
from pypublish.archive import Contents
from pypublish.edges.staging import DIST, MANIFEST
from pypublish.errors import SealError
from pypublish.model import Artifact


def read(path: Path) -> Contents:
    """Read the ZIP in one pass; the text of the manifest is kept."""
    with path.open("rb") as file:
        return archive.read(file, format="zip", keep=lambda member: member.name == MANIFEST)


def write_out(path: Path, artifacts: Iterable[Artifact], folder: Path) -> tuple[Path, ...]:
    """Write the distributions that a manifest names from a ZIP that was judged into `folder`; return them in order.

    Raises:
        SealError: the ZIP is not the one that was judged.

    """
    written = []
    try:
        with zipfile.ZipFile(path) as packed:
            for artifact in artifacts:
                target = folder / artifact.filename
                with packed.open(f"{DIST}/{artifact.filename}") as source, target.open("xb") as file:
                    shutil.copyfileobj(source, file)
                written.append(target)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError) as error:
        raise SealError(f"the artifact cannot be unpacked: {error}", hint="Run this again.") from None
    return tuple(written)
