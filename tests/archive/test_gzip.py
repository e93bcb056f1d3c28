"""What the gzip stream around a tar may be, and what is wrong with one that may not be published."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable

import pytest

from tests.archive.making import Record, flaws_of, gzipped, make_tar, make_zip, tar_contents, tar_member

TAR = make_tar([tar_member(b"hello"), tar_member(b"world", b"hello-1.0/b")])


def with_header(flags: int, more: bytes = b"") -> Callable[[bytes], bytes]:
    """A gzip stream whose header has these flags, and what they announce."""

    def pack(data: bytes) -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(data) + packer.flush()
        return (
            b"\x1f\x8b\x08"
            + bytes([flags])
            + bytes(6)
            + more
            + packed
            + struct.pack("<LL", zlib.crc32(data), len(data))
        )

    return pack


def header_checksum(flags: int) -> bytes:
    return struct.pack("<H", zlib.crc32(b"\x1f\x8b\x08" + bytes([flags]) + bytes(6)) & 0xFFFF)


SOUND: dict[str, Callable[[bytes], bytes]] = {
    "as Python writes it": gzip.compress,
    "with a name": with_header(8, b"hello-1.0.tar\0"),
    "with a comment": with_header(16, b"hi\0"),
    "with extra fields": with_header(4, b"\4\0abcd"),
    "with a checksum of its header": with_header(2, header_checksum(2)),
    "not compressed at all": lambda data: gzip.compress(data, 0),
}

FLAWED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "two streams": (lambda data: gzipped(data[:512]) + gzipped(data[512:]), "gzip-is-sound/trailing"),
    "a second tar": (lambda data: gzipped(data) * 2, "gzip-is-sound/trailing"),
    "junk after it": (lambda data: gzipped(data) + b"junk", "gzip-is-sound/trailing"),
    "zeros after it": (lambda data: gzipped(data) + bytes(10), "gzip-is-sound/trailing"),
    "a false checksum": (lambda data: gzipped(data)[:-8] + b"abcd" + gzipped(data)[-4:], "gzip-is-sound/checksum"),
    "a false size": (lambda data: gzipped(data)[:-1] + b"\1", "gzip-is-sound/checksum"),
    "damaged": (lambda data: gzipped(data)[:10] + b"\xff" * 9 + gzipped(data)[19:], "archive-is-readable/gzip-damaged"),
    "cut off": (lambda data: gzipped(data)[:40], "archive-is-readable/gzip-cut-off"),
    "cut off in its header": (lambda _: b"\x1f\x8b\x08", "archive-is-readable/gzip-cut-off"),
    "cut off in its trailer": (lambda data: gzipped(data)[:-3], "archive-is-readable/gzip-cut-off-trailer"),
    "unknown flags": (with_header(0x40), "gzip-is-sound/flags"),
    "a false checksum of its header": (with_header(2, b"\0\0"), "gzip-is-sound/header-checksum"),
    "not compressed": (lambda data: data, "archive-is-readable/not-gzip"),
    "a ZIP": (lambda _: make_zip(Record()), "archive-is-readable/not-tar"),
    "a ZIP after it": (lambda data: gzipped(data) + make_zip(Record()), "archive-is-one-format/both"),
}


@pytest.mark.parametrize("pack", SOUND.values(), ids=SOUND)
def test_a_sound_gzip_stream_has_no_flaw(pack: Callable[[bytes], bytes]) -> None:
    assert tar_contents(pack(TAR), "tar.gz").flaws == ()


@pytest.mark.parametrize(("pack", "flaw"), FLAWED.values(), ids=FLAWED)
def test_a_flaw_of_the_gzip_stream_is_refused(pack: Callable[[bytes], bytes], flaw: str) -> None:
    contents = tar_contents(pack(TAR), "tar.gz")
    assert flaw in flaws_of(contents)
    assert contents.refused
