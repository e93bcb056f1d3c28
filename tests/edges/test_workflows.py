from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pypublish.edges.github_yaml import VALUE_LIMIT, parse
from pypublish.edges.workflows import SIZE_LIMIT, read_workflows

RELEASE = """\
name: Release
on:
  push:
    tags: ["v*"]
  workflow_dispatch:

permissions: {}
jobs:
  publish:
    runs-on: ubuntu-latest
    permissions:
      id-token: write # why
    steps:
      - uses: a/b@v1
      - name: x
        run: |
          one
          two
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_key_and_item_has_its_line(end: str) -> None:
    file = parse(RELEASE.replace("\n", end), "release.yml")
    assert file.mistake == ""
    assert file.lines["on",] == 2
    assert file.lines["on", "push", "tags", 0] == 4
    assert file.lines["jobs", "publish", "permissions", "id-token"] == 12
    assert file.lines["jobs", "publish", "steps", 1] == 15
    assert file.lines["jobs", "publish", "steps", 1, "run"] == 16
    assert file.data["on"] == {"push": {"tags": ["v*"]}, "workflow_dispatch": None}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("off", "off"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("12", 12),
        ("-3", -3),
        ("0o14", "0o14"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("1.10", "1.10"),
        ("2026-11-20", "2026-11-20"),
        ("'true'", "true"),
        ('""', ""),
        ("!!python/object:os.system x", "x"),
    ],
)
def test_words_are_read_as_github_reads_them(written: str, read: object) -> None:
    value = parse(f"key: {written}\n", "w.yml").data["key"]
    assert (value, type(value)) == (read, type(read))


@pytest.mark.parametrize(
    ("on", "events"),
    [
        ("on: push", "push"),
        ("on: [push, pull_request]", ["push", "pull_request"]),
        ("'on': push", "push"),
        ('"on":\n  push:', {"push": None}),
    ],
)
def test_on_is_a_word_and_not_true(on: str, events: object) -> None:
    assert parse(on, "w.yml").data == {"on": events}


def test_anchors_repeat_what_they_name_with_the_lines_it_was_written_on() -> None:
    file = parse("a: &x\n  uses: b\nc: *x\nd:\n  - *x\n", "w.yml")
    assert file.data == {"a": {"uses": "b"}, "c": {"uses": "b"}, "d": [{"uses": "b"}]}
    assert (file.lines["c",], file.lines["c", "uses"], file.lines["d", 0]) == (3, 2, 5)


@pytest.mark.parametrize(
    ("text", "mistake", "line"),
    [
        ("a: [1, 2\nb: 3\n", "',' or ']'", 2),
        ("a:\n\t- b\n", "cannot start any token", 2),
        ("a: 1\na: 2\n", "'a' twice", 2),
        ("? [a]\n: b\n", "no word", 1),
        ("- a\n", "no mapping", 1),
        ("", "no mapping", 1),
        ("a: 1\n---\nb: 2\n", "more than one document", 2),
        ("a: *nowhere\n", "alias *nowhere", 1),
        ("a: \x07\n", "character", None),
        ("&a [*a]", "alias *a", 1),
        ("[" * 50_000, "too deeply", 1),
        ("- " * 50_000, "too deeply", 1),
        ("{a: " * 50_000, "too deeply", 1),
    ],
)
def test_what_does_not_read_says_why_and_where(text: str, mistake: str, line: int | None) -> None:
    file = parse(text, "w.yml")
    assert mistake in file.mistake
    assert file.mistake_line == line
    assert file.data == {}


def test_aliases_of_aliases_end_early() -> None:
    laughs = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    began = time.process_time()
    file = parse("\n".join(laughs), "w.yml")
    assert str(VALUE_LIMIT) in file.mistake
    assert time.process_time() - began < 2


@given(st.text() | st.lists(st.sampled_from([*"&*[]{}:,-\n !|>'\"#%?", "a", "<<", "on", "  "])).map("".join))
def test_no_text_is_too_odd(text: str) -> None:
    file = parse(text, "w.yml")
    assert bool(file.mistake) == (file.data == {} and text.strip() != "{}") or file.data == {}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text("abcxyz ", max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_whatever_is_written_is_read_back(value: object) -> None:
    assert parse(yaml.safe_dump({"key": value}), "w.yml").data == {"key": value}


def test_a_repository_is_read_with_its_own_actions(tmp_path: Path) -> None:
    files = {
        ".github/workflows/release.yml": RELEASE,
        ".github/workflows/ci.yaml": "on: push\n",
        ".github/workflows/notes.txt": "no",
        ".github/workflows/more/nested.yml": "on: push\n",
        ".github/actions/build/action.yml": "runs: {using: composite}\n",
        "action.yaml": "runs: {using: composite}\n",
        "docs/action.yml": "no: action\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = read_workflows(tmp_path)
    assert [file.path for file in found.workflows] == [".github/workflows/ci.yaml", ".github/workflows/release.yml"]
    assert [file.path for file in found.actions] == ["action.yaml", ".github/actions/build/action.yml"]
    assert found.workflows[1].name == "release.yml"


def test_files_are_named_as_seen_from_the_project(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "release.yml").write_text(RELEASE)
    found = read_workflows(tmp_path, seen_from=tmp_path / "packages" / "a")
    assert [file.path for file in found.workflows] == ["../../.github/workflows/release.yml"]


def test_a_repository_without_workflows(tmp_path: Path) -> None:
    found = read_workflows(tmp_path)
    assert found.workflows == found.actions == ()


@pytest.mark.parametrize(
    ("content", "mistake", "line"),
    [
        (b"\xef\xbb\xbfon: push\n", "", None),
        (b"on: push\nname: \xff\n", "is not UTF-8", 2),
        (b"#" * (SIZE_LIMIT + 1), "longer than", None),
    ],
)
def test_bytes_that_are_no_text_are_said_and_not_raised(
    tmp_path: Path, content: bytes, mistake: str, line: int | None
) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "w.yml").write_bytes(content)
    (file,) = read_workflows(tmp_path).workflows
    assert mistake in file.mistake
    assert file.mistake_line == line
    assert bool(mistake) != (file.data == {"on": "push"})
