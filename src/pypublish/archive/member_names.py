"""What a member's name may be: by itself, and beside the names of the others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from pypublish.archive.contents import Member, MemberKind
from pypublish.archive.flaws import Flaws

LONGEST_PART: Final = 255
"""Bytes that a part of a path may have on the usual file systems."""

_PART = r"[A-Za-z0-9_.+-]*[A-Za-z0-9_+-]"
_USUAL = re.compile(rf"{_PART}(?:/{_PART})*")
"""Names of which nothing can be wrong but a reserved or an overlong part: nearly all."""
_RESERVED = re.compile(r"(?:^|/)(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.[^/]*)?(?=/|$)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DRIVE = re.compile(r"[A-Za-z]:")
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*]|[^/.][. ]*[. ](?=/|$)')
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
        if _USUAL.fullmatch(name) is None:
            for rule, code, message in _oddities(name, in_zip=in_zip):
                flaws.add(rule, f"{shown(name)} {message}", member=name, code=code)
        if len(name) * 4 > LONGEST_PART:
            _judge_length(name, flaws)
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
    yield from _for_systems(name, in_zip=in_zip)


def _for_systems(name: str, *, in_zip: bool) -> Iterator[tuple[str, str, str]]:
    if not in_zip and (":" in name or name != name.strip(" ")):
        yield _PLAIN, "tar-policy", "has a colon, or a blank at an end, which uv refuses in a tar"
    elif _NOT_ON_WINDOWS.search(name):
        yield _SUITS, "windows", "cannot be written on Windows"


def _judge_length(name: str, flaws: Flaws) -> None:
    longest = max(len(part.encode()) for part in name.split("/"))
    if longest > LONGEST_PART:
        message = f"a part of the name has {longest} bytes; file systems take {LONGEST_PART}"
        flaws.add(_PLAIN, message, member=name, code="long")


def judge_together(members: Iterable[Member], flaws: Flaws) -> None:
    """Note where names get in each other's way; `./a` is `a` to whoever unpacks it."""
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    links: set[str] = set()
    explicit: set[str] = set()
    for member in members:
        name = member.name.removeprefix("./")
        if member.kind is MemberKind.DIRECTORY:
            if name in explicit:
                message = f"the folder {shown(name)} is listed twice"
                flaws.add("archive-reads-one-way", message, member=name, code="folder-twice")
            explicit.add(name)
            _add_folder(name, folders, flaws)
            continue
        if member.kind is MemberKind.SYMLINK:
            links.add(name)
        _add_file(name, files, flaws)
        _add_folder(name.rpartition("/")[0], folders, flaws)
    _judge_files_as_folders(files, folders, links, flaws)


def _judge_files_as_folders(files: dict[str, str], folders: dict[str, str], links: set[str], flaws: Flaws) -> None:
    for key in files.keys() & folders.keys():
        name, folder = files[key], folders[key]
        if name != folder:
            message = f"the file {shown(name)} and the folder {shown(folder)} differ in case or accents only"
            flaws.add(_CASE, message, member=name, code="folder")
        elif name in links:
            message = f"files are written through the link {shown(name)}"
            flaws.add("links-stay-inside", message, member=name, code="through")
        else:
            message = f"{shown(name)} is a file and a folder"
            flaws.add("member-names-are-unique", message, member=name, code="file-and-folder")


def _add_file(name: str, files: dict[str, str], flaws: Flaws) -> None:
    key = _folded(name)
    if key not in files:
        files[key] = name
        return
    other = files[key]
    if other == name:
        message = f"{shown(name)} is there more than once"
        flaws.add("member-names-are-unique", message, member=name, code="twice")
    else:
        message = f"{shown(other)} and {shown(name)} differ in case or accents only"
        flaws.add(_CASE, message, member=name, code="file")


def _add_folder(path: str, folders: dict[str, str], flaws: Flaws) -> None:
    while path:
        other = folders.setdefault(_folded(path), path)
        if other != path:
            message = f"the folders {shown(other)} and {shown(path)} differ in case or accents only"
            flaws.add(_SUITS, message, member=path, code="folder")
        if other is not path:
            return
        path = path.rpartition("/")[0]


def _folded(name: str) -> str:
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def shown(name: str) -> str:
    """Return a name in quotes, with everything escaped that cannot be seen, and cut if it is long."""
    quoted = repr(name)
    return quoted if len(quoted) <= 160 else f"{quoted[:120]}…{quoted[-30:]}"  # noqa: PLR2004
