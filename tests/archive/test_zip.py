"""What a ZIP may be, and what is wrong with one that may not be published."""

from __future__ import annotations

import pytest

from pypublish.archive import MemberKind, read
from tests.archive.making import (
    FILE_MODE,
    UNKNOWN,
    UTF8,
    End64,
    Record,
    deflated,
    extra,
    flaws_of,
    make_tar,
    make_zip,
    nothing,
    second_name,
    sizes64,
    tar_block,
    zip_contents,
)

A = Record()
B = Record(name=b"hello-1.0/b", content=b"world " * 20, method=8)
FOLDER = Record(name=b"hello-1.0/", content=b"", mode=0o40755)
TIMES = extra(0x5455, b"\1abcd")

SOUND = {
    "one stored file": make_zip(A),
    "stored, deflated, and a folder": make_zip(FOLDER, A, B),
    "an empty file": make_zip(Record(content=b"", method=8)),
    "a comment": make_zip(A, comment=b"made by hand"),
    "flags of a compressor": make_zip(Record(method=8, flags=6)),
    "a marked name beyond ASCII": make_zip(Record(name="hello-1.0/é".encode(), flags=UTF8)),
    "times in extra fields": make_zip(Record(extra=TIMES, listed_extra=TIMES)),
    "the name again in Unicode": make_zip(Record(extra=second_name(A.name, A.name))),
    "ZIP64 sizes before the content": make_zip(
        Record(packed_size=UNKNOWN, size=UNKNOWN, extra=sizes64(5, 5), listed_packed_size=5, listed_size=5)
    ),
    "ZIP64 sizes everywhere": make_zip(
        Record(packed_size=UNKNOWN, size=UNKNOWN, extra=sizes64(5, 5), listed_extra=sizes64(5, 5))
    ),
    "a ZIP64 offset": make_zip(Record(offset=UNKNOWN, listed_extra=sizes64(0))),
    "a ZIP64 end": make_zip(A, B, end64=End64()),
    "a ZIP64 end, with nothing in the plain one": make_zip(
        A, end64=End64(), entries=0xFFFF, entries_here=0xFFFF, directory_size=UNKNOWN, directory_offset=UNKNOWN
    ),
    "attributes of MS-DOS": make_zip(Record(mode=0, system=0)),
}

