"""A tar read from its first block to its last, compressed with gzip or not.

Members are those that CPython's tarfile sees, since PyPI and pip see a tar through its eyes.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import BinaryIO

from pypublish.archive import gunzip, member_names, tar_header, tar_links, zip_end
from pypublish.archive.ahead import make_ahead
from pypublish.archive.contents import DEFAULT, Contents, Format, Limits, Member, MemberKind, Search
from pypublish.archive.flaws import Flaws
from pypublish.archive.payload import Keep, Payloads
from pypublish.archive.reader import Digests, Reader, blocks_of, size_of
from pypublish.archive.tar_walk import Walk

_SET_ID = 0o6000


def read_tar(
    file: BinaryIO,
    *,
    keep: Keep,
    search: Search | None = None,
    limits: Limits = DEFAULT,
    format: Format = "tar.gz",  # noqa: A002 - it is the field's name
) -> Contents:
    """Read an open tar, and note everything that is wrong with it; as `tar.gz` it has to be compressed.

    Raises:
        OSError: the file cannot be read; never because of what is in it.

    """
    flaws, digests = Flaws(), Digests()
    size = size_of(file)
    payloads = Payloads(keep=keep, search=search, limits=limits, flaws=flaws)
    if zip_end.is_zip(file, size) and tar_header.is_tar(file):
        flaws.add("archive-is-one-format", "the file is a ZIP as well as a tar", code="both")
    bound = gunzip.bound_of(file, size, limits)
    packed = Reader(blocks_of(file, digests))
    with closing(_inflated(packed, bound, flaws)) as inflated:
        unpacked = packed if _is_plain(file, format, flaws) else Reader(inflated)
        walk = Walk(reader=unpacked, payloads=payloads, limits=limits, flaws=flaws)
        if "archive-is-readable" not in flaws:
            walk.run()
    members = tuple(walk.members)
    _judge(members, flaws, limits)
    packed.drain()
    return Contents(
        format=format,
        size=size,
        sha256=digests.sha256.hexdigest(),
        blake2b_256=digests.blake2b_256.hexdigest(),
        members=members,
        texts=payloads.texts,
        found=payloads.found,
        flaws=flaws.all(),
    )


def _inflated(packed: Reader, bound: gunzip.Bound, flaws: Flaws) -> Generator[bytes]:
    """Unpack ahead; what is wrong with the stream is noted once its end is met."""
    noted = Flaws()
    yield from make_ahead(gunzip.blocks(packed, bound, noted))
    flaws.take_over(noted)


def _is_plain(file: BinaryIO, format: Format, flaws: Flaws) -> bool:  # noqa: A002 - it is the field's name
    """Say whether the file is not compressed, and note it if it should be."""
    file.seek(0)
    if file.read(len(gunzip.MAGIC)) == gunzip.MAGIC:
        return False
    if format == "tar.gz":
        code = "not-gzip" if tar_header.is_tar(file) else "not-tar"
        flaws.add("archive-is-readable", "this is not compressed with gzip", code=code)
    return True


def _judge(members: tuple[Member, ...], flaws: Flaws, limits: Limits) -> None:
    if not members and "archive-is-readable" not in flaws and "archive-is-bounded" not in flaws:
        flaws.add("archive-has-members", "there is nothing in the tar", code="empty")
    for member in members:
        if member.kind is MemberKind.SYMLINK:
            flaws.add("no-symbolic-links", "it is a symbolic link", member=member.name, code="symlink")
            tar_links.judge_target(member, flaws)
        elif member.kind is MemberKind.FILE and member.mode & _SET_ID:
            message = "it would run as its owner or group (set-user-id, set-group-id)"
            flaws.add("modes-are-plain", message, member=member.name, code="set-id")
    member_names.judge_each(members, flaws, in_zip=False)
    member_names.judge_together(members, flaws, limits)
