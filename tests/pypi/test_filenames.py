"""File names, platforms and contents are judged as PyPI judges them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from pypublish.pypi import contents, filenames, names, platforms
from pypublish.pypi.answers import Answer


def judge(filename: str, file_type: str, name: str, version: str) -> str | None:
    answer = (
        filenames.is_printable(filename)
        or filenames.has_no_path(filename)
        or filenames.has_its_extension(filename, file_type)
        or filenames.fits(filename, file_type=file_type, project=name, name=name, version=Version(version))
    )
    return f"{answer.row}: {answer.message}" if answer else None


@pytest.mark.parametrize(
    ("filename", "name", "version", "said"),
    [
        ("hello_there-1.0.tar.gz", "Hello.There", "1.0", snapshot(None)),
        ("hello-there-1.0.tar.gz", "hello-there", "1.0", snapshot("N3: Filename 'hello-there-1.0.tar.gz' is invalid, should be 'hello_there-1.0.tar.gz'.")),
        ("hello-1.0.tar.gz", "hello", "1.0.0", snapshot("N3: Filename 'hello-1.0.tar.gz' is invalid, should be 'hello-1.0.0.tar.gz'.")),
        ("hello-1.0.zip", "hello", "1.0", snapshot("N3: Filename 'hello-1.0.zip' is invalid, should be 'hello-1.0.tar.gz'.")),
        ("hello-1.0-1.tar.gz", "hello", "1.0.post1", snapshot("N3: Filename 'hello-1.0-1.tar.gz' is invalid, should be 'hello-1.0.post1.tar.gz'.")),
        ("other-1.0.tar.gz", "hello", "1.0", snapshot("N2: Start filename for 'hello' with 'hello'.")),
        ("hello.tar.gz", "hello", "1.0", snapshot("N1: Invalid source distribution filename: hello.tar.gz")),
        ("hello-1.0.TAR.GZ", "hello", "1.0", snapshot("F3: Invalid file extension: Extension .TAR.GZ is invalid for filetype sdist. See https://www.python.org/dev/peps/pep-0527 for more information.")),
        ("hello-1.0.tgz", "hello", "1.0", snapshot("F3: Invalid file extension: Use .tar.gz, .whl or .zip extension. See https://www.python.org/dev/peps/pep-0527 and https://peps.python.org/pep-0715/ for more information")),
        ("hello-1.0.whl", "hello", "1.0", snapshot("F3: Invalid file extension: Extension .whl is invalid for filetype sdist. See https://www.python.org/dev/peps/pep-0527 for more information.")),
        ("a/hello-1.0.tar.gz", "hello", "1.0", snapshot("F2: Cannot upload a file with '/' or '\\' in the name.")),
        ("hello\t-1.0.tar.gz", "hello", "1.0", snapshot("F1: Cannot upload a file with non-printable characters (ordinals 0-31) or the DEL character (ordinal 127) in the name.")),
    ],
)  # fmt: skip
def test_sdists(filename: str, name: str, version: str, said: str | None) -> None:
    assert judge(filename, "sdist", name, version) == said


@pytest.mark.parametrize(
    ("filename", "name", "version", "said"),
    [
        ("hello-1.0-py3-none-any.whl", "hello", "1.0.0", snapshot(None)),
        ("hello-1.0-1abc-py3-none-any.whl", "hello", "1.0", snapshot(None)),
        ("hello-1.0-py3-none.whl", "hello", "1.0", snapshot("W1: Invalid wheel filename (wrong number of parts): 'hello-1.0-py3-none'")),
        ("he__o-1.0-py3-none-any.whl", "hello", "1.0", snapshot("W1: Invalid project name: 'he__o-1.0-py3-none-any'")),
        ("hello-x-py3-none-any.whl", "hello", "1.0", snapshot("W1: Invalid wheel filename (invalid version): 'hello-x-py3-none-any'")),
        ("hello-1.0-b1-py3-none-any.whl", "hello", "1.0", snapshot("W1: Invalid build number: b1 in 'hello-1.0-b1-py3-none-any'")),
        ("hello-1.0-cp313-cp313-linux_x86_64.whl", "hello", "1.0", snapshot("W2: Binary wheel 'hello-1.0-cp313-cp313-linux_x86_64.whl' has an unsupported platform tag 'linux_x86_64'.")),
        ("other-1.0-py3-none-any.whl", "hello", "1.0", snapshot("W3: Start filename for 'hello' with 'hello'.")),
        ("Hello-1.0-py3-none-any.whl", "hello", "1.0", snapshot("W4: Filename 'Hello-1.0-py3-none-any.whl' should contain the normalized project name 'hello', not 'Hello'.")),
        ("hello-1.0-py3-none-any.whl", "hello", "1.1", snapshot("W5: Version in filename should be '1.1' not '1.0'.")),
    ],
)  # fmt: skip
def test_wheels(filename: str, name: str, version: str, said: str | None) -> None:
    assert judge(filename, "bdist_wheel", name, version) == said


@pytest.mark.parametrize(
    ("tag", "accepted"),
    [
        ("any", True),
        ("win_arm64", True),
        ("win_arm", False),
        ("macosx_10_9_x86_64", True),
        ("macosx_11_0_universal2", True),
        ("macosx_11_1_arm64", False),
        ("macosx_16_0_arm64", False),
        ("macosx_26_0_arm64", True),
        ("macosx_26_0_riscv64", False),
        ("manylinux2014_s390x", True),
        ("manylinux2010_aarch64", False),
        ("manylinux_2_28_x86_64", True),
        ("manylinux_2_28_ppc64", True),
        ("musllinux_1_2_ppc64", False),
        ("musllinux_1_2_riscv64", True),
        ("linux_x86_64", False),
        ("linux_armv7l", True),
        ("ios_13_0_arm64_iphonesimulator", True),
        ("ios_13_0_armv7_iphoneos", False),
        ("android_21_arm64_v8a", True),
        ("android_21_mips", False),
        ("pyemscripten_2025_0_wasm32", True),
        ("emscripten_3_1_58_wasm32", False),
        ("", False),
    ],
)
def test_platforms(tag: str, accepted: bool) -> None:
    assert platforms.is_accepted(tag) is accepted


def row(answer: Answer | None) -> str | None:
    return answer.row if answer else None


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (b"a.py,,\n", None),
        (b"", None),
        (None, "W7"),
        (b"\xff", "W7"),
        (b"a.py,,\n\nb.py,,\n", "W7"),
        (b'"a', None),
    ],
)
def test_record(record: bytes | None, said: str | None) -> None:
    assert row(contents.record_is_readable("a-1-py3-none-any.whl", record)) == said


@pytest.mark.parametrize(
    ("record", "agrees"),
    [
        (b"a.py,,\nd\\b.py,,\na-1.dist-info/RECORD,,\n", True),
        (b"a.py,,\na-1.dist-info/RECORD,,\n", False),
        (b"a.py,,\nd/b.py,,\nc.py,,\na-1.dist-info/RECORD,,\n", False),
        (b"\xff", False),
    ],
)
def test_what_record_names(record: bytes, agrees: bool) -> None:
    names = ["a.py", "d/", "d/b.py", "a-1.dist-info/RECORD", "a-1.dist-info/RECORD.jws"]
    assert contents.record_names_all("a-1-py3-none-any.whl", record, names) is agrees


def test_licences() -> None:
    wheel, sdist = "a-1-py3-none-any.whl", "a-1.tar.gz"
    assert contents.wheel_has_licenses(wheel, ["L"], ["a-1.dist-info/licenses/L"]) is None
    assert row(contents.wheel_has_licenses(wheel, ["L"], ["a-1.dist-info/L"])) == "W6"
    assert contents.sdist_has_licenses(sdist, ["d/L"], ["a-1", "a-1/d/L", "a-1/PKG-INFO"]) is None
    answer = contents.sdist_has_licenses(sdist, ["L"], ["a-1/PKG-INFO", "a-1/d/L"])
    assert answer is not None
    assert answer.message == "License-File L does not exist in distribution file a-1.tar.gz at a-1/L"


def test_the_longest_name() -> None:
    assert contents.name_fits_file_system("a" * 246) is None
    assert row(contents.name_fits_file_system("a" * 247)) == "W11"
    assert row(contents.name_fits_file_system("é" * 124)) == "W11"


@given(st.text(alphabet=st.sampled_from("aA1.-_+é w"), max_size=40))
def test_every_name_is_split_as_packaging_splits_it(stem: str) -> None:
    """What `packaging` takes is taken, too; what newer releases refuse is known: empty tags and names."""
    parsed = filenames.parse_wheel(f"{stem}.whl")
    try:
        parse_wheel_filename(f"{stem}.whl")
    except InvalidWheelFilename:
        pass
    else:
        assert isinstance(parsed, filenames.WheelName)
    try:
        name, version = parse_sdist_filename(f"{stem}.tar.gz")
    except InvalidSdistFilename:
        return
    found = filenames.parse_sdist(f"{stem}.tar.gz")
    assert found is not None
    assert (names.normalise(found[0]), found[1]) == (name, version)


@given(st.text())
def test_no_name_is_too_odd(filename: str) -> None:
    for file_type in ("sdist", "bdist_wheel"):
        judge(filename, file_type, "hello", "1.0")


@given(st.binary(), st.lists(st.text()))
def test_no_content_is_too_odd(content: bytes, members: list[str]) -> None:
    contents.record_is_readable("a-1-py3-none-any.whl", content)
    contents.record_names_all("a-1-py3-none-any.whl", content, members)
    contents.entry_points_mistake(content)