FLAWED = {
    "nothing at all": (b"", "archive-is-readable/none"),
    "no end": (A.local(), "archive-is-readable/none"),
    "no member": (make_zip(), "archive-has-members/empty"),
    "cut off in the directory": (make_zip(A, directory_size=300), "archive-is-readable/directory"),
    "a directory elsewhere": (make_zip(A, directory_size=20), "archive-is-readable/directory"),
    "a newer version": (make_zip(Record(listed_version=64)), "archive-is-readable/version"),
    "a newer version before the content": (make_zip(Record(version=64)), "zip-records-agree/version-needed"),
    "one of several disks": (make_zip(A, disk=1), "zip-end-is-consistent/disks"),
    "a member on another disk": (make_zip(Record(disk=1)), "zip-end-is-consistent/disks"),
    "several disks by ZIP64": (make_zip(A, end64=End64(disks=2)), "archive-is-readable/disks"),
    "a disk by ZIP64": (make_zip(A, end64=End64(disk=1)), "zip-end-is-consistent/ends-differ"),
    "too many members by the end": (make_zip(A, entries=2, entries_here=2), "zip-end-is-consistent/records"),
    "two numbers of members": (make_zip(A, entries_here=2), "archive-is-readable/cut-off"),
    "a directory that is said to be elsewhere": (make_zip(A, directory_offset=3), "zip-end-is-consistent/offset"),
    "ends that differ": (make_zip(A, end64=End64(), entries=5, entries_here=5), "zip-end-is-consistent/ends-differ"),
    "a ZIP64 locator that points elsewhere": (make_zip(A, end64=End64(offset=3)), "archive-is-readable/directory"),
    "more in a ZIP64 end": (make_zip(A, end64=End64(body=46, more=b"ab")), "zip-end-is-consistent/extensible"),
    "something before": (make_zip(A, before=b"#!/bin/sh\n"), "zip-has-nothing-else/unknown"),
    "something between": (make_zip(Record(after=b"junk"), B), "zip-has-nothing-else/unknown"),
    "something before the end": (make_zip(A, between=b"junk"), "archive-is-readable/directory"),
    "something after": (make_zip(A, after=b"junk"), "zip-has-nothing-else/trailing"),
    "a comment that is cut off": (make_zip(A, comment=b"hi", comment_length=9), "zip-has-nothing-else/trailing"),
    "a ZIP in the comment": (make_zip(A, comment=b"PK\3\4"), "zip-has-nothing-else/embedded"),
    "half a record in the comment": (make_zip(A, comment=b"hi\5"), "zip-has-nothing-else/embedded"),
    "a second ZIP": (make_zip(A) + make_zip(A), "zip-end-is-consistent/offset"),
    "a member that is not listed": (make_zip(A, Record(name=b"b", listed=False)), "zip-records-agree/not-in-directory"),
    "another name in the directory": (make_zip(Record(listed_name=b"z")), "zip-records-agree/not-in-directory"),
    "another compressed size": (make_zip(Record(listed_packed_size=4)), "zip-records-agree/packed"),
    "another size": (make_zip(Record(listed_size=4)), "zip-records-agree/size"),
    "another checksum": (make_zip(Record(listed_crc=1)), "zip-records-agree/checksum"),
    "another method": (make_zip(Record(listed_method=8)), "zip-records-agree/compression method"),
    "another flag": (make_zip(Record(listed_flags=UTF8)), "zip-records-agree/flags"),
    "another place": (make_zip(Record(offset=1)), "zip-records-agree/position"),
    "a content that runs on": (make_zip(Record(packed_size=70)), "zip-records-agree/overrun"),
    "a member twice": (make_zip(A, A), "member-names-are-unique/local-twice"),
    "a member twice in the directory": (
        make_zip(A, Record(name=b"hello-1.0/b", listed_name=A.name)),
        "zip-records-agree/not-in-directory",
    ),
    "sizes after the content": (
        make_zip(Record(flags=8, after=b"PK\7\x08" + bytes(12))),
        "zip-has-no-data-descriptors/descriptor",
    ),
    "a comment of a member": (make_zip(Record(comment=b"hi")), "zip-has-no-member-comments/comment"),
    "bzip2": (make_zip(Record(method=12, packed=b"BZh")), "zip-uses-deflate/method"),
    "encryption": (make_zip(Record(flags=1)), "zip-uses-deflate/encrypted"),
    "strong encryption": (make_zip(Record(flags=1 << 6)), "zip-uses-deflate/encrypted"),
    "a patch": (make_zip(Record(flags=1 << 5)), "zip-uses-deflate/patch"),
    "a false checksum": (make_zip(Record(crc=1)), "zip-content-is-intact/crc"),
    "a false size": (make_zip(Record(size=4, method=8)), "zip-content-is-intact/size"),
    "a size too large": (make_zip(Record(size=9, method=8)), "zip-content-is-intact/size"),
    "something after the deflated content": (
        make_zip(Record(method=8, packed=deflated(b"hello") + b"xx")),
        "zip-content-is-intact/trailing",
    ),
    "deflated content that is cut off": (
        make_zip(Record(method=8, packed=deflated(b"hello")[:-1])),
        "zip-content-is-intact/deflate",
    ),
    "content that is not deflated": (make_zip(Record(method=8, packed=b"\xff" * 9)), "zip-content-is-intact/deflate"),
    "a checksum of nothing": (
        make_zip(Record(content=b"\xd0\r\xfa\xce\xcb\x19\x9e\xf0")),
        "zip-checksums-are-plausible/zero",
    ),
    "a forged checksum": (
        make_zip(Record(name=b"a", content=b"abc"), Record(name=b"b", content=b"abc\xe4P,Y")),
        "zip-checksums-are-plausible/same",
    ),
    "an extra field that is cut off": (make_zip(Record(extra=b"abc")), "zip-extra-fields-are-sound/malformed"),
    "an extra field that is too long": (make_zip(Record(extra=b"UT\x09\0a")), "zip-extra-fields-are-sound/malformed"),
    "an extra field twice": (make_zip(Record(extra=TIMES * 2)), "zip-extra-fields-are-sound/repeated"),
    "an extra field twice in the directory": (
        make_zip(Record(listed_extra=TIMES * 2)),
        "zip-extra-fields-are-sound/repeated",
    ),
    "an extra field that is cut off in the directory": (
        make_zip(Record(listed_extra=b"abc")),
        "zip-extra-fields-are-sound/central-malformed",
    ),
    "an extra field that is too long in the directory": (
        make_zip(Record(listed_extra=b"UT\x09\0a")),
        "archive-is-readable/directory",
    ),
    "ZIP64 sizes twice": (make_zip(Record(extra=sizes64(5, 5) * 2)), "zip-extra-fields-are-sound/local-repeated"),
    "ZIP64 sizes that contradict": (make_zip(Record(extra=sizes64(9, 5))), "zip-extra-fields-are-sound/zip64-differs"),
    "a ZIP64 size too few": (make_zip(Record(extra=sizes64(5), method=8)), "zip-extra-fields-are-sound/malformed"),
    "ZIP64 sizes without need": (
        make_zip(Record(listed_extra=sizes64(5, 5))),
        "zip-extra-fields-are-sound/zip64-central",
    ),
    "no ZIP64 sizes": (make_zip(Record(packed_size=UNKNOWN, size=UNKNOWN)), "zip-extra-fields-are-sound/zip64-central"),
    "a ZIP64 size too few in the directory": (
        make_zip(Record(packed_size=UNKNOWN, size=UNKNOWN, listed_extra=sizes64(5))),
        "archive-is-readable/directory",
    ),
    "another name in Unicode": (
        make_zip(Record(listed_extra=second_name(b"hello-1.0/z", A.name))),
        "zip-extra-fields-are-sound/second-name",
    ),
    "a name in Unicode for another file": (
        make_zip(Record(extra=second_name(A.name, b"other"))),
        "zip-extra-fields-are-sound/second-name",
    ),
    "half a name in Unicode": (make_zip(Record(extra=extra(0x7075, b"\1"))), "zip-extra-fields-are-sound/second-name"),
    "a name in Unicode that is none": (
        make_zip(Record(extra=second_name(b"\xff", A.name))),
        "zip-extra-fields-are-sound/second-name-utf8",
    ),
    "too many extra fields": (make_zip(Record(extra=extra(0xCAFE, bytes(5000)))), "archive-is-bounded/extra"),
    "too many extra fields in the directory": (
        make_zip(Record(listed_extra=extra(0xCAFE, bytes(5000)))),
        "archive-is-bounded/extra",
    ),
    "a name that is no UTF-8": (make_zip(Record(name=b"hello-1.0/\xff")), "zip-names-are-utf8/not-utf8"),
    "a name that says it is UTF-8": (make_zip(Record(name=b"hello-1.0/\xff", flags=UTF8)), "archive-is-readable/name"),
    "an unmarked name": (make_zip(Record(name="hello-1.0/é".encode())), "zip-names-are-utf8/unmarked"),
    "a control character": (make_zip(Record(name=b"hello-1.0/a\x1b[31m")), "member-names-are-plain/control"),
    "a folder with content": (make_zip(Record(name=b"hello-1.0/d/")), "folders-have-no-content/folder"),
    "a folder that is a link": (
        make_zip(Record(name=b"hello-1.0/d/", content=b"", mode=0o120777)),
        "folders-have-no-content/folder",
    ),
    "set-user-id": (make_zip(Record(mode=0o104755)), "modes-are-plain/set-id"),
    "a bomb by its own word": (make_zip(Record(size=65 << 20, method=8)), "archive-is-no-bomb/ratio"),
}

