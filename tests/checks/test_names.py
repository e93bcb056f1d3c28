"""The names of files, as PyPI wants them."""

from __future__ import annotations

import pytest

from pypublish.checks.subjects import kind_of
from pypublish.model import ArtifactKind
from tests.checks.examples import Example, fails, findings, name_of, passes, say
from tests.factories import metadata, sdist, wheel

WHEEL = wheel().dist()
SDIST = sdist().dist()

EXAMPLES = [
    fails(
        "filename-is-printable",
        sdist(filename="hello-1.0.0\x07.tar.gz").dist(),
        "hello-1.0.0\x07.tar.gz: the file name 'hello-1.0.0\\x07.tar.gz' has control characters",
    ),
    passes("filename-is-printable", SDIST),
    fails(
        "filename-has-no-path",
        sdist(filename="hello\\-1.0.0.tar.gz").dist(),
        "hello\\-1.0.0.tar.gz: the file name 'hello\\\\-1.0.0.tar.gz' has a path in it",
    ),
    passes("filename-has-no-path", SDIST),
    fails(
        "file-extension-is-accepted",
        sdist(filename="hello-1.0.0.TAR.GZ").dist(),
        "hello-1.0.0.TAR.GZ: PyPI takes no files with the extension '.GZ'",
    ),
    passes("file-extension-is-accepted", SDIST),
    passes("file-extension-is-accepted", WHEEL),
    fails(
        "sdist-filename-has-name-and-version",
        sdist(filename="hello.tar.gz").dist(),
        "hello.tar.gz: no project and version can be read from the file name 'hello.tar.gz'",
    ),
    fails(
        "sdist-filename-has-name-and-version",
        sdist(filename="hello-new.tar.gz").dist(),
        "hello-new.tar.gz: no project and version can be read from the file name 'hello-new.tar.gz'",
    ),
    passes("sdist-filename-has-name-and-version", SDIST),
    passes("sdist-filename-has-name-and-version", WHEEL),
    fails(
        "sdist-filename-is-of-its-project",
        sdist(filename="hullo-1.0.0.tar.gz").dist(),
        "hullo-1.0.0.tar.gz::hello-1.0.0/PKG-INFO: the file is named after another project than 'hello',"
        " as PKG-INFO says",
    ),
    passes("sdist-filename-is-of-its-project", SDIST),
    fails(
        "sdist-filename-is-canonical",
        sdist(filename="Hello-1.0.0.tar.gz").dist(),
        "Hello-1.0.0.tar.gz: the file has to be named hello-1.0.0.tar.gz",
    ),
    fails(
        "sdist-filename-is-canonical",
        sdist(filename="hello-1.0.tar.gz").dist(),
        "hello-1.0.tar.gz: the file has to be named hello-1.0.0.tar.gz",
    ),
    fails(
        "sdist-filename-is-canonical",
        sdist(filename="my-hello-1.0.0.tar.gz", meta=metadata(name="My.Hello")).dist(),
        "my-hello-1.0.0.tar.gz: the file has to be named my_hello-1.0.0.tar.gz",
    ),
    passes("sdist-filename-is-canonical", SDIST),
    passes("sdist-filename-is-canonical", sdist(meta=metadata(name="Hello")).dist()),
    passes("sdist-filename-is-canonical", sdist(meta=metadata(version="none")).dist()),
    fails(
        "wheel-filename-has-all-parts",
        wheel(filename="hello-1.0.0-py3-none.whl").dist(),
        "hello-1.0.0-py3-none.whl: invalid wheel filename (wrong number of parts): 'hello-1.0.0-py3-none'",
    ),
    fails(
        "wheel-filename-has-all-parts",
        wheel(filename="hello-1.0.0-new-py3-none-any.whl").dist(),
        "hello-1.0.0-new-py3-none-any.whl: invalid build number: new in 'hello-1.0.0-new-py3-none-any'",
    ),
    passes("wheel-filename-has-all-parts", WHEEL),
    passes("wheel-filename-has-all-parts", SDIST),
    fails(
        "wheel-platform-is-accepted",
        wheel(tag="cp313-cp313-linux_x86_64").dist(),
        "hello-1.0.0-cp313-cp313-linux_x86_64.whl: PyPI takes no wheels with the platform tag 'linux_x86_64'",
    ),
    fails(
        "wheel-platform-is-accepted",
        wheel(tag="cp313-cp313-macosx_28_0_arm64").dist(),
        "hello-1.0.0-cp313-cp313-macosx_28_0_arm64.whl: PyPI takes no wheels with the platform tag"
        " 'macosx_28_0_arm64' [warning]",
    ),
    passes("wheel-platform-is-accepted", WHEEL),
    passes("wheel-platform-is-accepted", wheel(tag="cp313-cp313-manylinux_2_28_x86_64").dist()),
    fails(
        "wheel-filename-is-of-its-project",
        wheel(meta=metadata(name="hullo")).dist(),
        "hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/METADATA: the file is named after"
        " another project than 'hullo', as METADATA says",
    ),
    passes("wheel-filename-is-of-its-project", WHEEL),
    fails(
        "wheel-filename-is-normalised",
        wheel(name="Hello").dist(),
        "Hello-1.0.0-py3-none-any.whl: the file name has to start with 'hello', not 'Hello'",
    ),
    passes("wheel-filename-is-normalised", wheel(meta=metadata(name="Hello")).dist()),
    fails(
        "wheel-filename-has-its-version",
        wheel(meta=metadata(version="1.0.1")).dist(),
        "hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/METADATA: the file name says version 1.0.0, METADATA says"
        " 1.0.1",
    ),
    passes("wheel-filename-has-its-version", wheel(meta=metadata(version="1.0")).dist()),
    fails(
        "wheel-filename-is-short-enough",
        wheel(name="h" * 240).dist(),
        f"{'h' * 240}-1.0.0-py3-none-any.whl: the file name is 263 bytes long",
    ),
    passes("wheel-filename-is-short-enough", WHEEL),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_names(example: Example) -> None:
    assert say(example.check, example.subject) == example.says


def test_a_platform_that_is_newer_than_the_list_says_so() -> None:
    (found,) = findings("wheel-platform-is-accepted", wheel(tag="cp313-cp313-macosx_28_0_arm64").dist())
    assert "newer than our copy" in found.hint


@pytest.mark.parametrize(
    ("filename", "kind"),
    [
        ("hello-1.0.0.tar.gz", ArtifactKind.SDIST),
        ("hello-1.0.0.zip", ArtifactKind.SDIST),
        ("hello-1.0.0-py3-none-any.whl", ArtifactKind.WHEEL),
        ("hello-1.0.0-py3-none-any.WHL", ArtifactKind.WHEEL),
        ("hello-1.0.0.tar.bz2", None),
        ("hello-1.0.0.tar.gz.asc", None),
        ("manifest.json", None),
    ],
)
def test_what_a_file_is_by_its_name(filename: str, kind: ArtifactKind | None) -> None:
    assert kind_of(filename) is kind
