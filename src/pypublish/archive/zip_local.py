"""The members of a ZIP: each record before a content compared with what the directory says, each content unpacked.

The order of the comparisons is PyPI's (row V1, 1.4): what is noted first is what PyPI would answer with.
Record layout: PKWARE's APPNOTE.TXT 6.3.10, section 4.3.7.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_left
from typing import Final

from pypublish.archive import inflate
from pypublish.archive.contents import Member, MemberKind
from pypublish.archive.flaws import Flaws
from pypublish.archive.member_names import shown
from pypublish.archive.zip_directory import NEWEST_VERSION, UTF8, Entry
from pypublish.archive.zip_extra import local_sizes
from pypublish.archive.zip_scan import SIGNATURE, Scan

_LOCAL_SIGNATURE: Final = b"PK\x03\x04"
_LOCAL: Final = struct.Struct("<5H3L2H")
_DESCRIPTOR_LENGTHS: Final = {12, 16, 20, 24}

_ENCRYPTED: Final = 1 << 0 | 1 << 6 | 1 << 13
_DESCRIPTOR: Final = 1 << 3
_PATCH: Final = 1 << 5
_MEANINGFUL: Final = _ENCRYPTED | _DESCRIPTOR | _PATCH | UTF8
"""Flags that change how a member is read."""

_CONTROL: Final = re.compile(rb"[\x00-\x1f\x7f]")

_AGREE: Final = "zip-records-agree"
_UNIQUE: Final = "member-names-are-unique"


def read_members(scan: Scan) -> bytes:
    """Read the members, and return the signature that follows them."""
    while (signature := scan.take(SIGNATURE)) == _LOCAL_SIGNATURE:
        _member(scan, scan.reader.position - SIGNATURE)
    return signature


def _member(scan: Scan, start: int) -> None:
    fields = _LOCAL.unpack(scan.take(_LOCAL.size))
    version, flags, method, _, _, crc, packed, size, name_length, extra_length = fields
    raw_name, extra = scan.take(name_length), scan.take(extra_length)
    name = raw_name.decode(errors="replace")
    flaws = scan.flaws
    if _CONTROL.search(raw_name):
        message = f"the name {shown(name)} has a control character"
        flaws.add("member-names-are-plain", message, member=name, code="control")
    if extra_length > scan.limits.extra:
        scan.stop("archive-is-bounded", "there are too many extra fields before its content", member=name, code="extra")
    if extra:
        packed, size = local_sizes(
            extra,
            packed=packed,
            size=size,
            stored=method == inflate.STORED,
            raw_name=raw_name,
            member=name,
            flaws=flaws,
        )
    if flags & _DESCRIPTOR:
        flaws.add("zip-has-no-data-descriptors", "its size stands after its content", member=name, code="descriptor")
    entry = _entry(scan, raw_name, name)
    if not flags & _DESCRIPTOR:
        _compare_sizes(scan, entry, packed, size)
    if raw_name in scan.read:
        scan.stop(_UNIQUE, f"{shown(name)} is there more than once", member=name, code="local-twice")
    if version & 0xFF > NEWEST_VERSION:
        flaws.add(_AGREE, "it needs a newer version of the format than there is", member=name, code="version-needed")
    _compare(entry, flaws, start=start, flags=flags, method=method, crc=crc)
    scan.read[raw_name] = _content(scan, entry)
    if flags & _DESCRIPTOR:
        _skip_descriptor(scan, entry)


def _entry(scan: Scan, raw_name: bytes, name: str) -> Entry:
    entry = scan.by_name.get(raw_name)
    if not raw_name.isascii():
        try:
            raw_name.decode()
        except UnicodeError:
            scan.stop("zip-names-are-utf8", f"the name {raw_name!r} is no UTF-8", member=name, code="not-utf8")
    if entry is None or not (raw_name.isascii() or entry.flags & UTF8):
        message = f"{shown(name)} is not in the ZIP's directory"
        scan.stop(_AGREE, message, member=name, code="not-in-directory")
    return entry


def _compare_sizes(scan: Scan, entry: Entry, packed: int, size: int) -> None:
    if packed != entry.packed:
        message = f"the directory says {entry.packed:,} compressed bytes, the record before them {packed:,}"
        scan.stop(_AGREE, message, member=entry.name, code="packed")
    if size != entry.size:
        message = f"the directory says {entry.size:,} bytes, the record before the content {size:,}"
        scan.flaws.add(_AGREE, message, member=entry.name, code="size")


def _compare(entry: Entry, flaws: Flaws, *, start: int, flags: int, method: int, crc: int) -> None:
    """Compare what PyPI does not."""
    differences = {
        "checksum": crc != entry.crc and not flags & _DESCRIPTOR,
        "compression method": method != entry.method,
        "flags": (flags ^ entry.flags) & _MEANINGFUL != 0,
        "position": start != entry.offset,
    }
    for what, differs in differences.items():
        if differs:
            message = f"the directory and the record before the content differ in the {what}"
            flaws.add(_AGREE, message, member=entry.name, code=what)
    if (flags | entry.flags) & _ENCRYPTED:
        flaws.add("zip-uses-deflate", "it is encrypted", member=entry.name, code="encrypted")
    if (flags | entry.flags) & _PATCH:
        flaws.add("zip-uses-deflate", "it is a patch to another file", member=entry.name, code="patch")


def _content(scan: Scan, entry: Entry) -> Member:
    """Read the content of a member, and judge it if it can be."""
    member = entry.member
    end = scan.reader.position + entry.packed
    readable = entry.method in {inflate.STORED, inflate.DEFLATED} and not entry.flags & (_ENCRYPTED | _PATCH)
    is_empty_folder = member.kind is MemberKind.DIRECTORY and not entry.size and not entry.packed
    if scan.payloads is not None and readable and not is_empty_folder:

        def complain(code: str, message: str) -> None:
            scan.flaws.add("zip-content-is-intact", message, member=entry.name, code=code)

        content = inflate.unpack(
            scan.reader.pieces(entry.packed),
            deflated=entry.method == inflate.DEFLATED,
            size=entry.size,
            crc=entry.crc,
            complain=complain,
        )
        member = scan.payloads.digest(member, content)
    scan.reader.skip(end - scan.reader.position)
    if scan.reader.position > scan.directory_start:
        scan.stop(_AGREE, "its content runs into the ZIP's directory", member=entry.name, code="overrun")
    return member


def _skip_descriptor(scan: Scan, entry: Entry) -> None:
    """Pass over the sizes after a content: 12 bytes or, in ZIP64, 20, with or without a signature."""
    following = bisect_left(scan.offsets, scan.reader.position)
    gap = scan.offsets[following] - scan.reader.position if following < len(scan.offsets) else 0
    if gap not in _DESCRIPTOR_LENGTHS:
        message = f"something follows the content of {shown(entry.name)}"
        scan.stop("zip-has-nothing-else", message, member=entry.name, code="unknown")
    scan.take(gap)
