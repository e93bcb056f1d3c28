"""Archives made record by record, so that a test can have any of them wrong."""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from pypublish.archive import Contents, Member, Search, read_tar, read_zip
from pypublish.archive.contents import Format

UNKNOWN = 0xFFFFFFFF
FILE_MODE = 0o100644
UTF8 = 0x800


def flaws_of(contents: Contents) -> set[str]:
    """Name what is wrong, as rule and code; what only warns has a question mark."""
    return {f"{flaw.rule}/{flaw.code}{'' if flaw.refused else '?'}" for flaw in contents.flaws}


def nothing(_: Member) -> bool:
    return False


def zip_contents(data: bytes, search: Search | None = None) -> Contents:
    return read_zip(io.BytesIO(data), keep=nothing, search=search)


def tar_contents(data: bytes, format_: Format = "tar") -> Contents:
    return read_tar(io.BytesIO(data), keep=nothing, format=format_)


def extra(identity: int, content: bytes) -> bytes:
    return struct.pack("<HH", identity, len(content)) + content


def sizes64(*sizes: int) -> bytes:
    return extra(1, struct.pack(f"<{len(sizes)}Q", *sizes))


def second_name(name: bytes, first: bytes) -> bytes:
    return extra(0x7075, struct.pack("<BL", 1, zlib.crc32(first)) + name)


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


@dataclass(frozen=True, kw_only=True)
class Record:
    """A member of a ZIP: what stands before its content, and what the directory says where that differs."""

    name: bytes = b"hello-1.0/a"
    content: bytes = b"hello"
    method: int = 0
    packed: bytes | None = None
    """The content as it is stored."""
    flags: int = 0
    version: int = 20
    crc: int | None = None
    packed_size: int | None = None
    size: int | None = None
    extra: bytes = b""
    after: bytes = b""
    mode: int = FILE_MODE
    system: int = 3
    comment: bytes = b""
    disk: int = 0
    offset: int | None = None
    listed: bool = True
    listed_name: bytes | None = None
    listed_crc: int | None = None
    listed_method: int | None = None
    listed_flags: int | None = None
    listed_version: int = 20
    listed_packed_size: int | None = None
    listed_size: int | None = None
    listed_extra: bytes = b""

    @property
    def stored(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflated(self.content) if self.method else self.content

    @property
    def numbers(self) -> tuple[int, int, int]:
        return (
            zlib.crc32(self.content) if self.crc is None else self.crc,
            len(self.stored) if self.packed_size is None else self.packed_size,
            len(self.content) if self.size is None else self.size,
        )

    def local(self) -> bytes:
        lengths = (len(self.name), len(self.extra))
        fields = (self.version, self.flags, self.method, 0, 33, *self.numbers, *lengths)
        return b"PK\3\4" + struct.pack("<5H3L2H", *fields) + self.name + self.extra + self.stored + self.after

    def central(self, offset: int) -> bytes:
        crc, packed_size, size = self.numbers
        name = self.name if self.listed_name is None else self.listed_name
        fields = (
            self.system << 8 | 20,
            self.listed_version,
            self.flags if self.listed_flags is None else self.listed_flags,
            self.method if self.listed_method is None else self.listed_method,
            0,
            33,
            crc if self.listed_crc is None else self.listed_crc,
            packed_size if self.listed_packed_size is None else self.listed_packed_size,
            size if self.listed_size is None else self.listed_size,
            len(name),
            len(self.listed_extra),
            len(self.comment),
            self.disk,
            0,
            self.mode << 16,
            offset if self.offset is None else self.offset,
        )
        return b"PK\1\2" + struct.pack("<6H3L5H2L", *fields) + name + self.listed_extra + self.comment


@dataclass(frozen=True, kw_only=True)
class End64:
    """The end of a ZIP in ZIP64, as far as it is wrong."""

    body: int = 44
    more: bytes = b""
    entries_here: int | None = None
    offset: int | None = None
    disk: int = 0
    disks: int = 1


def make_zip(
    *records: Record,
    before: bytes = b"",
    between: bytes = b"",
    after: bytes = b"",
    comment: bytes = b"",
    comment_length: int | None = None,
    entries: int | None = None,
    entries_here: int | None = None,
    directory_size: int | None = None,
    directory_offset: int | None = None,
    disk: int = 0,
    end64: End64 | None = None,
) -> bytes:
    """Write a ZIP; what is given besides members is wrong, or strange, about it."""
    data, directory = bytearray(before), bytearray()
    for record in records:
        if record.listed:
            directory += record.central(len(data))
        data += record.local()
    start = len(data)
    data += directory + between
    count = sum(record.listed for record in records)
    if end64 is not None:
        where = len(data) if end64.offset is None else end64.offset
        here = count if end64.entries_here is None else end64.entries_here
        end_fields = (end64.body, 45, 45, end64.disk, 0, here, count, len(directory), start)
        data += b"PK\6\6" + struct.pack("<Q2H2L4Q", *end_fields) + end64.more
        data += b"PK\6\7" + struct.pack("<LQL", 0, where, end64.disks)
    fields = (
        disk,
        0,
        count if entries_here is None else entries_here,
        count if entries is None else entries,
        len(directory) if directory_size is None else directory_size,
        start if directory_offset is None else directory_offset,
        len(comment) if comment_length is None else comment_length,
    )
    return bytes(data) + b"PK\5\6" + struct.pack("<4H2LH", *fields) + comment + after


POSIX = b"ustar\x0000"
GNU = b"ustar  \0"
END = bytes(1024)


def padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 512)


