"""A ZIP from the outside in: its end, its directory, then everything from the first byte to the last."""

from __future__ import annotations

import stat
from typing import BinaryIO, Final

from pypublish.archive import inflate, member_names, tar_header, zip_directory, zip_end, zip_local, zip_tail
from pypublish.archive.contents import DEFAULT, Contents, Limits, Member, MemberKind, Search
from pypublish.archive.flaws import Flaws
from pypublish.archive.payload import Keep, Payloads
from pypublish.archive.reader import Digests, Reader, blocks_of, size_of
from pypublish.archive.zip_directory import Entry
from pypublish.archive.zip_end import UnreadableZipError
from pypublish.archive.zip_scan import Scan, StopError

FEW: Final = 1_000
"""Members of which no two have the same checksum by accident but in one of ten thousand such archives."""

_SET_ID: Final = stat.S_ISUID | stat.S_ISGID
_USUAL_TYPES: Final = {0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK}


def read_zip(file: BinaryIO, *, keep: Keep, search: Search | None = None, limits: Limits = DEFAULT) -> Contents:
    """Read an open ZIP, and note everything that is wrong with it.

    Raises:
        OSError: the file cannot be read; never because of what is in it.

    """
    flaws, digests = Flaws(), Digests()
    size = size_of(file)
    payloads = Payloads(keep=keep, search=search, limits=limits, flaws=flaws)
    if tar_header.is_tar(file):
        flaws.add("archive-is-one-format", "the file is a tar as well as a ZIP", code="both")
    reader = Reader(blocks_of(file, digests))
    members: tuple[Member, ...] = ()
    try:
        end = zip_end.find(file, size, flaws)
        entries = zip_directory.read(file, end, limits, flaws)
    except UnreadableZipError as error:
        flaws.add("archive-is-readable", str(error), code=error.code)
    else:
        scan = Scan(reader=reader, end=end, entries=entries, size=size, payloads=payloads, limits=limits, flaws=flaws)
        members = _read(scan)
    reader.drain()
    return Contents(
        format="zip",
        size=size,
        sha256=digests.sha256.hexdigest(),
        blake2b_256=digests.blake2b_256.hexdigest(),
        members=members,
        texts=payloads.texts,
        found=payloads.found,
        flaws=flaws.all(),
    )


def _read(scan: Scan) -> tuple[Member, ...]:
    _judge_directory(scan.entries, scan.size, scan.limits, scan.flaws)
    if "archive-is-no-bomb" in scan.flaws:
        scan.payloads = None
    if "archive-is-bounded" not in scan.flaws:
        _scan(scan)
    members = tuple(scan.read.get(entry.raw_name) or entry.member for entry in scan.entries)
    _judge_members(scan.entries, members, scan.flaws, scan.limits)
    return members


def _scan(scan: Scan) -> None:
    """Read the ZIP from start to end, or to where it makes no sense any more."""
    try:
        zip_tail.read_end(scan, zip_tail.read_directory(scan, zip_local.read_members(scan)))
    except StopError:
        return


def _judge_directory(entries: list[Entry], size: int, limits: Limits, flaws: Flaws) -> None:
    """Judge what can be judged before any content is read."""
    if not entries:
        flaws.add("archive-has-members", "there is nothing in the ZIP", code="empty")
    unpacked = sum(entry.size for entry in entries)
    if unpacked > limits.ratio_from and unpacked > limits.ratio * size:
        message = f"{size:,} bytes would unpack to {unpacked:,}, more than {limits.ratio} times as many"
        flaws.add("archive-is-no-bomb", message, code="ratio")
    for entry in entries:
        if entry.method not in {inflate.STORED, inflate.DEFLATED}:
            message = f"it is compressed by method {entry.method}; PyPI takes 0 (stored) and 8 (deflated)"
            flaws.add("zip-uses-deflate", message, member=entry.name, code="method")


def _judge_members(entries: list[Entry], members: tuple[Member, ...], flaws: Flaws, limits: Limits) -> None:
    for entry, member in zip(entries, members, strict=True):
        _judge_type(entry, member, flaws)
        if entry.size and not entry.crc:
            message = "its checksum is 0, which is that of an empty file"
            flaws.add("zip-checksums-are-plausible", message, member=entry.name, code="zero")
    if len(entries) <= FEW:
        _judge_checksums(entries, members, flaws)
    member_names.judge_each(members, flaws, in_zip=True)
    if "member-names-are-unique" not in flaws:
        member_names.judge_together(members, flaws, limits)


def _judge_type(entry: Entry, member: Member, flaws: Flaws) -> None:
    kind = stat.S_IFMT(entry.mode)
    if member.kind is MemberKind.SYMLINK:
        flaws.add("no-symbolic-links", "it is a symbolic link", member=entry.name, code="symlink")
    elif member.kind is MemberKind.DIRECTORY and (entry.size or kind == stat.S_IFLNK):
        flaws.add("folders-have-no-content", "it is named as a folder, but is none", member=entry.name, code="folder")
    elif kind not in _USUAL_TYPES:
        flaws.add("archive-reads-one-way", "its mode says that it is no file", member=entry.name, code="special")
    if member.kind is MemberKind.FILE and entry.mode & _SET_ID:
        message = "it would run as its owner or group (set-user-id, set-group-id)"
        flaws.add("modes-are-plain", message, member=entry.name, code="set-id")


def _judge_checksums(entries: list[Entry], members: tuple[Member, ...], flaws: Flaws) -> None:
    """Note files that have the same checksum though not the same content."""
    first: dict[int, Member] = {}
    for entry, member in zip(entries, members, strict=True):
        if entry.size and member.sha256 and first.setdefault(entry.crc, member).sha256 != member.sha256:
            message = f"it has the checksum of {member_names.shown(first[entry.crc].name)}, but not its content"
            flaws.add("zip-checksums-are-plausible", message, member=entry.name, code="same")
