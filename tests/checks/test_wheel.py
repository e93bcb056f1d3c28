"""What a wheel has to be, by itself."""

from __future__ import annotations

import pytest

from pypublish.checks.subjects import Dist
from tests.checks.examples import Example, fails, name_of, passes, say
from tests.factories import digest, make_record, metadata, wheel

SOUND = wheel().dist()
FILE = "hello-1.0.0-py3-none-any.whl"
INFO = "hello-1.0.0.dist-info"
HEADERS = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
LICENSED = metadata({}, "License-File: LICENSE")
FILES = {"hello/__init__.py": "", f"{INFO}/METADATA": metadata(), f"{INFO}/WHEEL": HEADERS}
SIGNED = make_record({path: text for path, text in FILES.items() if path.startswith(INFO)}, INFO)


def recorded(*more: str, without: tuple[str, ...] = ()) -> Dist:
    rows = [row for row in make_record(FILES, INFO).splitlines() if not row.startswith(without or ("\0",))]
    return wheel(headers=HEADERS, record="\n".join([*rows, *more, ""])).dist()


EXAMPLES = [
    fails(
        "wheel-describes-itself", wheel(without=("WHEEL",)).dist(), f"{FILE}::{INFO}/WHEEL: there is no {INFO}/WHEEL"
    ),
    fails(
        "wheel-describes-itself",
        wheel(info="Hello-1.0.0.dist-info").dist(),
        f"{FILE}::{INFO}/WHEEL: there is no {INFO}/WHEEL, but Hello-1.0.0.dist-info/WHEEL",
    ),
    passes("wheel-describes-itself", SOUND),
    fails(
        "wheel-has-one-info-folder",
        wheel({"hello/__init__.py": "", "world-2.dist-info/METADATA": ""}).dist(),
        f"{FILE}: there are several .dist-info folders: {INFO}, world-2.dist-info",
    ),
    passes("wheel-has-one-info-folder", wheel({"hello/_vendor/world-2.dist-info/METADATA": ""}).dist()),
    fails(
        "wheel-format-is-known",
        wheel(headers="Wheel-Version: 2.0\n").dist(),
        f"{FILE}::{INFO}/WHEEL: WHEEL says '2.0' as version of its format",
    ),
    fails(
        "wheel-format-is-known",
        wheel(headers="Generator: hand\n").dist(),
        f"{FILE}::{INFO}/WHEEL: WHEEL does not say which as version of its format",
    ),
    passes("wheel-format-is-known", wheel(headers="wheel-version: 1.9\n").dist()),
    passes("wheel-format-is-known", wheel(without=("WHEEL",)).dist()),
    fails(
        "wheel-tags-match-filename",
        wheel(headers=HEADERS.replace("py3-", "py2-")).dist(),
        f"{FILE}::{INFO}/WHEEL: the file name says py3-none-any, WHEEL says py2-none-any",
    ),
    fails(
        "wheel-tags-match-filename",
        wheel(headers=HEADERS, tag="py2.py3-none-any").dist(),
        f"hello-1.0.0-py2.py3-none-any.whl::{INFO}/WHEEL: the file name says py2-none-any, WHEEL says nothing else",
    ),
    passes("wheel-tags-match-filename", wheel(tag="py2.py3-none-any").dist()),
    fails(
        "wheel-tags-match-filename",
        wheel(headers=HEADERS.replace("py3-", "py2.py3-"), tag="py2.py3-none-any").dist(),
        f"hello-1.0.0-py2.py3-none-any.whl::{INFO}/WHEEL: WHEEL has several tags in one line, where each wants its own:"
        " py2.py3-none-any [note]",
    ),
    fails(
        "wheel-tags-match-filename",
        wheel(headers=HEADERS.replace("py3-none-any", "py2.py3")).dist(),
        f"{FILE}::{INFO}/WHEEL: the file name says py3-none-any, WHEEL says py2.py3",
    ),
    passes("wheel-tags-match-filename", wheel(tag="cp313-abi3-manylinux1_x86_64.manylinux_2_5_x86_64").dist()),
    fails(
        "wheel-purity-matches-content",
        wheel({"hello/_c.cpython-313-x86_64-linux-gnu.so": ""}).dist(),
        f"{FILE}::hello/_c.cpython-313-x86_64-linux-gnu.so: the wheel is tagged for any platform, but has compiled"
        " modules: hello/_c.cpython-313-x86_64-linux-gnu.so",
    ),
    passes("wheel-purity-matches-content", wheel({"hello/data/libhello.so": "", "hello/setup.exe": ""}).dist()),
    passes("wheel-purity-matches-content", wheel({"hello/_c.abi3.so": ""}, tag="cp313-abi3-win32").dist()),
    fails(
        "wheel-data-has-known-parts",
        wheel({"hello-1.0.0.data/bin/hello": ""}).dist(),
        f"{FILE}::hello-1.0.0.data/bin: hello-1.0.0.data/ has bin",
    ),
    passes("wheel-data-has-known-parts", wheel({"hello-1.0.0.data/scripts/hello": ""}).dist()),
    fails(
        "entry-points-are-readable",
        wheel(entry_points="[console_scripts]\nhello\n").dist(),
        f"{FILE}::{INFO}/entry_points.txt:2: entry_points.txt has a line that is no `name = value`: hello",
    ),
    fails(
        "entry-points-are-readable",
        wheel(entry_points="[console_scripts]\n../hello = hello:main\n").dist(),
        f"{FILE}::{INFO}/entry_points.txt: '../hello' is no name for a script (console_scripts)",
    ),
    passes("entry-points-are-readable", wheel(entry_points="[console_scripts]\nhello = hello:main\n").dist()),
    passes("entry-points-are-readable", SOUND),
    fails(
        "entry-points-resolve",
        wheel(
            {"hello/cli.py": ""}, entry_points="[console_scripts]\nhello = hello.main:run\nhi = hello.cli:x\n"
        ).dist(),
        f"{FILE}::{INFO}/entry_points.txt: console_scripts: hello = hello.main:run refers to hello.main, which is not in"
        " the wheel",
    ),
    passes(
        "entry-points-resolve",
        wheel(
            {
                "a/b/__init__.py": "",
                "a/c.cpython-313-x86_64-linux-gnu.so": "",
                "d.py": "",
                "hello-1.0.0.data/purelib/e.py": "",
            },
            entry_points="[g]\n1 = a\n2 = a.b:x [extra]\n3 = a.c\n4 = d:x.y\n5 = e\n6 = other.world:x\n7 = not a name\n",
        ).dist(),
    ),
    passes("entry-points-resolve", wheel(entry_points="[g\n").dist()),
    passes("entry-points-resolve", wheel(entry_points="[fsspec.specs]\nhf = hello.FileSystem\n").dist()),
    fails(
        "entry-points-resolve",
        wheel(entry_points="[console_scripts]\nhello = hello.main\n").dist(),
        f"{FILE}::{INFO}/entry_points.txt: console_scripts: hello = hello.main refers to hello.main, which is not in"
        " the wheel",
    ),
    fails(
        "entry-points-resolve",
        wheel(entry_points="[test.plugins]\nabsent = hello.absent:Plugin\n").dist(),
        f"{FILE}::{INFO}/entry_points.txt: test.plugins: absent = hello.absent:Plugin refers to hello.absent, which is"
        " not in the wheel [warning]",
    ),
    fails(
        "wheel-has-license-files",
        wheel(meta=LICENSED).dist(),
        f"{FILE}::{INFO}/licenses/LICENSE: METADATA names the licence file LICENSE, but there is no"
        f" {INFO}/licenses/LICENSE",
    ),
    passes("wheel-has-license-files", wheel({f"{INFO}/licenses/LICENSE": ""}, meta=LICENSED).dist()),
    passes(
        "wheel-has-license-files",
        wheel(meta=metadata({"Metadata-Version": "2.1", "License-Expression": None}, "License-File: LICENSE")).dist(),
    ),
    fails("record-is-readable", wheel(without=("RECORD",)).dist(), f"{FILE}::{INFO}/RECORD: there is no {INFO}/RECORD"),
    fails(
        "record-is-readable",
        wheel(record="hello/\udcff,,\n").dist(),
        f"{FILE}::{INFO}/RECORD: {INFO}/RECORD does not read",
    ),
    passes("record-is-readable", SOUND),
    fails(
        "record-names-every-file",
        recorded("hello/world.py,,", without=("hello/__init__",)),
        f"{FILE}::hello/__init__.py: hello/__init__.py is in the wheel, but not in RECORD",
        f"{FILE}::hello/world.py: hello/world.py is in RECORD, but not there",
    ),
    fails(
        "record-names-every-file",
        wheel({f"hello/{number}.txt": "" for number in range(8)}, record=f"{INFO}/METADATA,,\n").dist(),
        *(f"{FILE}::{path}: {path} is in the wheel, but not in RECORD" for path in [f"{INFO}/RECORD", f"{INFO}/WHEEL"]),
        *(f"{FILE}::hello/{n}.txt: hello/{n}.txt is in the wheel, but not in RECORD" for n in range(3)),
        f"{FILE}: the same is true of 5 more files",
    ),
    passes("record-names-every-file", SOUND),
    passes("record-names-every-file", recorded("hello/,,")),
    passes("record-names-every-file", wheel({f"{INFO}/RECORD.jws": ""}, headers=HEADERS, record=SIGNED).dist()),
    fails(
        "record-digests-match",
        recorded(f"hello/__init__.py,{digest('x')},0", without=("hello/__init__",)),
        f"{FILE}::{INFO}/RECORD:4: hello/__init__.py has another digest than RECORD says",
    ),
    fails(
        "record-digests-match",
        recorded(f"hello/__init__.py,{digest('')},7", without=("hello/__init__",)),
        f"{FILE}::{INFO}/RECORD:4: hello/__init__.py has 0 bytes, where RECORD says 7",
    ),
    fails(
        "record-digests-match",
        recorded("hello/__init__.py,md5=1B2M2Y8AsgTpgAmY7PhCfg,0", without=("hello/__init__",)),
        f"{FILE}::{INFO}/RECORD:4: hello/__init__.py has a digest by md5 in RECORD, where sha256 or better is asked for",
    ),
    fails(
        "record-digests-match",
        recorded("hello/__init__.py,,", without=("hello/__init__",)),
        f"{FILE}::{INFO}/RECORD:4: hello/__init__.py has no digest in RECORD",
    ),
    fails(
        "record-digests-match",
        recorded("hello/__init__.py,sha256=?!?,0", without=("hello/__init__",)),
        f"{FILE}::{INFO}/RECORD:4: hello/__init__.py has another digest than RECORD says",
    ),
    passes("record-digests-match", SOUND),
    passes("record-digests-match", recorded(f"hello/__init__.py,{digest('')},", without=("hello/__init__",))),
    fails(
        "record-names-each-file-once",
        recorded(f"hello/__init__.py,{digest('')},0"),
        f"{FILE}::{INFO}/RECORD:5: hello/__init__.py is in RECORD twice",
    ),
    passes("record-names-each-file-once", SOUND),
    fails(
        "typed-packages-say-so",
        wheel({"hello/__init__.py": ""}, meta=metadata({}, "Classifier: Typing :: Typed")).dist(),
        f"{FILE}::hello/py.typed: hello has no py.typed, but it is classified as Typing :: Typed",
    ),
    fails(
        "typed-packages-say-so",
        wheel({"hello/__init__.py": "", "hello/__init__.pyi": ""}).dist(),
        f"{FILE}::hello/py.typed: hello has no py.typed, but it has stub files (.pyi)",
    ),
    fails(
        "typed-packages-say-so",
        wheel({"hello/__init__.py": "def hello() -> str: ...\n", "hello/tests/a.py": "def a(): ...\n"}).dist(),
        f"{FILE}::hello/py.typed: hello has no py.typed, but 1 of 1 modules with functions are annotated",
    ),
    passes("typed-packages-say-so", wheel({"hello/a.py": "def a() -> str: ...\n", "hello/py.typed": ""}).dist()),
    passes(
        "typed-packages-say-so", wheel({"hello/a.py": "def a() -> str: ...\n", "hello/b.py": "def b(): ..."}).dist()
    ),
    passes("typed-packages-say-so", wheel({"hello.py": "def a() -> str: ...\n"}).dist()),
    passes("typed-packages-say-so", wheel({"hello-stubs/__init__.pyi": ""}).dist()),
    passes("typed-packages-say-so", wheel({"hello/a.py": "", "hello/b/py.typed": "", "c/a.pyi": ""}).dist()),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_wheels(example: Example) -> None:
    assert say(example.check, example.subject) == example.says
