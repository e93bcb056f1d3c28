"""Whatever bytes come in: no exception, and nothing that CPython reads otherwise passes."""

from __future__ import annotations

import hashlib
import io
import tarfile
import warnings
import zipfile

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pypublish.archive import Contents, Format, MemberKind, read
from pypublish.pypi.archives import ENCRYPTED_SOURCE, archive_answer
from tests.archive.making import End64, Record, extended, gzipped, make_tar, make_zip, sizes64, tar_block, tar_member

ZIPS = (
    make_zip(Record(), Record(name=b"hello-1.0/b", content=b"world" * 9, method=8)),
    make_zip(Record(name=b"hello-1.0/", content=b"", mode=0o40755), Record(), comment=b"hi"),
    make_zip(
        Record(packed_size=0xFFFFFFFF, size=0xFFFFFFFF, extra=sizes64(5, 5), listed_extra=sizes64(5, 5)), end64=End64()
    ),
    make_zip(Record(flags=8, after=bytes(12)), Record(name=b"b")),
)
TARS = (
    make_tar([tar_member(name=b"hello-1.0/", kind=b"5"), tar_member(b"hello"), tar_member(b"world", b"hello-1.0/b")]),
    make_tar([extended((b"mtime", b"1.5"), (b"path", b"hello-1.0/a")), tar_member(b"hello")]),
    make_tar([tar_member(name=b"hello-1.0/l", kind=b"2", link=b"a"), tar_member(b"x")]),
)


def read_any(data: bytes, format_: Format) -> Contents:
    contents = read(io.BytesIO(data), format=format_, keep=lambda _: True, search=ENCRYPTED_SOURCE)
    for filename in ("hello-1.0-py3-none-any.whl", "hello-1.0.zip", "hello-1.0.tar.gz"):
        archive_answer(filename, contents)
    assert contents.size == len(data)
    assert contents.sha256 == hashlib.sha256(data).hexdigest()
    assert all(flaw.message and flaw.hint for flaw in contents.flaws)
    return contents


@st.composite
def mutations(draw: st.DrawFn, sources: tuple[bytes, ...]) -> bytes:
    """Change, cut, insert or move some bytes of a sound archive."""
    data = bytearray(draw(st.sampled_from(sources)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.sampled_from(["set", "cut", "insert", "copy"])):
            case "set":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=4))
            case "cut":
                del data[at : at + draw(st.sampled_from([1, 4, 20, 512]))]
            case "insert":
                data[at:at] = draw(st.sampled_from([b"\0", b"PK\3\4", b"PK\5\6" + bytes(18), bytes(512)]))
            case _:
                data[at : at + 8] = data[:8]
    return bytes(data)


def with_checksums(tar: bytes) -> bytes:
    """Make the headers' checksums right again, so that what they say is looked at."""
    blocks = [bytearray(tar[at : at + 512]) for at in range(0, len(tar), 512)]
    for block in blocks:
        if len(block) == 512 and block[257:262] == b"ustar":
            block[148:156] = b" " * 8
            block[148:156] = b"%06o\0 " % sum(block)
    return b"".join(blocks)


@given(st.binary(max_size=2000), st.sampled_from(["zip", "tar", "tar.gz"]))
@example(b"PK\x05\x06" + bytes(18), "zip")
@example(bytes(512), "tar")
@example(gzipped(b""), "tar.gz")
@example(b"\x1f\x8b", "tar.gz")
def test_no_bytes_make_it_fail(data: bytes, format_: Format) -> None:
    read_any(data, format_)


@given(mutations(ZIPS))
@settings(max_examples=400)
def test_a_changed_zip_is_refused_or_read_as_zipfile_reads_it(data: bytes) -> None:
    contents = read_any(data, "zip")
    if contents.refused:
        return
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        theirs = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in theirs.items()} == {
        member.name: member.sha256 for member in contents.members if member.kind is not MemberKind.DIRECTORY
    }


@given(mutations(TARS).map(with_checksums))
@settings(max_examples=400)
def test_a_changed_tar_is_refused_or_read_as_tarfile_reads_it(data: bytes) -> None:
    contents = read_any(data, "tar")
    assert flaw_pairs(contents) == flaw_pairs(read_any(gzipped(data), "tar.gz")) or contents.refused
    if contents.refused:
        return
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        theirs = {info.name: (info.size, info.linkname) for info in archive}
    assert theirs == {member.name: (member.size, member.link) for member in contents.members}


def flaw_pairs(contents: Contents) -> list[tuple[str, str | None]]:
    return [(flaw.rule, flaw.member) for flaw in contents.flaws]


@given(st.binary(min_size=500, max_size=520))
def test_no_header_makes_it_fail(block: bytes) -> None:
    read_any(with_checksums((tar_block() + tar_block()[:257] + b"ustar\x0000" + block)[:1536]), "tar")


@given(st.lists(st.binary(max_size=30), max_size=6))
def test_no_extended_header_makes_it_fail(records: list[bytes]) -> None:
    content = b"".join(b"%d %s\n" % (len(record) + 4, record) for record in records)
    read_any(make_tar([tar_member(content, b"PaxHeader", kind=b"x"), tar_member(b"hello")]), "tar")


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_no_extra_field_makes_it_fail(local: bytes, central: bytes) -> None:
    read_any(make_zip(Record(extra=local, listed_extra=central, size=0xFFFFFFFF)), "zip")
