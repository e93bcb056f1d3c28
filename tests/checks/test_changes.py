"""What has changed since the release before: files, what is in one of them, metadata."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pypublish.checks.changed_metadata import FieldChange, changed_fields
from pypublish.checks.changes import Changes, FileChange, MemberChange, compare
from pypublish.checks.subjects import Dists
from pypublish.pypi.metadata import from_file
from tests.factories import Made, metadata, sdist, wheel
from tests.render.releases import before, read


def changes(old: list[Made], new: list[Made]) -> Changes:
    return compare(before(old, version="0.9.0"), Dists(dists=read(new)))


def test_the_same_again_has_not_changed() -> None:
    found = changes([sdist(version="0.9.0"), wheel(version="0.9.0")], [sdist(), wheel()])
    assert (found.since, found.index, found.compared) == ("0.9.0", "PyPI", "hello-1.0.0-py3-none-any.whl")
    assert [(one.now, one.before) for one in found.files] == [
        ("hello-1.0.0-py3-none-any.whl", "hello-0.9.0-py3-none-any.whl"),
        ("hello-1.0.0.tar.gz", "hello-0.9.0.tar.gz"),
    ]
    assert (found.members, found.fields, found.unknown) == ((), (), "")


def test_what_came_went_and_grew_in_a_wheel() -> None:
    old = wheel({"hello/a.py": "1", "hello/b.py": "22", "hello/same.py": "x", "hello/other.py": "xy"}, version="0.9.0")
    new = wheel({"hello/b.py": "333", "hello/same.py": "x", "hello/other.py": "yx", "hello/c.py": "4444"})
    assert changes([old], [new]).members == (
        MemberChange(name="hello/a.py", before=1, now=None),
        MemberChange(name="hello/b.py", before=2, now=3),
        MemberChange(name="hello/c.py", before=None, now=4),
        MemberChange(name="hello/other.py", before=2, now=2),
    )


def test_folders_that_bear_the_version_are_the_same_folders() -> None:
    old = wheel({"hello-0.9.0.data/scripts/hello": "a", "hello-0.9.0.dist-info/licenses/LICENSE": "b"}, version="0.9.0")
    new = wheel({"hello-1.0.0.data/scripts/hello": "aa", "hello-1.0.0.dist-info/licenses/LICENSE": "b"})
    assert [one.name for one in changes([old], [new]).members] == [".data/scripts/hello"]


def test_where_there_was_only_an_sdist_sdists_are_compared() -> None:
    found = changes([sdist({"hello/a.py": ""}, version="0.9.0")], [sdist({"hello/b.py": ""}), wheel()])
    assert found.compared == "hello-1.0.0.tar.gz"
    assert [(one.name, one.before, one.now) for one in found.members] == [
        ("hello/a.py", 0, None),
        ("hello/b.py", None, 0),
        ("pyproject.toml", 43, 43),
    ]


def test_platforms_that_came_and_went() -> None:
    old = [wheel(tag=tag, version="0.9.0") for tag in ("cp38-cp38-win32", "cp312-cp312-manylinux_2_17_x86_64")]
    new = [wheel(tag=tag) for tag in ("cp313-cp313-win32", "cp312-cp312-manylinux_2_28_x86_64")]
    assert [(one.now, one.before) for one in changes(old, new).files] == [
        ("hello-1.0.0-cp312-cp312-manylinux_2_28_x86_64.whl", "hello-0.9.0-cp312-cp312-manylinux_2_17_x86_64.whl"),
        ("hello-1.0.0-cp313-cp313-win32.whl", ""),
        ("", "hello-0.9.0-cp38-cp38-win32.whl"),
    ]


def test_a_release_without_a_like_file_says_so() -> None:
    found = changes([wheel(tag="cp38-cp38-win32", version="0.9.0")], [sdist()])
    assert (found.compared, found.members) == ("", ())
    assert found.unknown == "no file of this release is like one of the release before"


def test_an_index_that_says_no_sizes() -> None:
    old = before([sdist(version="0.9.0")])
    old = replace(old, files=tuple(replace(file, size=None) for file in old.files))
    found = compare(old, Dists(dists=read([sdist()])))
    assert [one.size_before for one in found.files] == [None]


def test_metadata_that_say_the_same_in_other_words() -> None:
    old = metadata(None, "Requires-Dist: Foo_Bar (>=1) ; python_version < '3.9'", "Requires-Dist: b")
    new = metadata(None, "Requires-Dist: b", 'Requires-Dist: foo-bar>=1; python_version < "3.9"')
    assert list(changed_fields(from_file(old.encode()), from_file(new.encode()))) == []


def test_what_people_look_for_comes_first() -> None:
    old = metadata(
        {"License-Expression": "MIT", "Author": "Jo", "Requires-Python": ">=3.8"}, "Project-URL: Home, https://a"
    )
    new = metadata(
        {"License-Expression": "BSD-3-Clause", "Author": "Al", "Requires-Python": ">=3.9"}, "Requires-Dist: b"
    )
    assert list(changed_fields(from_file(old.encode()), from_file(new.encode()))) == [
        FieldChange(field="requires-python", removed=(">=3.8",), added=(">=3.9",)),
        FieldChange(field="dependencies", removed=(), added=("b",)),
        FieldChange(field="licence expression", removed=("MIT",), added=("BSD-3-Clause",)),
        FieldChange(field="links", removed=("Home, https://a",), added=()),
        FieldChange(field="author", removed=("Jo",), added=("Al",)),
    ]


def test_entry_points() -> None:
    old = wheel(version="0.9.0", entry_points="[console_scripts]\nhello = hello:main\nbye = hello:bye\n")
    new = wheel(entry_points="[console_scripts]\nhello = hello.cli:main\nbye = hello:bye\n")
    assert changes([old], [new]).fields == (
        FieldChange(
            field="entry points",
            removed=("console_scripts: hello = hello:main",),
            added=("console_scripts: hello = hello.cli:main",),
        ),
    )


def test_where_only_metadata_were_had_they_are_compared() -> None:
    old = before([wheel(version="0.9.0", meta=metadata({"Requires-Python": ">=3.7"}, version="0.9.0"))])
    found = compare(replace(old, dist=None, unknown="it was too large"), Dists(dists=read([wheel()])))
    assert [one.field for one in found.fields] == ["requires-python"]
    assert (found.members, found.unknown) == ((), "it was too large")


def test_a_kind_of_file_that_is_new() -> None:
    first: FileChange = changes([sdist(version="0.9.0")], [wheel(), sdist()]).files[0]
    assert (first.now, first.before, first.size_before) == ("hello-1.0.0-py3-none-any.whl", "", None)


@given(st.binary())
def test_any_metadata_can_be_compared(foreign: bytes) -> None:
    list(changed_fields(from_file(foreign), from_file(metadata().encode())))