def tar_block(
    name: bytes = b"hello-1.0/a",
    *,
    size: int = 0,
    kind: bytes = b"0",
    link: bytes = b"",
    magic: bytes = POSIX,
    prefix: bytes = b"",
    mode: bytes = b"0000644\0",
    owner: bytes = b"0000000\0",
    time: bytes = b"00000000000\0",
    size_field: bytes | None = None,
    checksum: bytes | None = None,
) -> bytes:
    """Write one header of a tar."""
    block = bytearray(512)
    fields = {
        0: name,
        100: mode,
        108: owner,
        116: b"0000000\0",
        124: b"%011o\0" % size if size_field is None else size_field,
        136: time,
        148: b" " * 8,
        156: kind,
        157: link,
        257: magic,
        345: prefix,
    }
    for offset, value in fields.items():
        block[offset : offset + len(value)] = value
    block[148:156] = b"%06o\0 " % sum(block) if checksum is None else checksum
    return bytes(block)


def tar_member(content: bytes = b"", name: bytes = b"hello-1.0/a", **fields: bytes) -> bytes:
    """Write one member of a tar."""
    kind, magic = fields.pop("kind", b"0"), fields.pop("magic", POSIX)
    block = tar_block(
        name,
        size=len(content),
        kind=kind,
        magic=magic,
        link=fields.pop("link", b""),
        prefix=fields.pop("prefix", b""),
        mode=fields.pop("mode", b"0000644\0"),
    )
    assert not fields
    return block + padded(content)


def pax_record(keyword: bytes, value: bytes) -> bytes:
    length = len(keyword) + len(value) + 3
    while len(str(length)) + len(keyword) + len(value) + 3 != length:
        length = len(str(length)) + len(keyword) + len(value) + 3
    return b"%d %s=%s\n" % (length, keyword, value)


def extended(*records: tuple[bytes, bytes], kind: bytes = b"x") -> bytes:
    """Write an extended header of a tar."""
    return tar_member(b"".join(pax_record(*record) for record in records), b"PaxHeader", kind=kind)


def make_tar(parts: Iterable[bytes], end: bytes = END) -> bytes:
    return b"".join(parts) + end


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
