"""What PyPI would answer to an archive, in its words and in its order."""

from __future__ import annotations

import io
import zipfile

import pytest

from pypublish.archive import Contents, read_zip
from pypublish.pypi.archives import ENCRYPTED_SOURCE, archive_answer, encrypted, framing_answer
from tests.archive.making import (
    GNU,
    Record,
    gzipped,
    make_tar,
    make_zip,
    nothing,
    tar_block,
    tar_contents,
    tar_member,
    zip_contents,
)

WHEEL_NAME = "hello-1.0-py3-none-any.whl"
WHEEL = Record(name=b"hello-1.0.dist-info/WHEEL", content=b"Wheel-Version: 1.0\n")
PKG_INFO = tar_member(b"Name: hello\n", b"hello-1.0/PKG-INFO")
A = tar_member(b"x")
INVALID = "Invalid distribution file."
DOCS = "See https://docs.pypi.org/archives for more information"


def answer(filename: str, contents: Contents) -> str | None:
    said = archive_answer(filename, contents)
    if said is None:
        return None
    assert said.row == "V1"
    assert said.status in {400, 500}
    return said.message


WHEELS = {
    "sound": (make_zip(WHEEL), None),
    "not a ZIP": (b"hello" * 9, f"{INVALID} File is not a zipfile"),
    "unreadable": (make_zip(WHEEL, between=b"x"), f"{INVALID} None"),
    "a bomb": (
        make_zip(Record(name=WHEEL.name, size=65 << 20, method=8)),
        f"{INVALID} File exceeds compression ratio of 50",
    ),
    "bzip2": (
        make_zip(WHEEL, Record(name=b"a", method=12, packed=b"BZh")),
        f"{INVALID} File does not use a supported compression type",
    ),
    "no WHEEL": (make_zip(Record()), f"{INVALID} WHEEL not found at hello-1.0.dist-info/WHEEL"),
    "a WHEEL that is damaged": (make_zip(Record(name=WHEEL.name, crc=1)), f"{INVALID} None"),
    "framing": (make_zip(WHEEL, after=b"x"), f"{INVALID} ZIP archive not accepted: Trailing data. {DOCS}"),
    "no WHEEL comes before framing": (
        make_zip(Record(), after=b"x"),
        f"{INVALID} WHEEL not found at hello-1.0.dist-info/WHEEL",
    ),
    "the first of two flaws": (
        make_zip(Record(name=b"a", comment=b"x", flags=8, after=bytes(12)), WHEEL),
        f"{INVALID} ZIP archive not accepted: ZIP contains a data descriptor. {DOCS}",
    ),
    "a tar as well": (make_tar([tar_block(b"a")]) + make_zip(WHEEL), f"{INVALID} File is both a zip and a tar file"),
}


@pytest.mark.parametrize(("data", "said"), WHEELS.values(), ids=WHEELS)
def test_a_wheel_is_answered_as_pypi_does(data: bytes, said: str | None) -> None:
    assert answer(WHEEL_NAME, zip_contents(data)) == said


def test_a_wheels_name_has_to_have_parts() -> None:
    assert answer("cheese.whl", zip_contents(make_zip(WHEEL))) == (
        f"{INVALID} Unable to parse name and version from wheel filename"
    )


SDISTS = {
    "sound": (gzipped(make_tar([PKG_INFO, A])), None),
    "not a tar": (gzipped(b"hello" * 200), f"{INVALID} File is not a tarfile"),
    "not compressed": (make_tar([PKG_INFO]), f"{INVALID} None"),
    "neither": (b"hello" * 200, f"{INVALID} File is not a tarfile"),
    "cut off": (gzipped(PKG_INFO[:-1]), f"{INVALID} None"),
    "two top folders": (
        gzipped(make_tar([PKG_INFO, tar_member(b"x", b"other/a")])),
        f"{INVALID} Incorrect number of top-level directories in sdist",
    ),
    "no PKG-INFO": (gzipped(make_tar([tar_member(b"x")])), f"{INVALID} PKG-INFO not found at hello-1.0/a/PKG-INFO"),
    "./ before the names": (
        gzipped(make_tar([tar_member(b"x", b"./hello-1.0/PKG-INFO"), tar_member(b"x", b"./hello-1.0/a")])),
        f"{INVALID} PKG-INFO not found at hello-1.0/PKG-INFO",
    ),
    "sparse": (
        gzipped(make_tar([tar_block(b"hello-1.0/PKG-INFO", kind=b"S", magic=GNU)])),
        f"{INVALID} tar archive not accepted: Sparse members are not allowed. {DOCS}",
    ),
    "absolute and relative names": (gzipped(make_tar([PKG_INFO, tar_member(b"x", b"/a")])), "Internal Server Error"),
    "a ZIP as well": (gzipped(make_tar([PKG_INFO])) + make_zip(WHEEL), f"{INVALID} File is both a zip and a tar file"),
    "what PyPI takes and we do not": (gzipped(make_tar([PKG_INFO, A], bytes(512))), None),
}


