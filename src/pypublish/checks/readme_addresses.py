"""Addresses in a readme: their parts, and what was meant by one that lacks something."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urlsplit

_WHOLE = re.compile(r"https?://[^\s\"'”>]+")
_HOST = re.compile(r"(www\.[\w-]+\.|([\w-]+\.)+(com|dev|io|net|org)([/?#]|$))", re.IGNORECASE)
_MAIL = re.compile(r"[^@/\s]+@[\w.-]+\.\w+")
"""What an address was meant to be that lacks its beginning."""


def meant_address(written: str) -> str:
    """Return the address that a relative one was meant to be, where it only lacks its beginning; else nothing."""
    plain = unquote(written)
    if (whole := _WHOLE.search(plain)) is not None:
        return whole[0]
    if _HOST.match(plain):
        return f"https://{plain}"
    return f"mailto:{plain}" if _MAIL.fullmatch(plain) else ""


def split(address: str) -> SplitResult | None:
    """Return the parts of an address; None where it cannot be one."""
    try:
        return urlsplit(address)
    except ValueError:
        return None


def raw_address(parts: SplitResult) -> str | None:
    """Return where the file is that a page of GitHub's is about; None where the address is no such page."""
    owner, name, kind, *rest = (*parts.path.strip("/").split("/"), "", "", "")
    path = "/".join(filter(None, rest))
    if parts.hostname not in {"github.com", "www.github.com"} or kind != "blob" or not path or "raw=" in parts.query:
        return None
    return f"https://raw.githubusercontent.com/{owner}/{name}/{path}"
