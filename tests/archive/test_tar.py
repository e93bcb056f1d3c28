"""What a tar may be, and what is wrong with one that may not be published."""

from __future__ import annotations

import io
import tarfile

import pytest

from tests.archive.making import (
    END,
    GNU,
    extended,
    flaws_of,
    gzipped,
    make_tar,
    pax_record,
    tar_block,
    tar_contents,
    tar_member,
)

A = tar_member(b"hello")
B = tar_member(b"world", b"hello-1.0/b")
FOLDER = tar_member(name=b"hello-1.0/", kind=b"5", mode=b"0000755\0")
LONG = b"hello-1.0/" + b"long/" * 30


def gnu(content: bytes = b"", name: bytes = b"hello-1.0/a", kind: bytes = b"0", link: bytes = b"") -> bytes:
    return tar_member(content, name, magic=GNU, kind=kind, link=link)


def pax(content: bytes) -> bytes:
    """An extended header of these records."""
    return tar_member(content, b"PaxHeader", kind=b"x")


def symlink(target: bytes, name: bytes = b"hello-1.0/l") -> bytes:
    return tar_member(name=name, kind=b"2", link=target)


def written(format_: int) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=format_) as tar:
        for name in (
            "hello-1.0/PKG-INFO",
            "hello-1.0/é" if format_ != tarfile.USTAR_FORMAT else "hello-1.0/e",
            LONG.decode() + "x",
        ):
            info = tarfile.TarInfo(name)
            info.size, info.mtime = 5, 1.5 if format_ == tarfile.PAX_FORMAT else 1
            tar.addfile(info, io.BytesIO(b"hello"))
    return made.getvalue()


SOUND = {
    "one file": make_tar([A]),
    "a folder and files": make_tar([FOLDER, A, B]),
    "an empty file": make_tar([tar_member()]),
    "blocks of ten kilobytes": make_tar([A], bytes(9216)),
    "as Python writes it": written(tarfile.PAX_FORMAT),
    "as old Pythons wrote it": written(tarfile.GNU_FORMAT),
    "as POSIX had it in 1988": written(tarfile.USTAR_FORMAT),
    "times of an extended header": make_tar([extended((b"mtime", b"1.5"), (b"atime", b"2")), A]),
    "attributes of files": make_tar([extended((b"SCHILY.xattr.user.x", b"\xff\0")), A]),
    "a name that does not fit": make_tar([extended((b"path", LONG + b"x")), tar_member(b"hello", LONG[:100])]),
    "a size that the plain header leaves out": make_tar(
        [extended((b"size", b"5")), tar_block(size=0), b"hello" + bytes(507)]
    ),
    "a comment for all, as git archive writes it": make_tar([extended((b"comment", b"abc"), kind=b"g"), A]),
    "a long name of GNU's": make_tar([gnu(LONG + b"x\0", b"././@LongLink", b"L"), gnu(b"hello", LONG[:100])]),
    "a name of a hundred bytes": make_tar([tar_member(b"hello", b"hello-1.0/" + b"a" * 90)]),
}

