"""The files within an archive as a tree: names and sizes, and no longer than there is room for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pypublish.render.text import printable
from pypublish.sizes import plural, size

WIDEST = 60
"""Columns up to which names are lined up with the sizes."""

DEEPEST = 40
"""Folders within each other that are told apart."""

LONGEST = 200
"""Characters of one name; longer ones are cut."""


@dataclass(slots=True)
class _Folder:
    """A folder while the tree is made; `bytes` and `count` are those of all files below it."""

    folders: dict[str, _Folder] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    bytes: int = 0
    count: int = 0
    open: bool = False

    @property
    def width(self) -> int:
        return len(self.folders) + len(self.files)


def tree(files: Mapping[str, int], *, lines: int) -> list[str]:
    """Return the lines of a tree of `files`, path and size in bytes: at most about `lines` of them.

    Where there is no room, a folder stands for what is in it, the fullest and deepest ones first.
    """
    root = _grown(files)
    _open(root, lines)
    rows = list(_rows(root, "", lines))[:lines]
    column = max((len(name) for name, _ in rows if len(name) <= WIDEST), default=0)
    return [f"{name:<{column}}  {told}".rstrip() for name, told in rows]


def _grown(files: Mapping[str, int]) -> _Folder:
    root = _Folder()
    for path, number in files.items():
        *folders, name = path.split("/", DEEPEST)
        place = root
        _count(place, number)
        for folder in folders:
            place = place.folders.setdefault(folder, _Folder())
            _count(place, number)
        place.files[name] = number
    return root


def _count(folder: _Folder, number: int) -> None:
    folder.bytes += number
    folder.count += 1


def _open(root: _Folder, room: int) -> None:
    """Open folders, level by level and the smallest first, as long as there is room for what is in them."""
    room -= min(root.width, room)
    level = [root]
    root.open = True
    while level:
        inner = [folder for parent in level for folder in parent.folders.values()]
        level = []
        for folder in sorted(inner, key=lambda folder: folder.width):
            if folder.width <= room:
                room -= folder.width
                folder.open = True
                level.append(folder)


def _rows(folder: _Folder, indent: str, room: int) -> Iterator[tuple[str, str]]:
    entries: list[tuple[str, _Folder | int]] = [*sorted(folder.folders.items()), *sorted(folder.files.items())]
    shown = entries if len(entries) <= room else entries[: max(room - 1, 0)]
    for number, (name, entry) in enumerate(shown, 1):
        last = number == len(entries)
        line = f"{indent}{'└── ' if last else '├── '}{_name(name)}"
        if isinstance(entry, int):
            yield line, size(entry)
            continue
        yield f"{line}/", "" if entry.open else f"{plural(entry.count, 'file')}, {size(entry.bytes)}"
        if entry.open:
            yield from _rows(entry, f"{indent}{'    ' if last else '│   '}", room)
    if len(shown) < len(entries):
        rest = entries[len(shown) :]
        count = sum(1 if isinstance(entry, int) else entry.count for _, entry in rest)
        number = sum(entry if isinstance(entry, int) else entry.bytes for _, entry in rest)
        yield f"{indent}└── …", f"{plural(count, 'more file')}, {size(number)}"


def _name(name: str) -> str:
    shown = printable(name).replace("\n", "\\n")
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
