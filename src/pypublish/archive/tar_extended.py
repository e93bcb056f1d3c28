"""Extended headers of a tar: records that replace fields of the header that follows.

Layout: POSIX.1-2024, pax, "pax Extended Header"; which records tarfile can read is CPython's, what else is refused is
uv's (measured with uv 0.13.8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pypublish.archive.flaws import Flaws
from pypublish.archive.member_names import shown
from pypublish.archive.tar_header import BadHeaderError

_RULE: Final = "tar-extended-headers-are-sound"
_LENGTH: Final = re.compile(rb"([0-9]{1,20}) ")
_SHORTEST: Final = 5
"""Bytes of a record: `5 x=` and a line end."""
_TEXTS: Final = frozenset({b"charset", b"comment", b"gname", b"hdrcharset", b"linkpath", b"path", b"uname"})
_TIMES: Final = frozenset({b"atime", b"ctime", b"mtime"})
_NUMBERS: Final = frozenset({b"gid", b"size", b"uid"})
_KNOWN: Final = _TEXTS | _TIMES | _NUMBERS
_OF_OTHERS: Final = (b"LIBARCHIVE.", b"SCHILY.")
"""Keywords of other writers that uv passes over; their values may be any bytes."""
_RESERVED: Final = (b"realtime.", b"security.")
_SPARSE: Final = b"GNU.sparse."
_NOT_GLOBAL: Final = frozenset({b"linkpath", b"path", b"size"})
_UTF8: Final = b"ISO-IR 10646 2000 UTF-8"
_PATTERNS: Final = {
    **dict.fromkeys(_TIMES, re.compile(rb"(?:[0-9]+(?:\.[0-9]+)?)?")),
    **dict.fromkeys(_NUMBERS, re.compile(rb"[0-9]*")),
    b"size": re.compile(rb"0|[1-9][0-9]*"),
}


def read(block: bytes, size: int, member: str, flaws: Flaws, *, is_global: bool) -> tuple[dict[bytes, bytes], int]:
    """Return keyword and value of each record, of several for one keyword the last, and how many records there are.

    `size` bytes of `block` are meant; the rest fills it.

    Raises:
        BadHeaderError: tarfile would not read it.

    """
    values: dict[bytes, bytes] = {}
    count = last = 0
    for end, leading_zero, keyword, value in _records(block):
        last = end
        if leading_zero:
            flaws.add(_RULE, "a record's length begins with a zero", member=member, code="length")
        count += 1
        if keyword in values:
            flaws.add(_RULE, f"{shown(_text(keyword))} is there twice", member=member, code="repeated-record")
        values[keyword] = value
        pattern = _PATTERNS.get(keyword)
        if is_global or pattern is None or pattern.fullmatch(value) is None:  # of the others, most are times
            _judge(keyword, value, member, flaws, is_global=is_global)
    if not values:
        flaws.add(_RULE, "an extended header has no record", member=member, code="no-record")
    if last != size or block[size:].strip(b"\0"):
        flaws.add(_RULE, "the records of an extended header do not end where it ends", member=member, code="padding")
    return values, count


def _records(block: bytes) -> Iterator[tuple[int, bool, bytes, bytes]]:
    """Yield for each record where it ends, whether its length begins with a zero, keyword and value."""
    at = 0
    while at < len(block) and block[at]:
        match = _LENGTH.match(block, at)
        if match is None:
            raise BadHeaderError("an extended header has a record without a length")
        end = at + int(match[1])
        if end - at < _SHORTEST or end > len(block):
            raise BadHeaderError("an extended header has a record of impossible length")
        keyword, equals, value = block[match.end() : end - 1].partition(b"=")
        if not keyword or not equals or block[end - 1 : end] != b"\n":
            raise BadHeaderError("an extended header has a record that is not as long as it says")
        yield end, match[1].startswith(b"0"), keyword, value
        at = end


def _judge(keyword: bytes, value: bytes, member: str, flaws: Flaws, *, is_global: bool) -> None:
    for code, message in _oddities(keyword, value, is_global=is_global):
        flaws.add(_RULE, f"{shown(_text(keyword))} {message}", member=member, code=code)


def _oddities(keyword: bytes, value: bytes, *, is_global: bool) -> Iterator[tuple[str, str]]:
    if keyword.startswith(_SPARSE):
        yield "sparse-record", "is for sparse files, which PyPI refuses"
    elif not _is_known(keyword):
        yield "keyword", "is a record of unknown meaning"
    elif not keyword.startswith(_OF_OTHERS) and not _is_utf8(value):
        yield "utf8", "has a value that is no UTF-8"
    elif not _is_sound(keyword, value):
        yield "value", f"cannot be {shown(_text(value))}"
    if is_global and keyword in _NOT_GLOBAL:
        yield "global", "is given for all members that follow"


def _is_known(keyword: bytes) -> bool:
    return keyword in _KNOWN or keyword.startswith((*_OF_OTHERS, *_RESERVED))


def _is_sound(keyword: bytes, value: bytes) -> bool:
    if keyword in {b"path", b"linkpath"}:
        return bool(value) and b"\0" not in value
    if keyword == b"hdrcharset":
        return value == _UTF8
    pattern = _PATTERNS.get(keyword)
    return pattern is None or pattern.fullmatch(value) is not None


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeError:
        return False
    return True


def _text(value: bytes) -> str:
    return value.decode(errors="backslashreplace")


def is_sparse(values: dict[bytes, bytes]) -> bool:
    """Say whether tarfile takes the member that follows for a sparse file, in one of GNU's three ways."""
    return (
        b"GNU.sparse.map" in values
        or b"GNU.sparse.size" in values
        or (values.get(b"GNU.sparse.major"), values.get(b"GNU.sparse.minor")) == (b"1", b"0")
    )