FLAWED = {
    "nothing at all": (b"", "archive-is-readable/not-tar"),
    "no tar": (b"hello" * 500, "archive-is-readable/not-tar"),
    "no member": (END, "archive-has-members/empty"),
    "a false checksum": (make_tar([tar_block(checksum=b"000001\0 ")]), "archive-is-readable/not-tar"),
    "a false checksum later on": (make_tar([A, tar_block(checksum=b"000001\0 ")]), "tar-is-complete/bad-header"),
    "a size that is none": (
        make_tar([A, tar_block(size_field=b"zzz\0\0\0\0\0\0\0\0\0")]),
        "tar-is-complete/bad-header",
    ),
    "cut off in a content": (A[:-1], "archive-is-readable/truncated"),
    "cut off in an extended header": (A + pax(b"")[:300], "tar-is-complete/bad-header"),
    "an extended header of nothing": (make_tar([extended((b"mtime", b"1"))]), "archive-is-readable/not-tar"),
    "no end": (make_tar([A], b""), "tar-is-complete/no-end"),
    "half an end": (make_tar([A], bytes(512)), "tar-is-complete/one-block"),
    "half an end before a member": (make_tar([A, bytes(512), B]), "tar-is-complete/one-block"),
    "a member after the end": (make_tar([A, END, B]), "tar-is-complete/after-end"),
    "junk after the end": (make_tar([A], END + b"junk"), "tar-is-complete/after-end"),
    "no format": (make_tar([tar_member(b"hello", magic=bytes(8))]), "tar-headers-are-sound/magic"),
    "two formats": (make_tar([A, gnu(b"hello", b"hello-1.0/b")]), "tar-headers-are-sound/mixed"),
    "a long name of GNU's in POSIX": (
        make_tar([tar_member(b"hello-1.0/x\0", b"././@LongLink", kind=b"L"), A]),
        "tar-headers-are-sound/mixed",
    ),
    "an odd size": (make_tar([tar_block(size_field=b"         0 \0 ")]), "tar-headers-are-sound/number"),
    "a size in base 256": (make_tar([tar_block(size_field=b"\x80" + bytes(11))]), "tar-headers-are-sound/number"),
    "an odd owner": (make_tar([tar_block(owner=b"     17\0")]), "tar-headers-are-sound/number"),
    "the file type of old": (make_tar([tar_member(b"hello", kind=b"\0")]), "tar-headers-are-sound/old-type"),
    "a file with a target": (make_tar([tar_member(b"hello", link=b"x")]), "tar-headers-are-sound/link"),
    "a name in two halves, one empty": (
        make_tar([tar_member(name=b"", prefix=b"d", kind=b"5")]),
        "tar-headers-are-sound/prefix",
    ),
    "a needless prefix": (make_tar([tar_member(prefix=b".")]), "tar-headers-are-sound/prefix"),
    "an extended header of Solaris": (
        make_tar([extended((b"mtime", b"1"), kind=b"X"), A]),
        "tar-headers-are-sound/solaris",
    ),
    "a hard link": (
        make_tar([A, tar_member(name=b"hello-1.0/h", kind=b"1", link=b"hello-1.0/a")]),
        "only-files-and-folders/type",
    ),
    "a device": (make_tar([tar_member(name=b"hello-1.0/d", kind=b"3")]), "only-files-and-folders/type"),
    "a pipe": (make_tar([tar_member(name=b"hello-1.0/p", kind=b"6")]), "only-files-and-folders/type"),
    "a type that nobody knows": (make_tar([tar_member(name=b"hello-1.0/v", kind=b"V")]), "only-files-and-folders/type"),
    "a contiguous file": (make_tar([tar_member(b"hello", kind=b"7")]), "only-files-and-folders/type"),
    "a sparse file": (make_tar([gnu(name=b"hello-1.0/s", kind=b"S")]), "only-files-and-folders/sparse"),
    "a sparse file by extended header": (
        make_tar([extended((b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0")), A]),
        "only-files-and-folders/sparse",
    ),
    "set-group-id": (make_tar([tar_member(b"hello", mode=b"0002755\0")]), "modes-are-plain/set-id"),
    "a folder with content": (
        make_tar([tar_member(b"hello", b"hello-1.0/", kind=b"5")]),
        "folders-have-no-content/size",
    ),
    "a link with content": (make_tar([tar_member(b"hello", kind=b"2", link=b"x")]), "folders-have-no-content/size"),
    "a file named as a folder": (make_tar([tar_member(b"hello", b"hello-1.0/a/")]), "member-names-are-plain/slash"),
    "a name that is no UTF-8": (make_tar([tar_member(b"hello", b"hello-1.0/\xff")]), "member-names-are-plain/not-utf8"),
    "a colon": (make_tar([tar_member(b"hello", b"hello-1.0/a:b")]), "member-names-are-plain/tar-policy"),
    "a file twice": (make_tar([A, A]), "member-names-are-unique/twice"),
    "a file twice, once with ./": (make_tar([A, tar_member(b"x", b"./hello-1.0/a")]), "member-names-are-unique/twice"),
    "a file that is a folder": (
        make_tar([A, tar_member(b"x", b"hello-1.0/a/b")]),
        "member-names-are-unique/file-and-folder",
    ),
    "a link out of the tar": (make_tar([symlink(b"../../etc/passwd")]), "links-stay-inside/outside"),
    "a link out of the top folder": (make_tar([symlink(b"../other")]), "links-stay-inside/outside"),
    "a link to the root": (make_tar([symlink(b"/etc/passwd")]), "links-stay-inside/outside"),
    "a link to nothing": (make_tar([symlink(b"")]), "links-stay-inside/target"),
    "a file through a link": (
        make_tar([symlink(b"d"), tar_member(b"x", b"hello-1.0/l/x")]),
        "links-stay-inside/through",
    ),
    "an extended header without records": (make_tar([extended(), A]), "tar-extended-headers-are-sound/no-record"),
    "a record without a length": (make_tar([A, pax(b"x mtime=1\n"), B]), "tar-is-complete/bad-header"),
    "a record of a false length": (make_tar([A, pax(b"12 mtime=1\n"), B]), "tar-is-complete/bad-header"),
    "a record with leading zeros": (make_tar([pax(b"012 mtime=1\n"), A]), "tar-extended-headers-are-sound/length"),
    "something after the records": (
        make_tar([extended((b"mtime", b"1"))[:-9] + b"hidden...", A]),
        "tar-extended-headers-are-sound/padding",
    ),
    "records that end early": (
        make_tar([pax(pax_record(b"mtime", b"1") + b"\0\0"), A]),
        "tar-extended-headers-are-sound/padding",
    ),
    "a record twice": (
        make_tar([extended((b"mtime", b"1"), (b"mtime", b"2")), A]),
        "tar-extended-headers-are-sound/repeated-record",
    ),
    "an unknown record": (make_tar([extended((b"GOLANG.pkg", b"tar")), A]), "tar-extended-headers-are-sound/keyword"),
    "a record of a sparse file": (
        make_tar([extended((b"GNU.sparse.name", b"x")), A]),
        "tar-extended-headers-are-sound/sparse-record",
    ),
    "a time that is none": (make_tar([extended((b"mtime", b"1e5")), A]), "tar-extended-headers-are-sound/value"),
    "a size with leading zeros": (make_tar([extended((b"size", b"05")), A]), "tar-extended-headers-are-sound/value"),
    "a path with a zero byte": (make_tar([extended((b"path", b"a\0b")), A]), "tar-extended-headers-are-sound/value"),
    "another alphabet": (make_tar([extended((b"hdrcharset", b"BINARY")), A]), "tar-extended-headers-are-sound/value"),
    "a user that is no UTF-8": (make_tar([extended((b"uname", b"\xff")), A]), "tar-extended-headers-are-sound/utf8"),
    "a name for all": (make_tar([extended((b"path", b"x"), kind=b"g"), A]), "tar-extended-headers-are-sound/global"),
    "two extended headers": (
        make_tar([extended((b"mtime", b"1")), extended((b"mtime", b"1")), A]),
        "tar-extended-headers-are-sound/chain",
    ),
    "two long names": (
        make_tar([gnu(b"hello-1.0/x\0", b"././@LongLink", b"L")] * 2 + [gnu(b"hello")]),
        "tar-extended-headers-are-sound/chain",
    ),
    "a long name without an end": (
        make_tar([gnu(LONG, b"././@LongLink", b"L"), gnu(b"hello", LONG[:100])]),
        "tar-extended-headers-are-sound/long-name",
    ),
    "another name in an extended header": (
        make_tar([extended((b"path", b"hello-1.0/z")), A]),
        "tar-headers-agree/path",
    ),
    "another size in an extended header": (
        make_tar([extended((b"size", b"5")), tar_block(size=6), b"hello" + bytes(507)]),
        "tar-headers-agree/size",
    ),
    "another target in an extended header": (
        make_tar([extended((b"linkpath", b"b")), symlink(b"a")]),
        "tar-headers-agree/linkpath",
    ),
    "another long name": (
        make_tar([gnu(b"hello-1.0/z\0", b"././@LongLink", b"L"), gnu(b"hello")]),
        "tar-headers-agree/path",
    ),
}

WARNED = {
    "a link within": (make_tar([A, symlink(b"a")]), "no-symbolic-links/symlink?"),
    "a link to a folder above, within": (make_tar([symlink(b"../a", b"hello-1.0/d/l")]), "no-symbolic-links/symlink?"),
    "a folder twice": (make_tar([FOLDER, FOLDER]), "archive-reads-one-way/folder-twice?"),
    "./ before a name": (make_tar([tar_member(b"hello", b"./hello-1.0/a")]), "archive-reads-one-way/dot-slash?"),
    "a prefix in a format without": (
        make_tar([tar_member(b"hello", magic=GNU, prefix=b"x")]),
        "archive-reads-one-way/prefix?",
    ),
}


@pytest.mark.parametrize("data", SOUND.values(), ids=SOUND)
def test_a_sound_tar_has_no_flaw(data: bytes) -> None:
    plain, packed = tar_contents(data), tar_contents(gzipped(data), "tar.gz")
    assert plain.flaws == packed.flaws == ()
    assert plain.members == packed.members
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert [(m.name, m.size) for m in plain.members] == [(m.name, m.size) for m in tar]


@pytest.mark.parametrize(("data", "flaw"), FLAWED.values(), ids=FLAWED)
def test_a_flaw_is_refused_and_named(data: bytes, flaw: str) -> None:
    plain, packed = tar_contents(data), tar_contents(gzipped(data), "tar.gz")
    assert flaw in flaws_of(plain)
    assert flaws_of(plain) == flaws_of(packed)
    assert plain.refused


@pytest.mark.parametrize(("data", "flaw"), WARNED.values(), ids=WARNED)
def test_what_surprises_is_named_and_not_refused(data: bytes, flaw: str) -> None:
    contents = tar_contents(data)
    assert flaws_of(contents) == {flaw}
    assert not contents.refused
