"""The staging folder: `dist/` and, beside it, the sealed `manifest.json`; written whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pypublish import codec
from pypublish.errors import SealError, SettingsError, UsageError
from pypublish.model import MANIFEST_SCHEMA, Artifact, Manifest

MANIFEST = "manifest.json"
DIST = "dist"
MANIFEST_LIMIT = 16 << 20
"""Bytes; a release of a thousand files has a hundredth of it."""

_RUN_AGAIN = "Do not edit the staging folder; run pypublish prepare again, or fetch the artifact again."
_DISTRIBUTION_ENDINGS = (".whl", ".tar.gz", ".attestation")


def write(out: Path, manifest: Manifest, files: Iterable[Path]) -> str:
    """Put the files and the manifest into `out` and return the manifest's sha256.

    The manifest is the seal: it is taken away first and put there last, so that a run that is cut off leaves
    nothing that looks complete.

    Raises:
        UsageError: `out` is no folder of ours, or cannot be written.

    """
    try:
        return _write(out, codec.dumps(manifest).encode(), files)
    except OSError as error:
        raise UsageError(
            f"the staging folder {out} cannot be written: {error.strerror or error}", hint="Name another by --out."
        ) from None


def _write(out: Path, text: bytes, files: Iterable[Path]) -> str:
    out.mkdir(parents=True, exist_ok=True)
    dist = out / DIST
    strangers = [p.name for p in dist.iterdir() if not p.name.endswith(_DISTRIBUTION_ENDINGS)] if dist.exists() else []
    if strangers:
        raise UsageError(
            f"{dist} holds something else than distributions: {', '.join(sorted(strangers)[:3])}",
            hint="Name another folder by --out, or empty that one.",
        )
    with tempfile.TemporaryDirectory(prefix=".pypublish-", dir=out) as name:
        fresh = Path(name) / DIST
        fresh.mkdir()
        for file in files:
            shutil.copyfile(file, fresh / file.name)
        seal = Path(name) / MANIFEST
        seal.write_bytes(text)
        (out / MANIFEST).unlink(missing_ok=True)
        if dist.exists():
            dist.rename(Path(name) / "old")
        fresh.rename(dist)
        seal.replace(out / MANIFEST)
    return hashlib.sha256(text).hexdigest()


def read(path: Path, *, sha256: str | None = None) -> tuple[Manifest, str]:
    """Read a manifest strictly; return it with its own sha256.

    Raises:
        UsageError: there is none.
        SealError: it is not the one that was sealed.
        SettingsError: it does not read; every mistake is named.

    """
    try:
        with path.open("rb") as file:
            text = file.read(MANIFEST_LIMIT + 1)
    except FileNotFoundError:
        raise UsageError(
            f"there is no manifest at {path}",
            hint="pypublish prepare writes it. At home, pypublish rehearse does it all.",
        ) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    if len(text) > MANIFEST_LIMIT:
        raise SettingsError(f"{path} is larger than {MANIFEST_LIMIT} bytes and no manifest", hint=_RUN_AGAIN)
    found = hashlib.sha256(text).hexdigest()
    if sha256 is not None and found != sha256.lower():
        raise SealError(
            f"{path} is not the manifest that was sealed: its sha256 is {found}, expected was {sha256}", hint=_RUN_AGAIN
        )
    return parse(text, what=str(path)), found


def parse(text: bytes, *, what: str) -> Manifest:
    """Turn the text of a manifest into one, strictly; `what` names it in messages.

    Raises:
        SettingsError: it does not read; every mistake is named.

    """
    _check_schema_number(what, text)
    return codec.loads(Manifest, text, what=what, hint=_RUN_AGAIN)


def _check_schema_number(what: str, text: bytes) -> None:
    """Name an unknown schema number before the mistakes that follow from it."""
    import json

    try:
        number = json.loads(text).get("schema")
    except (ValueError, AttributeError, RecursionError):
        return  # codec says what is wrong
    if number != MANIFEST_SCHEMA:
        raise SettingsError(
            f"{what} has manifest schema {number!r}; this pypublish reads {MANIFEST_SCHEMA}",
            hint="Use the same version of pypublish in all jobs of a release.",
        )


def compare(dist: Path, artifacts: Iterable[Artifact]) -> None:
    """Compare the files in `dist` with the manifest's.

    Raises:
        SealError: a file is missing, extra, or not the one that was sealed; all of them are named.

    """
    expected = {artifact.filename: artifact for artifact in artifacts}
    present = {entry.name: entry for entry in dist.iterdir()} if dist.is_dir() else {}
    mistakes = [f"{name}: is missing" for name in expected.keys() - present.keys()]
    mistakes += [f"{name}: is not in the manifest" for name in present.keys() - expected.keys()]
    for name in expected.keys() & present.keys():
        artifact, path = expected[name], present[name]
        if not path.is_file() or path.is_symlink():
            mistakes.append(f"{name}: is no regular file")
        elif (size := path.stat().st_size) != artifact.size:
            mistakes.append(f"{name}: has {size} bytes, the manifest says {artifact.size}")
        elif (digest := sha256_of(path)) != artifact.sha256:
            mistakes.append(f"{name}: has sha256 {digest}, the manifest says {artifact.sha256}")
    if mistakes:
        raise SealError(f"{dist} is not what the manifest says", mistakes=tuple(sorted(mistakes)), hint=_RUN_AGAIN)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksums(artifacts: Iterable[Artifact]) -> str:
    """Return the list that `sha256sum --check` reads, sorted by name."""
    return "".join(f"{a.sha256}  {a.filename}\n" for a in sorted(artifacts, key=lambda a: a.filename))