WARNED = {
    "a symbolic link": (make_zip(Record(mode=0o120777)), "no-symbolic-links/symlink?"),
    "a pipe": (make_zip(Record(mode=0o010644)), "archive-reads-one-way/special?"),
}


@pytest.mark.parametrize("data", SOUND.values(), ids=SOUND)
def test_a_sound_zip_has_no_flaw(data: bytes) -> None:
    contents = zip_contents(data)
    assert contents.flaws == ()
    assert all(member.sha256 for member in contents.members if member.kind is MemberKind.FILE)


@pytest.mark.parametrize(("data", "flaw"), FLAWED.values(), ids=FLAWED)
def test_a_flaw_is_refused_and_named(data: bytes, flaw: str) -> None:
    contents = zip_contents(data)
    assert flaw in flaws_of(contents)
    assert contents.refused


@pytest.mark.parametrize(("data", "flaw"), WARNED.values(), ids=WARNED)
def test_what_surprises_is_named_and_not_refused(data: bytes, flaw: str) -> None:
    contents = zip_contents(data)
    assert flaws_of(contents) == {flaw}
    assert not contents.refused


def test_a_zip_that_is_a_tar_as_well_is_refused() -> None:
    both = make_tar([tar_block(b"a")]) + make_zip(A)
    assert "archive-is-one-format/both" in flaws_of(zip_contents(both))


