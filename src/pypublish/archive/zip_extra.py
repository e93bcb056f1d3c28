"""Extra fields of a ZIP's records: what they add to a record, and what may be wrong with them.

Record layouts: PKWARE's APPNOTE.TXT 6.3.10, sections 4.5 and 4.6.9. PyPI reads those before the content (row V1, 1.4),
CPython's zipfile those in the directory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final
from zlib import crc32

from pypublish.archive.flaws import Flaws
from pypublish.archive.zip_end import UNKNOWN32, UnreadableZipError

ZIP64: Final = 0x0001
UNICODE_PATH: Final = 0x7075

_RULE: Final = "zip-extra-fields-are-sound"
_FIELD = struct.Struct("<HH")
_NUMBER = struct.Struct("<Q")
_UNICODE_PATH_HEAD = struct.Struct("<BL")
_LOCAL_ZIP64_LENGTHS: Final = {0, 8, 16, 24, 28}
"""Those that PyPI knows: two sizes, an offset, a disk."""


def local_sizes(
    extra: bytes, *, packed: int, size: int, stored: bool, raw_name: bytes, member: str, flaws: Flaws
) -> tuple[int, int]:
    """Return packed and unpacked size of a member as the record before its content gives them, in PyPI's reading."""
    for repeated, identity, content in _fields(extra, member, flaws):
        if repeated:
            # PyPI objects to these two alone, uv to all.
            code = "local-repeated" if identity in {ZIP64, UNICODE_PATH} else "repeated"
            flaws.add(_RULE, f"the extra field {identity:#06x} is there twice", member=member, code=code)
        if identity == ZIP64:
            packed, size = _local_zip64(content, packed, size, stored=stored, member=member, flaws=flaws)
        elif identity == UNICODE_PATH:
            _judge_second_name_utf8(content, member, flaws)
            _judge_second_name(content, raw_name, member, flaws)
    return packed, size


def _fields(extra: bytes, member: str, flaws: Flaws) -> Iterator[tuple[bool, int, bytes]]:
    """Yield for each field whether it is a repetition, its id, its content."""
    seen: set[int] = set()
    at = 0
    while at < len(extra):
        if len(extra) - at < _FIELD.size:
            flaws.add(_RULE, "the extra fields end in the middle of one", member=member, code="malformed")
            return
        identity, length = _FIELD.unpack_from(extra, at)
        at += _FIELD.size
        if at + length > len(extra):
            flaws.add(_RULE, "an extra field is longer than there is room for", member=member, code="malformed")
            return
        yield identity in seen, identity, extra[at : at + length]
        seen.add(identity)
        at += length


def _local_zip64(content: bytes, packed: int, size: int, *, stored: bool, member: str, flaws: Flaws) -> tuple[int, int]:
    numbers = _numbers(content)
    unusable = UNKNOWN32 in {packed, size} if not content else len(numbers) == 1 and not stored
    if len(content) not in _LOCAL_ZIP64_LENGTHS or unusable:
        flaws.add(_RULE, "the ZIP64 field has not the sizes that it should have", member=member, code="malformed")
        return packed, size
    if not numbers:
        return packed, size
    packed64, size64 = numbers[min(1, len(numbers) - 1)], numbers[0]
    if packed not in {packed64, UNKNOWN32} or size not in {size64, UNKNOWN32}:
        flaws.add(_RULE, "the ZIP64 field contradicts the sizes beside it", member=member, code="zip64-differs")
    return packed64, size64 if size == UNKNOWN32 else size


def central_numbers(
    extra: bytes, *, packed: int, size: int, offset: int, raw_name: bytes, member: str, flaws: Flaws
) -> tuple[int, int, int]:
    """Return packed size, unpacked size and offset of a member as the directory gives them, in zipfile's reading.

    Raises:
        UnreadableZipError: the fields are such that zipfile does not open the ZIP.

    """
    wanted = [number == UNKNOWN32 for number in (size, packed, offset)]
    at, seen = 0, set[int]()
    while len(extra) - at >= _FIELD.size:
        identity, length = _FIELD.unpack_from(extra, at)
        content = extra[at + _FIELD.size : at + _FIELD.size + length]
        at += _FIELD.size + length
        if at > len(extra):
            raise UnreadableZipError("an extra field in the directory is longer than there is room for")
        if identity in seen:
            flaws.add(_RULE, f"the extra field {identity:#06x} is there twice", member=member, code="repeated")
        seen.add(identity)
        if identity == ZIP64:
            numbers = _numbers(content)
            if len(numbers) < sum(wanted):
                raise UnreadableZipError("a ZIP64 field in the directory lacks a size")
            if len(content) != sum(wanted) * _NUMBER.size:
                flaws.add(_RULE, "the ZIP64 field is longer than it should be", member=member, code="zip64-central")
            given = iter(numbers)
            size, packed, offset = (
                next(given) if is_wanted else value
                for is_wanted, value in zip(wanted, (size, packed, offset), strict=True)
            )
        elif identity == UNICODE_PATH:
            _judge_second_name(content, raw_name, member, flaws)
    if at != len(extra):
        flaws.add(_RULE, "the extra fields end in the middle of one", member=member, code="central-malformed")
    if any(wanted) and ZIP64 not in seen:
        flaws.add(_RULE, "the ZIP64 field with the sizes is missing", member=member, code="zip64-central")
    return packed, size, offset


def _numbers(content: bytes) -> tuple[int, ...]:
    whole = len(content) // _NUMBER.size * _NUMBER.size
    return tuple(number for (number,) in _NUMBER.iter_unpack(content[:whole]))


def _judge_second_name_utf8(content: bytes, member: str, flaws: Flaws) -> None:
    second = content[_UNICODE_PATH_HEAD.size :]
    if any(byte < 0x20 or byte == 0x7F for byte in second):  # noqa: PLR2004 - ASCII's control characters
        flaws.add("member-names-are-plain", "a second name has a control character", member=member, code="control")
    try:
        second.decode()
    except UnicodeError:
        flaws.add(_RULE, "a second name, in Unicode, is no UTF-8", member=member, code="second-name-utf8")


def _judge_second_name(content: bytes, raw_name: bytes, member: str, flaws: Flaws) -> None:
    """Note a name in Unicode that is not the name: which of them counts depends on the reader."""
    whole = len(content) >= _UNICODE_PATH_HEAD.size
    if not whole or content[_UNICODE_PATH_HEAD.size :] != raw_name:
        flaws.add(_RULE, "a second name, in Unicode, is not the first", member=member, code="second-name")
    elif _UNICODE_PATH_HEAD.unpack_from(content) != (1, crc32(raw_name)):
        flaws.add(_RULE, "a second name, in Unicode, is for another file", member=member, code="second-name")
