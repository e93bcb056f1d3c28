"""All files of a release together."""

from __future__ import annotations

import pytest

from pypublish.checks.subjects import Dist, Dists
from pypublish.model import ArtifactKind, Release
from tests.checks.examples import Example, fails, name_of, passes, say
from tests.factories import Made, metadata, sdist, wheel

RELEASE = Release(name="Hello", version="1.0.0", tag="v1.0.0", commit="3fd21c0", epoch=0)
FILE = "hello-1.0.0-py3-none-any.whl"
METADATA = f"{FILE}::hello-1.0.0.dist-info/METADATA: "


def together(*made: Made, release: Release | None = None) -> Dists:
    return Dists(dists=tuple(one.dist() for one in made), release=release)


def pair(there: str, here: str) -> Dists:
    return together(sdist(meta=there), wheel(meta=here))


def with_data(source: dict[str, str], wheels: dict[str, str]) -> Dists:
    return together(sdist({f"src/{path}": text for path, text in source.items()}), wheel(wheels))


SOUND = together(sdist(), wheel(), release=RELEASE)
CODE = {"hello/__init__.py": "", "hello/a.py": ""}

EXAMPLES = [
    fails("release-has-files", together(), ": there is no distribution file"),
    passes("release-has-files", SOUND),
    fails("release-has-an-sdist", together(wheel()), ": there is no sdist"),
    passes("release-has-an-sdist", SOUND),
    passes("release-has-an-sdist", together()),
    fails("release-has-a-wheel", together(sdist()), ": there is no wheel"),
    passes("release-has-a-wheel", SOUND),
    fails(
        "release-has-one-sdist",
        together(sdist(), sdist(filename="hello-1.0.0.zip")),
        "hello-1.0.0.zip: hello-1.0.0.zip is a second sdist beside hello-1.0.0.tar.gz",
    ),
    passes("release-has-one-sdist", SOUND),
    fails(
        "files-are-of-one-project",
        together(sdist(), wheel(name="world")),
        "world-1.0.0-py3-none-any.whl::world-1.0.0.dist-info/METADATA: it is of the project 'world', not 'hello'",
    ),
    fails(
        "files-are-of-one-project",
        together(wheel(name="world"), release=RELEASE),
        "world-1.0.0-py3-none-any.whl::world-1.0.0.dist-info/METADATA: it is of the project 'world', not 'Hello'",
    ),
    passes("files-are-of-one-project", SOUND),
    fails(
        "files-are-of-one-version",
        together(sdist(), wheel(version="1.0.1")),
        "hello-1.0.1-py3-none-any.whl::hello-1.0.1.dist-info/METADATA: it is version 1.0.1, not 1.0.0",
    ),
    fails(
        "files-are-of-one-version",
        together(wheel(version="1.0.1.dev3"), release=RELEASE),
        "hello-1.0.1.dev3-py3-none-any.whl::hello-1.0.1.dev3.dist-info/METADATA: it is version 1.0.1.dev3, not 1.0.0",
    ),
    passes("files-are-of-one-version", pair(metadata(version="1.0"), metadata(version="1.0.0"))),
    fails(
        "files-differ",
        together(wheel(tag="py3-none-any"), Made(filename="hello-1.0.0-py2-none-any.whl", content=wheel().content)),
        f"hello-1.0.0-py2-none-any.whl: it is a copy of {FILE}",
    ),
    passes("files-differ", SOUND),
    fails(
        "file-names-differ",
        together(wheel(), wheel({"hello/__init__.py": "x = 1"})),
        f"{FILE}: there are two files of this name",
    ),
    passes("file-names-differ", SOUND),
    fails(
        "metadata-agree",
        pair(metadata({}, "Requires-Dist: world>=1"), metadata({}, "Requires-Dist: world>=2", "Requires-Dist: moon")),
        METADATA + "Requires-Dist is 'moon', 'world>=2', where hello-1.0.0/PKG-INFO has 'world>=1'",
    ),
    fails(
        "metadata-agree",
        pair(metadata({"Metadata-Version": "2.1"}), metadata({"Metadata-Version": "2.1", "Requires-Python": ">=3.9"})),
        METADATA + "Requires-Python is '>=3.9', where hello-1.0.0/PKG-INFO has '>=3.8' [warning]",
    ),
    fails(
        "metadata-agree",
        pair(metadata({"Summary": "Says hi."}), metadata({"Summary": None})),
        METADATA + "Summary is nothing of the kind, where hello-1.0.0/PKG-INFO has 'Says hi.' [warning]",
    ),
    fails(
        "metadata-agree",
        pair(metadata({}, "Project-URL: Source, https://a.org"), metadata({}, "Project-URL: Source, https://b.org")),
        METADATA
        + "Project-URL is 'Source, https://b.org', where hello-1.0.0/PKG-INFO has 'Source, https://a.org' [warning]",
    ),
    passes("metadata-agree", SOUND),
    passes("metadata-agree", pair(metadata({}, "Dynamic: Summary"), metadata({"Summary": "Says hi."}))),
    passes("metadata-agree", pair(metadata({}, "Requires-Dist: a >=1, <2"), metadata({}, "Requires-Dist: a<2,>=1"))),
    passes(
        "metadata-agree",
        pair(
            metadata({}, "Requires-Dist: zope_Interface[A_b]; extra == 'x_y'"),
            metadata({}, 'Requires-Dist: zope-interface[a-b]; extra == "x-y"'),
        ),
    ),
    passes("metadata-agree", pair(metadata({}, "Provides-Extra: A_b"), metadata({}, "Provides-Extra: a-b"))),
    passes("metadata-agree", pair(metadata({"Requires-Python": ">=3, <4"}), metadata({"Requires-Python": "<4,>=3"}))),
    passes("metadata-agree", together(sdist(), wheel(name="world", meta=metadata({"Summary": "x"}, name="world")))),
    fails(
        "data-files-reach-the-wheel",
        with_data(CODE | {"hello/templates/a.html": "", "hello/schema.json": ""}, CODE),
        f"{FILE}::hello/schema.json: hello/schema.json is in the sdist, but not in the wheel",
        f"{FILE}::hello/templates/a.html: hello/templates/a.html is in the sdist, but not in the wheel",
    ),
    fails(
        "data-files-reach-the-wheel",
        with_data(CODE | {"hello/py.typed": "", "hello/a.pyi": ""}, CODE),
        f"{FILE}::hello/a.pyi: hello/a.pyi is in the sdist, but not in the wheel",
        f"{FILE}::hello/py.typed: hello/py.typed is in the sdist, but not in the wheel",
    ),
    fails(
        "data-files-reach-the-wheel",
        with_data(CODE | {f"hello/{number}.json": "" for number in range(7)}, CODE),
        *(f"{FILE}::hello/{n}.json: hello/{n}.json is in the sdist, but not in the wheel" for n in range(5)),
        f"{FILE}: the same is true of 2 more files of hello",
    ),
    passes("data-files-reach-the-wheel", SOUND),
    passes("data-files-reach-the-wheel", with_data(CODE | {"hello/a.json": ""}, CODE | {"hello/a.json": ""})),
    passes("data-files-reach-the-wheel", with_data(CODE | {"hello/a.json": ""}, CODE | {"hello/a.json.gz": ""})),
    passes(
        "data-files-reach-the-wheel", with_data(CODE | {"hello/_c.pyx": "", "hello/README.md": "", "a.json": ""}, CODE)
    ),
    passes("data-files-reach-the-wheel", with_data(CODE | {"hello/sub/__init__.py": "", "hello/sub/a.json": ""}, CODE)),
    passes("data-files-reach-the-wheel", with_data(CODE | {"hello/tests/a.json": ""}, CODE)),
    fails(
        "wheel-matches-sdist",
        with_data(CODE | {"hello/b.py": "x = 1"}, CODE | {"hello/b.py": "x = 2"}),
        f"{FILE}::hello/b.py: not as in hello-1.0.0.tar.gz: hello/b.py",
    ),
    fails(
        "wheel-matches-sdist",
        with_data(CODE | {"hello/_version.py": "x = 1"}, CODE | {"hello/_version.py": "x = 2"}),
        f"{FILE}::hello/_version.py: written anew while the wheel was built: hello/_version.py [note]",
    ),
    fails(
        "wheel-matches-sdist",
        together(
            sdist({"src/hello/__init__.py": "x = 1", "src/hello/a.py": ""}),
            wheel({"hello/__init__.py": "x = 2", "hello/a.py": ""}, tag="cp313-cp313-win32"),
        ),
        "hello-1.0.0-cp313-cp313-win32.whl::hello/__init__.py: not as in hello-1.0.0.tar.gz: hello/__init__.py [warning]",
    ),
    *(
        fails(
            "wheel-matches-sdist",
            together(
                sdist({"src/hello/__init__.py": "x = 1"}),
                wheel({"hello/__init__.py": "x = 2", "hello-1.0.0.dist-info/DELVEWHEEL": ""}, tag=f"cp313-cp313-{tag}"),
            ),
            f"hello-1.0.0-cp313-cp313-{tag}.whl::hello/__init__.py: {said}not as in hello-1.0.0.tar.gz:"
            f" hello/__init__.py [{severity}]",
        )
        for tag, said, severity in (
            ("win_amd64", "changed by delvewheel, it seems, and so ", "note"),
            ("manylinux_2_17_x86_64", "", "warning"),
        )
    ),
    fails(
        "wheel-matches-sdist",
        together(
            sdist({"hello/__init__.py": "x = 1\ny = 2\n", "hello/a.py": "x = 1\n"}),
            wheel({"hello/__init__.py": "x = 1\r\ny = 2\r\n", "hello/a.py": "x = 2\r\n"}, tag="cp313-cp313-win32"),
        ),
        "hello-1.0.0-cp313-cp313-win32.whl::hello/a.py: not as in hello-1.0.0.tar.gz: hello/a.py [warning]",
        "hello-1.0.0-cp313-cp313-win32.whl::hello/__init__.py: the lines end as on Windows, in hello-1.0.0.tar.gz as on"
        " Unix: hello/__init__.py [note]",
    ),
    fails(
        "wheel-matches-sdist",
        with_data({"hello/__init__.py": "x = 1\n"}, {"hello/__init__.py": "x = 1\r\n"}),
        f"{FILE}::hello/__init__.py: not as in hello-1.0.0.tar.gz: hello/__init__.py",
    ),
    passes("wheel-matches-sdist", SOUND),
    passes("wheel-matches-sdist", with_data(CODE, CODE | {"other/a.py": "x = 2"})),
    fails(
        "wheel-has-nothing-new",
        with_data(CODE, CODE | {"hello/evil.py": "x = 2", "top.py": "x = 3"}),
        f"{FILE}::hello/evil.py: not in hello-1.0.0.tar.gz: hello/evil.py, top.py",
    ),
    *(
        fails(
            "wheel-has-nothing-new",
            together(
                sdist({"stubs/hello.pyi": "", "hello.c": ""}),
                wheel(
                    {f"hello-stubs/{module}.py": "x = 2", "hello-1.0.0.dist-info/DELVEWHEEL": ""},
                    tag="cp313-cp313-win32",
                ),
            ),
            f"hello-1.0.0-cp313-cp313-win32.whl::hello-stubs/{module}.py: {said}not in hello-1.0.0.tar.gz:"
            f" hello-stubs/{module}.py{severity}",
        )
        for module, said, severity in (
            ("__init__", "added by delvewheel, it seems, and so ", " [note]"),
            ("evil", "", ""),
        )
    ),
    fails(
        "wheel-has-nothing-new",
        together(
            sdist({"src/lib.rs": ""}),
            wheel({"hello/__init__.py": "from .hello import *"}, headers="Generator: maturin (1.9.6)\n"),
        ),
        f"{FILE}::hello/__init__.py: added by maturin, it seems, and so not in hello-1.0.0.tar.gz: hello/__init__.py"
        " [note]",
    ),
    passes(
        "wheel-has-nothing-new",
        together(sdist(CODE | {"lib/b.py": "1\n"}), wheel(CODE | {"hello/c.py": "1\r\n"}, tag="cp313-cp313-win32")),
    ),
    passes("wheel-has-nothing-new", with_data(CODE | {"lib/b.py": "x = 1"}, CODE | {"hello/moved.py": "x = 1"})),
    passes("wheel-has-nothing-new", with_data(CODE, CODE | {"hello/_c.so": "x"})),
    fails(
        "wheel-has-every-module",
        with_data(CODE | {"hello/sub/__init__.py": "", "hello/b.py": "", "hello/tests/a.py": ""}, CODE),
        f"{FILE}::hello/b.py: in the sdist, but not in the wheel: hello/b.py, hello/sub/__init__.py",
    ),
    passes("wheel-has-every-module", SOUND),
    passes("data-files-reach-the-wheel", with_data({"world/hello/a.py": "", "world/hello/a.json": ""}, {"b/a.py": ""})),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_dists(example: Example) -> None:
    assert say(example.check, example.subject) == example.says


def test_the_files_as_the_manifest_lists_them() -> None:
    made = [sdist(), wheel(tag="cp313-abi3-manylinux1_x86_64.manylinux_2_5_x86_64")]
    listed = together(*made).artifacts
    assert [(one.filename, one.kind, one.python_tag, one.platform_tag, one.requires_python) for one in listed] == [
        (
            "hello-1.0.0-cp313-abi3-manylinux1_x86_64.manylinux_2_5_x86_64.whl",
            ArtifactKind.WHEEL,
            "cp313",
            "manylinux1_x86_64.manylinux_2_5_x86_64",
            ">=3.8",
        ),
        ("hello-1.0.0.tar.gz", ArtifactKind.SDIST, "source", "", ">=3.8"),
    ]
    assert {one.filename: one.size for one in listed} == {one.filename: len(one.content) for one in made}


def test_name_and_version_are_those_of_the_files() -> None:
    made = together(sdist(meta=metadata(name="Hello.World", version="1.0")), wheel(name="other"))
    assert (made.name, made.version) == ("Hello.World", "1.0")
    assert (together().name, together().version) == ("", "")


def test_of_a_file_without_metadata_nothing_is_known() -> None:
    without: Dist = wheel(without=("METADATA",)).dist()
    nameless = Dists(dists=(without,), release=RELEASE)
    for check in ("files-are-of-one-project", "files-are-of-one-version", "metadata-agree"):
        assert say(check, nameless) == ()