def test_what_was_written_as_a_stream_is_still_read() -> None:
    streamed = Record(flags=8, crc=0, packed_size=0, size=0, listed_crc=zip_crc(), listed_packed_size=5, listed_size=5)
    data = make_zip(Record(**{**vars(streamed), "after": b"PK\7\x08" + bytes(12)}), B)
    contents = zip_contents(data)
    assert flaws_of(contents) == {"zip-has-no-data-descriptors/descriptor"}
    assert [bool(member.sha256) for member in contents.members] == [True, True]


def zip_crc() -> int:
    return A.numbers[0]


def test_a_thousand_flaws_of_a_kind_are_told_as_four() -> None:
    data = make_zip(*(Record(name=b"hello-1.0/%d" % n, comment=b"x") for n in range(1000)))
    flaws = zip_contents(data).flaws
    assert [flaw.member for flaw in flaws] == ["hello-1.0/0", "hello-1.0/1", "hello-1.0/2", None]
    assert flaws[-1].message == "the same is true of 997 more members"


def test_chance_collisions_of_checksums_are_no_flaw_in_a_large_zip() -> None:
    forged = [Record(name=b"a", content=b"abc"), Record(name=b"b", content=b"abc\xe4P,Y")]
    many = [Record(name=b"hello-1.0/%d" % n) for n in range(1000)]
    assert zip_contents(make_zip(*forged, *many)).flaws == ()


def test_damage_to_one_content_does_not_hide_what_follows() -> None:
    damaged = Record(method=8, packed=b"\xff" * 400_000)
    contents = zip_contents(make_zip(damaged, B))
    assert flaws_of(contents) == {"zip-content-is-intact/deflate", "zip-content-is-intact/size"}
    assert contents.members[1].sha256


def test_modes_and_kinds_are_those_of_the_directory() -> None:
    link = Record(name=b"hello-1.0/l", content=b"a", mode=0o120777)
    contents = zip_contents(make_zip(FOLDER, A, link))
    assert [(member.name, member.kind.value, member.mode) for member in contents.members] == [
        ("hello-1.0", "directory", 0o40755),
        ("hello-1.0/a", "file", FILE_MODE),
        ("hello-1.0/l", "symlink", 0o120777),
    ]


def test_read_chooses_by_format() -> None:
    import io

    assert read(io.BytesIO(make_zip(A)), format="zip", keep=nothing).names == ("hello-1.0/a",)
    assert read(io.BytesIO(make_zip(A)), format="tar.gz", keep=nothing).refused
