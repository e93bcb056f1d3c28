"""The user's .pypirc, read for one index alone: twine's file of names, addresses and passwords."""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pypublish.edges.route import printable, shown
from pypublish.errors import UsageError
from pypublish.model import Index

NAME = ".pypirc"
LIMIT = 1 << 20
"""Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What one section says."""

    file: Path
    section: str
    username: str
    password: str = field(repr=False)


def place(environ: Mapping[str, str], config_file: Path | None) -> Path:
    """Return where the file is, if there is one."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    return config_file if config_file is not None else Path(home) / NAME


def logins(index: Index, environ: Mapping[str, str], config_file: Path | None, unused: list[str]) -> Iterator[Login]:
    """Yield the passwords for an index: of the section of its name, then of those with its address.

    What a section of that name has for another address is noted in `unused`.

    Raises:
        UsageError: the file does not read, or there is none although it was named. Nothing of it is shown.

    """
    file = place(environ, config_file)
    parser = _parse(file, named=config_file is not None)
    for section in sorted(parser.sections(), key=lambda name: name != index.name):
        password = parser.get(section, "password", fallback="")
        address = parser.get(section, "repository", fallback="")
        if not password or section == "distutils":
            continue
        if address and _host(address) != _host(index.upload_url):
            if section == index.name:
                unused.append(f"{file} [{printable(section)}] is for {shown(address)}")
        elif address or section == index.name:
            username = parser.get(section, "username", fallback="")
            yield Login(file=file, section=printable(section), username=username, password=password)


def _parse(file: Path, *, named: bool) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    try:
        with file.open(encoding="utf-8", errors="surrogateescape") as opened:
            parser.read_string(opened.read(LIMIT))
    except FileNotFoundError:
        if named:
            raise UsageError(f"there is no {file}") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from None
    except configparser.Error as error:
        # Its words would quote the line, and with it a password.
        raise UsageError(
            f"{file} is no file that twine reads ({type(error).__name__})",
            hint="https://packaging.python.org/specifications/pypirc/ says what it looks like.",
        ) from None
    return parser


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()
