"""What is known of an archive after it was read: digests, texts, what was looked for; and that real writers are read right."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.archive import Contents, Format, Limits, Member, MemberKind, Search, format_of, read
from tests.archive.making import Record, flaws_of, make_zip

Files = Mapping[str, bytes]

names = st.from_regex(r"[a-z][a-z0-9_]{0,7}(/[a-z][a-z0-9_]{0,7}){0,3}\.(py|txt)", fullmatch=True)
trees = st.dictionaries(names, st.binary(max_size=3000), min_size=1, max_size=8)


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def tarred(files: Files, format_: int = tarfile.PAX_FORMAT) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz", format=format_) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return made.getvalue()


def both(files: Files) -> list[tuple[bytes, Format]]:
    return [(zipped(files, zipfile.ZIP_STORED), "zip"), (tarred(files), "tar.gz")]


def contents_of(
    data: bytes, format_: Format, *, limits: Limits | None = None, search: Search | None = None
) -> Contents:
    return read(io.BytesIO(data), format=format_, keep=lambda _: True, search=search, limits=limits or Limits())


@given(trees, st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
def test_a_zip_of_pythons_is_read_as_it_was_written(files: Files, method: int) -> None:
    data = zipped(files, method)
    assert_read(contents_of(data, "zip"), data, files)


@given(trees, st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT]))
def test_a_tar_of_pythons_is_read_as_it_was_written(files: Files, format_: int) -> None:
    data = tarred(files, format_)
    assert_read(contents_of(data, "tar.gz"), data, files)


def assert_read(contents: Contents, data: bytes, files: Files) -> None:
    expected = {name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()}
    assert {member.name: (member.size, member.sha256) for member in contents.members} == expected
    assert contents.texts == files
    assert contents.names == tuple(files)
    assert contents.size == len(data)
    assert contents.sha256 == hashlib.sha256(data).hexdigest()
    assert contents.blake2b_256 == hashlib.blake2b(data, digest_size=32).hexdigest()
    # Two drawn names may be a file and a folder at once.
    assert not contents.refused or flaws_of(contents) == {"member-names-are-unique/file-and-folder"}


@pytest.mark.parametrize("cut", [0, 1, 5, 100, 1000])
def test_the_digests_are_of_the_whole_file_whatever_is_in_it(cut: int) -> None:
    for data, format_ in both({"a.py": b"x" * 5000}):
        contents = contents_of(data[cut:], format_)
        assert contents.sha256 == hashlib.sha256(data[cut:]).hexdigest()
        assert contents.size == len(data[cut:])


def test_large_members_come_in_pieces() -> None:
    content = bytes(range(256)) * 8192
    for data, format_ in both({"a.bin": content}):
        contents = contents_of(data, format_)
        assert contents.texts == {"a.bin": content}
        assert contents.flaws == ()


def test_only_what_is_asked_for_is_kept() -> None:
    asked: list[Member] = []

    def keep(member: Member) -> bool:
        asked.append(member)
        return member.name.endswith("METADATA")

    data = zipped({"hello-1.0.dist-info/METADATA": b"Name: hello\n", "hello.py": b"x"})
    contents = read(io.BytesIO(data), format="zip", keep=keep)
    assert contents.texts == {"hello-1.0.dist-info/METADATA": b"Name: hello\n"}
    assert [(member.name, member.size, member.sha256) for member in asked] == [
        ("hello-1.0.dist-info/METADATA", 12, ""),
        ("hello.py", 1, ""),
    ]


@pytest.mark.parametrize("limits", [Limits(text=9), Limits(texts=9)])
def test_a_text_that_is_too_large_is_a_flaw_and_not_kept(limits: Limits) -> None:
    contents = contents_of(zipped({"METADATA": b"0123456789", "small": b"x"}), "zip", limits=limits)
    assert contents.texts == {"small": b"x"}
    assert flaws_of(contents) == {"archive-is-bounded/text"}
    assert contents.members[0].sha256 == hashlib.sha256(b"0123456789").hexdigest()


def test_a_text_is_never_longer_than_it_was_announced() -> None:
    for method in (0, 8):
        contents = contents_of(make_zip(Record(content=b"hello" * 200_000, size=9, method=method)), "zip")
        assert contents.texts == {"hello-1.0/a": b"hellohell"}
        assert contents.refused


@given(st.binary(max_size=40), st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"x"]), max_size=12))
def test_windows_line_ends_are_digested_as_those_of_unix_too(before: bytes, lines: list[bytes]) -> None:
    content = before + bytes(262_140 - len(before)) + b"".join(lines)  # the ends fall around the edge of a piece
    unix = content.replace(b"\r\n", b"\n")
    for data, format_ in both({"a.py": content}):
        for wanted in (True, False):
            search = Search(needles=(), wanted=lambda _: False, unix_lines=wanted)
            (member,) = contents_of(data, format_, limits=Limits(ratio=10_000), search=search).members
            differs = wanted and unix != content
            assert member.unix_sha256 == (hashlib.sha256(unix).hexdigest() if differs else "")


@pytest.mark.parametrize("offset", [0, 1, 262_140, 262_144, 524_280])
def test_what_is_looked_for_is_found_across_pieces(offset: int) -> None:
    content = bytes(offset) + b"needle" + bytes(600_000 - offset)
    search = Search(needles=(b"needle", b"haystack"), wanted=lambda member: member.name.endswith(".py"))
    files = {"a.py": content, "b.py": bytes(100), "c.txt": content}
    for data, format_ in both(files):
        contents = contents_of(data, format_, limits=Limits(ratio=10_000), search=search)
        assert contents.found == {"a.py": frozenset({b"needle"})}


def test_a_member_is_found_by_its_name() -> None:
    contents = contents_of(zipped({"a/b.py": b"x"}), "zip")
    member = contents.member("a/b.py")
    assert member is not None
    assert member.kind is MemberKind.FILE
    assert contents.member("a/c.py") is None


@pytest.mark.parametrize(
    ("filename", "format_"),
    [
        ("hello-1.0-py3-none-any.whl", "zip"),
        ("hello-1.0.tar.gz", "tar.gz"),
        ("hello-1.0.zip", "zip"),
        ("HELLO-1.0.TAR.GZ", "tar.gz"),
        ("hello-1.0.tar.bz2", None),
        ("hello.txt", None),
    ],
)
def test_a_name_promises_a_format(filename: str, format_: Format | None) -> None:
    assert format_of(filename) == format_
