"""Wheels for platforms that are not this machine's: made of one that was built here, as `wheel tags` makes them."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from tests.factories import make_record, zip_of


def retagged(wheel: Path, platform: str, folder: Path) -> Path:
    """Write a wheel into `folder` that is the same but for its platform."""
    name, version, python, abi, _ = wheel.stem.split("-")
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        files: dict[str, str | bytes] = {one: archive.read(one) for one in archive.namelist()}
    said = re.sub(r"Tag: .*", f"Tag: {python}-{abi}-{platform}", archive_text(files[f"{info}/WHEEL"]))
    files[f"{info}/WHEEL"] = said.replace("Root-Is-Purelib: true", "Root-Is-Purelib: false")
    del files[f"{info}/RECORD"]
    files[f"{info}/RECORD"] = make_record(files, info)
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{name}-{version}-{python}-{abi}-{platform}.whl"
    made.write_bytes(zip_of(files))
    return made


def archive_text(content: str | bytes) -> str:
    """Return what a member says."""
    return content if isinstance(content, str) else content.decode()
