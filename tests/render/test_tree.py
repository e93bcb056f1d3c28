"""The tree of what is in a file: all of it where there is room, folders counted where there is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.render.tree import tree
from pypublish.sizes import difference, plural, size

SMALL = {"hello/__init__.py": 0, "hello/cli/main.py": 1_234, "hello-1.0.dist-info/METADATA": 812, "top.pth": 9}


def test_a_small_one_is_shown_whole() -> None:
    assert "\n".join(tree(SMALL, lines=60)) == snapshot("""\
├── hello/
│   ├── cli/
│   │   └── main.py       1.2 kB
│   └── __init__.py       0 B
├── hello-1.0.dist-info/
│   └── METADATA          812 B
└── top.pth               9 B\
""")


def test_a_large_one_has_its_fullest_folders_closed() -> None:
    files = SMALL | {f"hello/data/{number}.bin": 1_000_000 for number in range(5000)}
    assert "\n".join(tree(files, lines=12)) == snapshot("""\
├── hello/
│   ├── cli/
│   │   └── main.py       1.2 kB
│   ├── data/             5,000 files, 5.0 GB
│   └── __init__.py       0 B
├── hello-1.0.dist-info/
│   └── METADATA          812 B
└── top.pth               9 B\
""")


def test_a_flat_one_is_cut() -> None:
    assert "\n".join(tree({f"{number:02}.py": 10 for number in range(30)}, lines=4)) == snapshot("""\
├── 00.py  10 B
├── 01.py  10 B
├── 02.py  10 B
└── …      27 more files, 270 B\
""")


def test_sizes() -> None:
    assert [size(number) for number in (0, 999, 1000, 4_120, 999_949, 999_951, 12_000_000, 3 * 10**12)] == snapshot(
        ["0 B", "999 B", "1.0 kB", "4.1 kB", "999.9 kB", "1.0 MB", "12.0 MB", "3000.0 GB"]
    )
    assert [difference(now, 1000) for now in (400, 1000, 2500)] == snapshot(["-600 B", "±0 B", "+1.5 kB"])
    assert [plural(number, "file") for number in (0, 1, 6800)] == snapshot(["0 files", "1 file", "6,800 files"])


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 10**12), max_size=40), st.integers(1, 30))
def test_it_is_never_longer_and_never_steers(files: dict[str, int], lines: int) -> None:
    shown = tree(files, lines=lines)
    assert len(shown) <= lines
    assert all(line.isprintable() for line in shown)


@given(st.dictionaries(st.from_regex(r"[a-c]{1,2}(/[a-c]{1,2}){0,4}", fullmatch=True), st.integers(0, 999)))
def test_where_there_is_room_every_file_is_shown(files: dict[str, int]) -> None:
    shown = tree(files, lines=1000)
    assert sum(line.endswith(" B") for line in shown) == len(files)
