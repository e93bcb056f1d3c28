"""One exchange with a server: what is asked of it and sent to it, and the library that carries it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, cast

READ_TIMEOUT = 20.0
"""Seconds without a single byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked, and of which hosts alone; the address's own where none are named."""

    url: str
    method: str
    headers: Mapping[str, str]
    hosts: Collection[str]
    redirects_anywhere: bool = False
    content: bytes | Path = b""
    """What is sent; a file is read as it goes out."""
    silence: float = READ_TIMEOUT
    """Seconds without a single byte that are borne."""


def opened(content: bytes | Path) -> contextlib.AbstractContextManager[bytes | BinaryIO]:
    """Return the body as a context, so that a file is closed after it."""
    return content.open("rb") if isinstance(content, Path) else contextlib.nullcontext(content)


def skip_httpx_command_line() -> None:
    """Let httpx be imported without the command line that it brings, which takes more time than all the rest.

    An entry without a module is Python's own way to say that there is none; httpx provides for that.
    """
    if "httpx" not in sys.modules:
        sys.modules["httpx._main"] = cast(ModuleType, None)