@pytest.mark.parametrize(("data", "said"), SDISTS.values(), ids=SDISTS)
def test_an_sdist_is_answered_as_pypi_does(data: bytes, said: str | None) -> None:
    assert answer("hello-1.0.tar.gz", tar_contents(data, "tar.gz")) == said


ZIP_SDISTS = {
    "sound": (make_zip(Record(name=b"hello-1.0/PKG-INFO"), Record()), None),
    "two top folders": (
        make_zip(Record(name=b"hello-1.0/PKG-INFO"), Record(name=b"a")),
        f"{INVALID} Incorrect number of top-level directories in sdist",
    ),
    "no PKG-INFO": (
        make_zip(Record(), Record(name=b"hello-1.0/b")),
        f"{INVALID} PKG-INFO not found at hello-1.0/PKG-INFO",
    ),
}


@pytest.mark.parametrize(("data", "said"), ZIP_SDISTS.values(), ids=ZIP_SDISTS)
def test_an_sdist_that_is_a_zip_is_answered_as_pypi_does(data: bytes, said: str | None) -> None:
    assert answer("hello-1.0.zip", zip_contents(data)) == said


FRAMING = {
    "Malformed zip file": make_zip(Record(extra=b"abc")),
    "Invalid character in filename": make_zip(Record(name=b"a\x01")),
    "Filename not valid UTF-8": make_zip(Record(extra=b"\x75\x70\x06\0\1\0\0\0\0\xff")),
    "Filename not unicode": make_zip(Record(name=b"\xff")),
    "Invalid duplicate extra in local file": make_zip(Record(extra=b"\1\0\0\0" * 2)),
    "ZIP contains a data descriptor": make_zip(Record(flags=8, after=bytes(12))),
    "Mis-matched data size": make_zip(Record(listed_packed_size=4)),
    "Mis-matched file size": make_zip(Record(listed_size=4)),
    "Filename not in central directory": make_zip(Record(), Record(name=b"z", listed=False)),
    "Comment in central directory": make_zip(Record(comment=b"x")),
    "Duplicate filename in local headers": make_zip(Record(), Record()),
    "Missing filename in local headers": make_zip(Record(), Record(name=b"z")).replace(Record(name=b"z").local(), b""),
    "Mismatched central directory records": make_zip(Record(), entries=2, entries_here=2),
    "Mismatched central directory offset": make_zip(Record(), directory_offset=3),
    "Unknown record signature": make_zip(Record(), before=b"junk"),
    "Trailing data": make_zip(Record(), after=b"junk"),
}


@pytest.mark.parametrize("words", FRAMING)
def test_framing_has_pypis_words(words: str) -> None:
    said = framing_answer(zip_contents(FRAMING[words]))
    assert said is not None
    assert said.message == f"{INVALID} ZIP archive not accepted: {words}. {DOCS}"


def test_sound_framing_has_no_answer() -> None:
    assert framing_answer(zip_contents(make_zip(Record()))) is None


# In parts, or this very file would be taken for one of them.
MARK = b"__pyarmor"
PYARMOR = MARK + b"__(__name__, __file__, b'...')"
PYE = b"---%s PYE FILE---\n...\n---%s PYE FILE---" % (b"BEGIN", b"END")


@pytest.mark.parametrize(
    ("name", "content", "tool"),
    [
        ("hello.py", PYARMOR, "PyArmor"),
        ("hello/a.PY", MARK + b"_enter__()", "PyArmor"),
        ("hello.pye", PYE, "SourceDefender"),
        ("hello.pye", PYE[:30], None),
        ("hello.txt", PYARMOR, None),
        ("hello.py", bytes(5 << 20) + PYARMOR, None),
    ],
)
def test_encrypted_source_is_refused(name: str, content: bytes, tool: str | None) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("hello-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        archive.writestr(name, content)
    contents = read_zip(made, keep=nothing, search=ENCRYPTED_SOURCE)
    policy = "See https://pypi.org/policy/acceptable-use-policy/ for more information."
    expected = f"{INVALID} {tool}-encrypted content is not allowed. {policy}" if tool else None
    assert answer(WHEEL_NAME, contents) == expected
    assert list(encrypted(contents)) == ([(name, tool)] if tool else [])
