"""Distributions made in memory: sound ones by default, and wrong in whatever way a test asks for."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pypublish import archive
from pypublish.checks import subjects
from pypublish.checks.subjects import Dist
from pypublish.model import Project

EPOCH = (2026, 1, 1, 0, 0, 0)

README = "# hello\n\nIt says hello.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file that was made."""

    filename: str
    content: bytes

    def write(self, folder: Path) -> Path:
        """Put it into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / self.filename
        path.write_bytes(self.content)
        return path

    def dist(self, project: Project | None = None) -> Dist:
        """Read it, as check does."""
        kind, format_ = subjects.kind_of(self.filename), archive.format_of(self.filename)
        assert kind is not None
        assert format_ is not None
        contents = archive.read(
            io.BytesIO(self.content),
            format=format_,
            keep=lambda member: subjects.is_kept(kind, member),
            search=subjects.search_of(self.filename, kind),
        )
        return subjects.read(self.filename, kind, contents, project)


def metadata(
    changes: Mapping[str, str | None] | None = None,
    *more: str,
    name: str = "hello",
    version: str = "1.0.0",
    description: str = README,
) -> str:
    """Write METADATA: complete ones, with `changes` to fields (None drops one), and `more` lines."""
    fields: dict[str, str | None] = {
        "Metadata-Version": "2.4",
        "Name": name,
        "Version": version,
        "Summary": "Says hello.",
        "Author": "Jo",
        "License-Expression": "MIT",
        "Requires-Python": ">=3.8",
        "Description-Content-Type": "text/markdown",
        **(changes or {}),
    }
    lines = [f"{field}: {value}" for field, value in fields.items() if value is not None]
    return "\n".join([*lines, *more, "", description])


def wheel(
    files: Mapping[str, str | bytes] | None = None,
    *,
    name: str = "hello",
    version: str = "1.0.0",
    tag: str = "py3-none-any",
    filename: str | None = None,
    info: str | None = None,
    meta: str | None = None,
    headers: str | None = None,
    entry_points: str | None = None,
    record: str | None = None,
    without: tuple[str, ...] = (),
) -> Made:
    """Make a wheel of `files`; `meta`, `headers`, `entry_points` and `record` replace what would be written.

    `without` leaves out files of the .dist-info folder, whose name `info` is.
    """
    folder = info or f"{name}-{version}.dist-info"
    content: dict[str, str | bytes] = dict({f"{name}/__init__.py": ""} if files is None else files)
    own = {
        "METADATA": metadata(name=name, version=version) if meta is None else meta,
        "WHEEL": _headers(tag) if headers is None else headers,
        "entry_points.txt": entry_points,
    }
    content |= {f"{folder}/{key}": text for key, text in own.items() if text is not None and key not in without}
    if "RECORD" not in without:
        content[f"{folder}/RECORD"] = make_record(content, folder) if record is None else record
    return Made(filename=filename or f"{name}-{version}-{tag}.whl", content=zip_of(content))


def _headers(tag: str) -> str:
    pythons, abi, platform = tag.split("-")
    tags = [f"Tag: {python}-{abi}-{one}" for python in pythons.split(".") for one in platform.split(".")]
    pure = "true" if platform == "any" else "false"
    return "\n".join(["Wheel-Version: 1.0", "Generator: hand", f"Root-Is-Purelib: {pure}", *tags, ""])


def make_record(files: Mapping[str, str | bytes], folder: str) -> str:
    """Write the RECORD of files."""
    rows = [f"{path},{digest(content)},{len(as_bytes(content))}" for path, content in files.items()]
    return "\n".join([*rows, f"{folder}/RECORD,,", ""])


def digest(content: str | bytes) -> str:
    """Write a digest as RECORD does."""
    return "sha256=" + urlsafe_b64encode(hashlib.sha256(as_bytes(content)).digest()).decode().rstrip("=")


def digest_of(content: str | bytes) -> str:
    """Return a digest in hex."""
    return hashlib.sha256(as_bytes(content)).hexdigest()


def zip_of(files: Mapping[str, str | bytes]) -> bytes:
    """Make a ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, EPOCH)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, as_bytes(content))
    return buffer.getvalue()


def sdist(
    files: Mapping[str, str | bytes] | None = None,
    *,
    name: str = "hello",
    version: str = "1.0.0",
    filename: str | None = None,
    top: str | None = None,
    meta: str | None = None,
    without: tuple[str, ...] = (),
) -> Made:
    """Make an sdist of `files` in the folder `top`, with PKG-INFO and pyproject.toml unless they are left out."""
    folder = f"{name}-{version}" if top is None else top
    own = {
        "PKG-INFO": metadata(name=name, version=version) if meta is None else meta,
        "pyproject.toml": f'[project]\nname = "{name}"\nversion = "{version}"\n',
    }
    content: dict[str, str | bytes] = {key: text for key, text in own.items() if key not in without}
    content |= {f"src/{name}/__init__.py": ""} if files is None else files
    packed = {f"{folder}/{path}" if folder else path: text for path, text in content.items()}
    return Made(filename=filename or f"{name}-{version}.tar.gz", content=tar_of(packed))


def tar_of(files: Mapping[str, str | bytes]) -> bytes:
    """Make a tar, compressed with gzip."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as target:
        for path, content in files.items():
            header = tarfile.TarInfo(path)
            header.size = len(as_bytes(content))
            header.mtime = 1_767_225_600
            target.addfile(header, io.BytesIO(as_bytes(content)))
    return gzip.compress(buffer.getvalue(), mtime=0)


def as_bytes(content: str | bytes) -> bytes:
    """Return text as it is stored."""
    return content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
