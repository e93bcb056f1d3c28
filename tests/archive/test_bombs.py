"""Files made to exhaust whoever reads them: refused, in little memory and little time."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.archive.making import END, Record, gzipped, make_zip, pax_record, tar_block, tar_member

MIB = 1 << 20
GIB = 1 << 30
LIMIT_MB = 120
"""Of memory, the interpreter's own included; what is promised is 200."""

READ = """
import json, sys, time
from pypublish import archive
from pypublish.pypi.archives import ENCRYPTED_SOURCE, archive_answer
name = sys.argv[1]
start = time.perf_counter()
with open(name, "rb") as file:
    contents = archive.read(file, format=archive.format_of(name), keep=lambda member: True, search=ENCRYPTED_SOURCE)
archive_answer(name, contents)
seconds = time.perf_counter() - start
print(json.dumps({"flaws": sorted({flaw.rule for flaw in contents.flaws if flaw.refused}), "seconds": seconds}))
"""

MEASURE = """
import json, resource, subprocess, sys
told = json.loads(subprocess.run([sys.executable, "-c", *sys.argv[1:]], capture_output=True, check=True).stdout)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
told["megabytes"] = peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
print(json.dumps(told))
"""
"""A process inherits the peak of the one that starts it: so this small one stands between."""


def zeros(size: int, *, last: bytes = b"") -> bytes:
    """Deflate so many zero bytes, in no time: by saying again what a million of them become."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packer.compress(bytes(MIB))
    packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (size // MIB) + packer.compress(last) + packer.flush()


def gzip_of(packed: bytes, promised: int) -> bytes:
    return b"\x1f\x8b\x08" + bytes(7) + packed + struct.pack("<LL", 0, promised % (1 << 32))


def large_metadata() -> bytes:
    return make_zip(Record(name=b"hello-1.0.dist-info/METADATA", method=8, packed=zeros(GIB), size=GIB, crc=1))


def large_metadata_that_lies() -> bytes:
    return make_zip(Record(name=b"hello-1.0.dist-info/METADATA", method=8, packed=zeros(GIB), size=10, crc=1))


def within_the_ratio() -> bytes:
    return make_zip(Record(name=b"a.py", method=8, packed=zeros(63 * MIB), size=63 * MIB, crc=1))


def overlapping() -> bytes:
    """Ten thousand names for one content."""
    first = Record(name=b"0", method=8, packed=zeros(10 * MIB), size=10 * MIB, crc=1)
    local = first.local()
    directory = b"".join(
        Record(name=b"%d" % n, method=8, packed=first.packed, size=first.size, crc=1).central(0) for n in range(10_000)
    )
    return local + directory + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 10_000, 10_000, len(directory), len(local), 0)


def many_members() -> bytes:
    return make_zip(*(Record(name=b"%d" % n, content=b"") for n in range(60_000)))


def too_many_members() -> bytes:
    record = Record(name=b"0" * 8, content=b"")
    local, central = record.local(), record.central(0)
    names = [b"%08d" % n for n in range(300_000)]
    directory = b"".join(central.replace(b"0" * 8, name) for name in names)
    data = b"".join(local.replace(b"0" * 8, name) for name in names)
    return data + directory + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 37_856, 37_856, len(directory), len(data), 0)


def long_names() -> bytes:
    return make_zip(*(Record(name=b"%04d/" % n + b"a/" * 32_000 + b"a", content=b"") for n in range(400)))


def many_extra_fields() -> bytes:
    extra = b"".join(struct.pack("<HH", n, 0) for n in range(2, 16_000))
    return make_zip(*(Record(name=b"%d" % n, content=b"", extra=extra, listed_extra=extra) for n in range(200)))


def large_member_of_a_tar() -> bytes:
    packed = zeros(GIB)
    header = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    first = header.compress(tar_block(b"hello-1.0/PKG-INFO", size=GIB)) + header.flush(zlib.Z_FULL_FLUSH)
    return gzip_of(first + packed, GIB + 512)


def large_member_of_a_tar_that_lies() -> bytes:
    return large_member_of_a_tar()[:-4] + struct.pack("<L", 512)


def headers_of(headers: Iterator[bytes]) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed, total = b"", 0
    for header in headers:
        packed += packer.compress(header)
        total += len(header)
    return gzip_of(packed + packer.flush(), total)


def too_many_members_of_a_tar() -> bytes:
    return headers_of(tar_block(b"%d" % n) for n in range(130_000))


def extended_header_without_end() -> bytes:
    return gzipped(tar_block(b"PaxHeader", size=8 * GIB - 1, kind=b"x") + bytes(MIB))


def many_records() -> bytes:
    content = pax_record(b"a", b"") * 100_000
    return headers_of(tar_member(content, b"PaxHeader", kind=b"x") for _ in range(100))


def deep_names() -> bytes:
    long_name = b"".join(b"d/" for _ in range(100_000))
    parts = (
        tar_member(pax_record(b"path", b"%d/" % n + long_name), b"PaxHeader", kind=b"x") + tar_block(b"a")
        for n in range(100)
    )
    return headers_of(iter([*parts, END]))


BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a gigabyte of METADATA": ("wheel", large_metadata, "archive-is-no-bomb"),
    "a gigabyte that says it is ten bytes": ("wheel", large_metadata_that_lies, "zip-content-is-intact"),
    "63 megabytes, which are allowed": ("wheel", within_the_ratio, "zip-content-is-intact"),
    "one content for ten thousand names": ("wheel", overlapping, "archive-is-no-bomb"),
    "sixty thousand members": ("wheel", many_members, ""),
    "too many members": ("wheel", too_many_members, "archive-is-bounded"),
    "names of 64 kilobytes": ("wheel", long_names, "archive-is-bounded"),
    "thousands of extra fields": ("wheel", many_extra_fields, "archive-is-bounded"),
    "a gigabyte in a tar": ("sdist", large_member_of_a_tar, "archive-is-no-bomb"),
    "a gigabyte in a tar that says otherwise": ("sdist", large_member_of_a_tar_that_lies, "archive-is-no-bomb"),
    "too many members of a tar": ("sdist", too_many_members_of_a_tar, "archive-is-bounded"),
    "an extended header of eight gigabytes": ("sdist", extended_header_without_end, "archive-is-bounded"),
    "ten million records": ("sdist", many_records, "archive-is-bounded"),
    "names of a hundred thousand folders": ("sdist", deep_names, "member-names-are-plain"),
}
NAMES = {"wheel": "hello-1.0-py3-none-any.whl", "sdist": "hello-1.0.tar.gz"}


@pytest.mark.skipif(sys.platform == "win32", reason="the peak of memory is not to be had")
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_little_memory(
    bomb: str, tmp_path: Path, root: Path, record_property: Callable[[str, object], None]
) -> None:
    kind, make, flaw = BOMBS[bomb]
    path = tmp_path / NAMES[kind]
    path.write_bytes(make())
    environ = {**os.environ, "PYTHONPATH": str(root / "src")}
    child = subprocess.run(
        [sys.executable, "-c", MEASURE, READ, str(path)], capture_output=True, env=environ, check=True, timeout=60
    )
    told = json.loads(child.stdout)
    record_property("seconds", told["seconds"])
    record_property("megabytes", told["megabytes"])
    assert flaw in [*told["flaws"], ""]
    assert bool(told["flaws"]) == bool(flaw)
    assert told["megabytes"] < LIMIT_MB
