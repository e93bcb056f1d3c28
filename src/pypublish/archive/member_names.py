"""What a member's name may be: by itself, and beside the names of the others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from pypublish.archive.contents import Limits, Member, MemberKind
from pypublish.archive.flaws import Flaws

LONGEST_PART: Final = 255
"""Bytes that a part of a path may have on the usual file systems."""
LONGEST_PATH: Final = 4096
"""Bytes that a path may have."""

_PART = r"[A-Za-z0-9_.+-]*[A-Za-z0-9_+-]"
_USUAL = re.compile(rf"{_PART}(?:/{_PART})*")
"""Names of which nothing can be wrong but a reserved or an overlong part: nearly all."""
_RESERVED = re.compile(r"(?:^|/)(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.[^/]*)?(?=/|$)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DRIVE = re.compile(r"[A-Za-z]:")
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*]')
_NO_ENDS = frozenset({".", " "})
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})
"""Categories of Unicode that nobody sees: uv refuses them in a ZIP."""

_PLAIN: Final = "member-names-are-plain"
_INSIDE: Final = "member-names-stay-inside"
_SUITS: Final = "member-names-suit-every-system"
_CASE: Final = "member-names-differ-in-more-than-case"


def judge_each(members: Iterable[Member], flaws: Flaws, *, in_zip: bool) -> None:
    """Note what is wrong with a name by itself."""
    for member in members:
        name = member.name
        if len(name) * 4 > LONGEST_PART and _is_long(name, flaws):
            continue
        if _USUAL.fullmatch(name) is None:
            for rule, code, message in _oddities(name, in_zip=in_zip):
                flaws.add(rule, f"{shown(name)} {message}", member=name, code=code)
        if _RESERVED.search(name):
            message = f"{shown(name)} has a part that is the name of a device on Windows"
            flaws.add(_SUITS, message, member=name, code="reserved")


def _oddities(name: str, *, in_zip: bool) -> Iterator[tuple[str, str, str]]:
    """Yield rule, code and message for each thing that is wrong with a name."""
    if not name:
        yield _PLAIN, "empty", "is no name"
        return
    parts = name.split("/")
    if _CONTROL.search(name):
        yield _PLAIN, "control", "has a control character"
    elif not name.isascii() and any(unicodedata.category(letter) in _INVISIBLE for letter in name):
        yield _PLAIN if in_zip else _SUITS, "invisible", "has an invisible character"
    if "\\" in name:
        yield _PLAIN, "backslash", "has a backslash"
    if name.startswith("/") or _DRIVE.match(name):
        yield _INSIDE, "absolute", "is an absolute path"
    elif ".." in name.replace("\\", "/").split("/"):
        yield _INSIDE, "parent", "leads out of its folder by '..'"
    elif "" in parts or "." in parts[1:] or name == ".":
        yield _PLAIN, "dot", "has an empty part, or one that is a single dot"
    elif parts[0] == ".":
        yield "archive-reads-one-way", "dot-slash", "begins with './'"
    yield from _for_systems(name, parts, in_zip=in_zip)


def _for_systems(name: str, parts: list[str], *, in_zip: bool) -> Iterator[tuple[str, str, str]]:
    if not in_zip and (":" in name or name != name.strip(" ")):
        yield _PLAIN, "tar-policy", "has a colon, or a blank at an end, which uv refuses in a tar"
    elif _NOT_ON_WINDOWS.search(name) or any(part[-1:] in _NO_ENDS and part.strip(".") for part in parts):
        yield _SUITS, "windows", "cannot be written on Windows"


def _is_long(name: str, flaws: Flaws) -> bool:
    """Note a name that no file system takes."""
    path, longest = len(name.encode()), max(len(part.encode()) for part in name.split("/"))
    if path <= LONGEST_PATH and longest <= LONGEST_PART:
        return False
    length, bound = (longest, LONGEST_PART) if longest > LONGEST_PART else (path, LONGEST_PATH)
    flaws.add(
        _PLAIN, f"{shown(name)} has {length:,} bytes in a row; file systems take {bound:,}", member=name, code="long"
    )
    return True


def judge_together(members: Iterable[Member], flaws: Flaws, limits: Limits) -> None:
    """Note where names get in each other's way; `./a` is `a` to whoever unpacks it."""
    tree = _Tree(flaws, limits)
    for member in members:
        if len(member.name) <= LONGEST_PATH:
            tree.add(member.name.removeprefix("./"), member.kind)
    tree.judge_files_as_folders()


class _Tree:
    """The files and folders of an archive by their names as the least discerning file system has them."""

    def __init__(self, flaws: Flaws, limits: Limits) -> None:
        self._flaws = flaws
        self._room = limits.names
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._listed: set[str] = set()
        self._links: set[str] = set()

    def add(self, name: str, kind: MemberKind) -> None:
        if kind is MemberKind.DIRECTORY:
            if name in self._listed:
                message = f"the folder {shown(name)} is listed twice"
                self._flaws.add("archive-reads-one-way", message, member=name, code="folder-twice")
            self._listed.add(name)
            self._add_folder(name)
            return
        if kind is MemberKind.SYMLINK:
            self._links.add(name)
        self._add_file(name)
        self._add_folder(name.rpartition("/")[0])

    def _add_file(self, name: str) -> None:
        key = _folded(name)
        if key not in self._files:
            self._files[key] = name
            return
        other = self._files[key]
        if other == name:
            message = f"{shown(name)} is there more than once"
            self._flaws.add("member-names-are-unique", message, member=name, code="twice")
        else:
            message = f"{shown(other)} and {shown(name)} differ in case or accents only"
            self._flaws.add(_CASE, message, member=name, code="file")

    def _add_folder(self, path: str) -> None:
        while path and self._room > 0:
            key = _folded(path)
            other = self._folders.get(key)
            if other is not None and other != path:
                message = f"the folders {shown(other)} and {shown(path)} differ in case or accents only"
                self._flaws.add(_SUITS, message, member=path, code="folder")
            if other is not None:
                return
            self._folders[key] = path
            self._room -= len(path)
            path = path.rpartition("/")[0]
        if self._room <= 0:
            self._flaws.add("archive-is-bounded", "there are too many folders in folders", code="folders")

    def judge_files_as_folders(self) -> None:
        """Note names that are a file and a folder at once."""
        for key in self._files.keys() & self._folders.keys():
            name, folder = self._files[key], self._folders[key]
            if name != folder:
                message = f"the file {shown(name)} and the folder {shown(folder)} differ in case or accents only"
                self._flaws.add(_CASE, message, member=name, code="folder")
            elif name in self._links:
                message = f"files are written through the link {shown(name)}"
                self._flaws.add("links-stay-inside", message, member=name, code="through")
            else:
                message = f"{shown(name)} is a file and a folder"
                self._flaws.add("member-names-are-unique", message, member=name, code="file-and-folder")


def _folded(name: str) -> str:
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def shown(name: str) -> str:
    """Return a name in quotes, with everything escaped that cannot be seen, and cut if it is long."""
    quoted = repr(name)
    return quoted if len(quoted) <= 160 else f"{quoted[:120]}…{quoted[-30:]}"  # noqa: PLR2004
